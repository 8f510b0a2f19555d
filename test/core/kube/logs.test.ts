import { describe, expect, test } from 'vitest';
import { logGroups } from '../../../src/core/kube/logs.ts';

const ONSET = '2026-11-21T21:10:00.000Z';
const at = (minute: number, second: number) =>
  `2026-11-21T21:${String(minute).padStart(2, '0')}:${String(second).padStart(2, '0')}.000000000Z`;
const requests = (minutes: readonly number[]) => minutes.map((m) => `${at(m, 0)} INFO GET / 200\n`).join('');
const errors = (minutes: readonly number[], each: number, text = 'ERROR order failed: Net::ReadTimeout') =>
  minutes.flatMap((m) => Array.from({ length: each }, (_, i) => `${at(m, i + 1)} ${text}\n`)).join('');
const sorted = (log: string) => `${log.trimEnd().split('\n').toSorted().join('\n')}\n`;
const before = [5, 6, 7, 8, 9];
const after = [10, 11, 12, 13, 14];

describe('a group is bad when it is louder than before the onset', () => {
  test.each<[string, string, string]>([
    ['new since the onset', requests([...before, ...after]) + errors(after, 3), 'bad'],
    ['much louder', errors(before, 1) + errors(after, 6), 'bad'],
    ['as always', errors(before, 4) + errors(after, 4), 'normal'],
    ['a little louder', errors(before, 4) + errors(after, 6), 'normal'],
    ['gone since', errors(before, 4) + requests(after), 'normal'],
    ['once or twice', requests([...before, ...after]) + errors([12], 2), 'normal'],
    ['nothing before to compare with, and loud', errors(after, 3), 'bad'],
    ['nothing before to compare with, and quiet', requests(after) + errors([12], 4), 'normal'],
  ])('%s', (_, log, tone) => expect(logGroups('web', [sorted(log)], ONSET).map((g) => g.tone)).toEqual([tone]));
});

test('pods of one deployment are counted together, the loudest first, weak words left out', () => {
  const groups = logGroups(
    'web',
    [errors([11], 2), errors([12], 3) + errors([12], 9, 'FATAL disk full'), `${at(12, 30)} upstream timed out, continuing\n`],
    ONSET,
  );
  expect(groups.map((g) => [g.message, g.count, g.firstSeen])).toEqual([
    ['FATAL disk full', 9, '2026-11-21T21:12:01.000Z'],
    ['ERROR order failed: Net::ReadTimeout', 5, '2026-11-21T21:11:01.000Z'],
  ]);
});
