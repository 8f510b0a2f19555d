import type { Reporter, TestModule } from 'vitest/node';

/** Prints the one line that scripts read, last. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((s) => s === state).length;
    // A file that does not load has no tests: it still is a failure.
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    process.on('exit', () => console.log(`${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped`));
  }
}
