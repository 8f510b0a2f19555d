import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['./test/setup/fast-check.ts'],
    // Real databases, browsers and killed processes on two busy cores: what fails three times has failed.
    retry: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/setup/count-reporter.ts'],
  },
});
