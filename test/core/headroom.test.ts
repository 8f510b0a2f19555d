import { expect, test } from 'vitest';
import { type Exhausting, fullAt, headroomMessage, isoWeek } from '../../src/core/headroom.ts';

test.each([
  ['2026-11-22T00:00:00Z', '2026-W47'],
  ['2026-11-23T00:00:00Z', '2026-W48'],
  ['2026-01-01T00:00:00Z', '2026-W01'],
  ['2027-01-03T23:59:59Z', '2026-W53'],
  ['2024-12-30T00:00:00Z', '2025-W01'],
])('%s is in %s', (iso, week) => {
  expect(isoWeek(iso)).toBe(week);
});

test.each([
  ['one percent a day, ten left', '2026-11-01T00:00:00Z', 89, '2026-11-02T00:00:00Z', 90, '2026-11-12T00:00:00.000Z'],
  ['an hour is no pace', '2026-11-01T00:00:00Z', 89, '2026-11-01T01:00:00Z', 90, undefined],
  ['nothing was written', '2026-11-01T00:00:00Z', 90, '2026-11-08T00:00:00Z', 90, undefined],
  ['a date in 27 years is a guess', '2026-11-01T00:00:00Z', 90, '2026-11-11T00:00:00Z', 90.01, undefined],
])('when a key is full: %s', (_, from, before, to, after, wanted) => {
  expect(fullAt({ at: from, percent: before }, { at: to, percent: after })).toBe(wanted);
});

const key = (change: Partial<Exhausting>): Exhausting => ({
  table: 'comments',
  column: 'id',
  type: 'int(11)',
  usedPercent: 91.27,
  of: 'comments',
  server: 'db-1:3306/shop',
  ...change,
});

test('each key is one line, the fullest first, with the server where there are several', () => {
  const keys = [
    key({ fullAt: '2027-03-12T10:00:00.000Z' }),
    key({ table: 'reads', column: 'comment_id', usedPercent: 100, server: 'db-2:3306/audit' }),
  ];
  expect(headroomMessage(keys, 'k')?.text.split('\n')).toEqual([
    '🔴 reads.comment_id (int(11)), which holds keys of comments, has used 100 % of its range: full. On db-2:3306/audit.',
    '🟡 comments.id (int(11)) has used 91.2 % of its range, full about 2027-03-12 at this pace. On db-1:3306/shop.',
  ]);
});

test('no key, no message; a hundred keys are ten lines and a number', () => {
  expect(headroomMessage([], 'k')).toBeUndefined();
  expect(
    headroomMessage(Array(100).fill(key({})), 'k')
      ?.text.split('\n')
      .at(-1),
  ).toBe('and 90 more');
});
