import { describe, expect, test } from 'vitest';
import { errorRate, judgedGroup, type RawGroup } from '../../src/core/error-trend.ts';
import type { Evidence } from '../../src/core/evidence.ts';

const start = Date.parse('2026-11-21T02:00:00Z');
const minute = (i: number) => new Date(start + i * 60_000).toISOString();
const minutes = (count: (i: number) => number, n = 60) => Array.from({ length: n }, (_, i) => ({ at: minute(i), count: count(i) }));
const onset = minute(50);

const groups: [name: string, raw: Omit<RawGroup, 'title'>, trend: string, tone: string][] = [
  ['first seen just before the onset', { firstSeen: minute(45), count: 90 }, 'new', 'bad'],
  ['first seen long ago, as loud as ever', { firstSeen: '2025-01-01T00:00:00.000Z', minutes: minutes(() => 5) }, 'as-always', 'normal'],
  [
    'first seen long ago, ten times as loud',
    { firstSeen: '2025-01-01T00:00:00.000Z', minutes: minutes((i) => (i < 50 ? 5 : 50)) },
    'louder',
    'bad',
  ],
  ['never in the minutes before', { minutes: minutes((i) => (i < 50 ? 0 : 7)) }, 'new', 'bad'],
  ['never in the hours before', { hours: [...Array(23).fill(0), 40], count: 40 }, 'new', 'bad'],
  ['four times as loud by the hour', { hours: [...Array(23).fill(10), 40], count: 270 }, 'louder', 'bad'],
  ['as always by the hour', { hours: Array(24).fill(10), count: 240 }, 'as-always', 'normal'],
  ['new, but once', { firstSeen: minute(51), minutes: minutes((i) => (i === 51 ? 1 : 0)) }, 'new', 'changed'],
  ['new 404s are a change, no fault of ours', { firstSeen: minute(51), count: 900, httpStatus: 404 }, 'new', 'changed'],
  ['named new by the tracker', { fresh: true, count: 12 }, 'new', 'bad'],
  [
    'came back after it was resolved',
    { firstSeen: '2025-01-01T00:00:00.000Z', returned: true, minutes: minutes((i) => (i < 50 ? 0 : 7)) },
    'new',
    'bad',
  ],
  ['rose and is over', { minutes: minutes((i) => (i > 20 && i < 45 ? 80 : 2)) }, 'louder', 'normal'],
];

describe('a group', () => {
  test.each(groups)('%s', (_, raw, trend, tone) => {
    expect(judgedGroup({ title: 'x', ...raw }, onset, minute(58))).toMatchObject({ trend, tone });
  });

  test('counts what came since the onset', () => {
    expect(judgedGroup({ title: 'x', count: 9_999, minutes: minutes((i) => (i < 50 ? 0 : 7)) }, onset, minute(58)).count).toBe(70);
  });
});

describe('the total', () => {
  test('leaves the 4xx out', () => {
    const bots = { title: 'RoutingError', httpStatus: 404, minutes: minutes((i) => (i < 50 ? 0 : 500)) };
    expect(
      errorRate(
        't',
        minutes((i) => (i < 50 ? 3 : 503)),
        [bots],
        [],
      ),
    ).toMatchObject({ tone: 'normal', usual: 3 });
  });

  test('keeps the onset of an earlier look when it has left the window', () => {
    const before = { kind: 'error-rate' as const, tracker: 't', points: [], usual: 4, onset: '2026-11-21T00:30:00.000Z' };
    const known: Evidence[] = [{ check: 'c', at: minute(0), tookMs: 1, outcome: { status: 'found', findings: [before] } }];
    expect(
      errorRate(
        't',
        minutes(() => 300),
        [],
        known,
      ),
    ).toMatchObject({ tone: 'bad', usual: 4, onset: before.onset });
    expect(
      errorRate(
        't',
        minutes(() => 300),
        [],
        [],
      ),
    ).toMatchObject({ tone: 'normal' });
  });

  test('is no longer bad when the rise is over, but remembers its onset', () => {
    expect(
      errorRate(
        't',
        minutes((i) => (i > 20 && i < 45 ? 80 : 2)),
        [],
        [],
      ),
    ).toMatchObject({ tone: 'normal', onset: minute(21) });
  });
});
