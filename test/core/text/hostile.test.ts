import { describe, expect, test } from 'vitest';
import { judgeText } from '../../../src/core/text/judge-text.ts';

const MILLION = 1_000_000;

/** Each doubles nothing but time when a grammar backtracks; the runner's own limit of 30 s is the bar, far above what they take. */
const hostile: readonly (readonly [string, string])[] = [
  ['a line of 10 MB', 'a'.repeat(10 * MILLION)],
  ['10 MB of blanks', ' '.repeat(10 * MILLION)],
  ['a million brackets', '['.repeat(MILLION)],
  ['a million braces', '{'.repeat(MILLION)],
  ['nested quotes', `"'`.repeat(MILLION)],
  ['escaped quotes', '"\\'.repeat(MILLION)],
  ['deep JSON', '{"exception":{"a":'.repeat(100_000)],
  ['a payload that never ends', `{"exception":{"values":[${'{"type":"A","value":"'.repeat(50_000)}`],
  ['escape sequences that never end', '\u001b]'.repeat(MILLION)],
  ['a foreign key that never ends', `${'a foreign key constraint fails ('.repeat(60)}\n`.repeat(300)],
  ['class names without end', `${'A::'.repeat(1500)}\n`.repeat(300)],
  ['YAML that only goes deeper', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i % 60)}containerStatuses:\n`).join('')],
  ['a scalar that never ends', `status:\n  conditions:\n  - message: a\n${'      and more\n'.repeat(100_000)}`],
  ['dots that never pass', `${'= '.repeat(700)}1 passed, `.repeat(300)],
  ['an unclosed box', `In X.php line 3:\n${`  ${'a'.repeat(70)}\n`.repeat(100_000)}`],
  [
    'a condition without end',
    `# Query_time: 1.0  Lock_time: 0 Rows_sent: 1  Rows_examined: 999999\nSELECT a FROM b WHERE ${'a = 1 and '.repeat(500)};\n`.repeat(200),
  ],
];

describe.each(['pod_log', 'exception', 'pod_status', 'db_log'] as const)('as %s', (kind) => {
  test.each(hostile)('%s is read', (_, text) => {
    expect(judgeText(kind, text).hypotheses.every((h) => h.confidence !== 'confirmed')).toBe(true);
  });
});

test('twice the text takes at most a few times as long: no grammar goes back', () => {
  const line = `${'Cannot add or update a child row: a foreign key constraint fails (`a`.`b`, CONSTRAINT `'.repeat(20)}\n`;
  const time = (lines: number): number => {
    const started = performance.now();
    judgeText('pod_log', line.repeat(lines));
    return performance.now() - started;
  };
  time(50);
  const one = Math.max(5, time(200));
  expect(time(400) / one).toBeLessThan(12);
});
