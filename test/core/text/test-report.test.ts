import { describe, expect, test } from 'vitest';
import { passedTestsUpTo } from '../../../src/core/text/test-report.ts';

describe('a test run that failed nowhere', () => {
  test.each([
    ['RSpec', '212 examples, 0 failures'],
    ['Minitest', '41 runs, 88 assertions, 0 failures, 0 errors, 0 skips'],
    ['pytest', '============================== 41 passed, 2 warnings in 3.21s =============================='],
    ['Jest', 'Tests:       2 skipped, 120 passed, 122 total'],
    ['Vitest', '      Tests  96 passed (96)'],
    ['node:test', 'ℹ fail 0'],
    ['PHPUnit', 'OK (41 tests, 88 assertions)'],
    ['Maven', '[INFO] Tests run: 41, Failures: 0, Errors: 0, Skipped: 1'],
    ['Cargo', 'test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out'],
    ['.NET', 'Passed!  - Failed:     0, Passed:    41, Skipped:     0, Total:    41'],
    ['Go', 'ok  \tgithub.com/acme/shop/cart\t0.312s'],
    ['ExUnit', '3 doctests, 41 tests, 0 failures'],
    ['Mocha', '  41 passing (3s)'],
  ])('%s', (_, line) => {
    expect(passedTestsUpTo(['NoMethodError: undefined method `x`', line])).toBe(1);
  });

  test.each([
    ['a failure beside', ['41 examples, 0 failures', '12 examples, 1 failure']],
    ['pytest with failures', ['==== 1 failed, 40 passed in 3.21s ====']],
    ['Go', ['--- FAIL: TestTotal (0.00s)', 'ok  \tgithub.com/acme/shop/cart\t0.312s']],
    ['no report', ['Deadlock found when trying to get lock']],
  ])('not %s', (_, lines) => {
    expect(passedTestsUpTo(lines)).toBe(-1);
  });
});
