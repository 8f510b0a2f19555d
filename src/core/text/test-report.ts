/** The last word of a test run that failed nowhere, as test runners print it. */
const PASSED: readonly { hint: string; pattern: RegExp }[] = [
  {
    hint: ' failures',
    pattern:
      /^\d{1,6} (?:examples?|tests?|runs?|features?|scenarios?|doctests?, \d{1,6} tests?), (?:\d{1,7} assertions, )?0 failures(?:, 0 errors)?\b/,
  },
  {
    hint: ' passed',
    pattern: /^=* ?(?:\d{1,6} (?:passed|skipped|deselected|xfailed|xpassed|warnings?|subtests passed)(?:, )?){1,6} in [\d.]{1,12}s/,
  },
  { hint: 'tests:', pattern: /^Tests: {1,20}(?:\d{1,6} (?:skipped|todo|passed), ){1,4}(?:\d{1,6} total|\d{1,6} assertions)/ },
  { hint: 'tests ', pattern: /^ {0,10}Tests {1,10}\d{1,6} passed(?: \| \d{1,6} (?:skipped|todo)){0,2} \(\d{1,6}\)/ },
  { hint: ' fail 0', pattern: /^(?:#|ℹ) fail 0$/ },
  { hint: ' assertion', pattern: /^OK(?: \(|, but )\S.{0,120}assertions?/ },
  { hint: 'failures: 0', pattern: /Tests run: \d{1,6}, Failures: 0, Errors: 0\b/ },
  { hint: 'test result: ok', pattern: /^test result: ok\. \d{1,6} passed; 0 failed/ },
  { hint: 'passed!', pattern: /^Passed! {1,4}- Failed: {1,8}0,/ },
  { hint: 'ok ', pattern: /^ok {1,4}\t?\S{1,200}\t\d{1,6}\.\d{1,4}s$/ },
  { hint: 'ran ', pattern: /^Ran \d{1,6} tests? in [\d.]{1,12}s$/ },
  { hint: ' passing', pattern: /^ {1,8}\d{1,6} passing \(/ },
];
const FAILED =
  /^FAILED\b|^FAIL\b|^--- FAIL|^ {1,8}\d{1,6} failing|\b[1-9]\d{0,5} (?:failed|failures?|errors?)\b|Failures: [1-9]|Errors: [1-9]|^(?:#|ℹ) fail [1-9]/;

/** The line with which a test run ends well: what it printed above, stack traces and all, was what it tested. Minus one where there is none. */
export function passedTestsUpTo(lines: readonly string[]): number {
  let last = -1;
  for (const [i, line] of lines.entries()) {
    if (line.length > 300) continue;
    const lower = line.toLowerCase();
    if (PASSED.some(({ hint, pattern }) => lower.includes(hint) && pattern.test(line))) last = i;
    else if (FAILED.test(line)) return -1;
  }
  return last;
}
