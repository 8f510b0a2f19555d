import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RiseOptions, riseIn } from '../../src/core/onset.ts';

const start = Date.parse('2026-11-21T02:00:00Z');
const minute = (i: number) => new Date(start + i * 60_000).toISOString();
const series = (values: readonly number[]) => values.map((value, i) => ({ at: minute(i), value }));
const times = (n: number, value: number | ((i: number) => number)) =>
  Array.from({ length: n }, (_, i) => (typeof value === 'number' ? value : value(i)));
/** Even noise without a generator: the same in every run. */
const noisy = (level: number, by: number) => (i: number) => level + Math.round(by * Math.sin(i * 12.9898) * Math.cos(i * 4.1));

const rises: [name: string, values: number[], onsetMinute: number, options?: RiseOptions][] = [
  ['a step', [...times(40, 4), ...times(20, 300)], 40],
  ['a noisy step', [...times(40, noisy(50, 8)), ...times(20, noisy(120, 20))], 40],
  ['from zero', [...times(45, 0), ...times(15, 7)], 45],
  ['one error a minute where there never was one', [...times(45, 0), ...times(15, 1)], 45],
  ['on and off', [...times(30, noisy(22, 3)), ...times(30, (i) => (i % 3 === 0 ? 97 : 25))], 30, { floor: 5 }],
  ['a slow ramp', [...times(30, noisy(10, 2)), ...times(30, (i) => 10 + i * 4)], 33],
  ['the last two minutes', [...times(58, noisy(4, 1)), 80, 95], 58],
  ['early in the window', [...times(6, 3), ...times(54, 90)], 6],
  ['a lone spike long before does not count', [...times(20, 4), 60, ...times(25, 4), ...times(14, 55)], 46],
  ['over again', [...times(20, 4), ...times(15, 200), ...times(25, 4)], 20],
  ['growing in two steps', [...times(20, 4), ...times(20, 40), ...times(20, 400)], 20],
];

describe('finds the first minute of', () => {
  test.each(rises)('%s', (_, values, onset, options) => {
    expect(riseIn(series(values), options).onset).toBe(minute(onset));
  });
});

const calm: [name: string, values: number[], options?: RiseOptions][] = [
  ['nothing at all', times(60, 0)],
  ['no points', []],
  ['a few points', [1, 2, 90]],
  ['steady', times(60, 40)],
  ['noise', times(60, noisy(50, 12))],
  ['always high', times(60, noisy(900, 60))],
  ['one spike', [...times(40, 4), 500, ...times(19, 4)]],
  ['a burst every ten minutes, as always', times(60, (i) => (i % 10 < 2 ? 60 : 1))],
  ['a fall', [...times(30, 100), ...times(30, 5)]],
  ['a bit more', [...times(30, noisy(100, 10)), ...times(30, noisy(112, 10))]],
  ['a CPU that breathes', times(60, noisy(22, 4)), { floor: 5 }],
];

describe('sees no rise in', () => {
  test.each(calm)('%s', (_, values, options) => {
    expect(riseIn(series(values), options).onset).toBeUndefined();
  });
});

test('tells what is usual, the peak, and that it still goes on', () => {
  const rise = riseIn(series([...times(40, 4), ...times(19, 300), 310]));
  expect(rise).toMatchObject({ usual: 4, peak: 310, now: 310 });
  expect(rise.until).toBeUndefined();
});

test('tells when it was over', () => {
  expect(riseIn(series([...times(20, 4), ...times(15, 200), ...times(25, 4)])).until).toBe(minute(34));
});

test('a window that is high from its first minute is a rise over what was usual before it', () => {
  const all = series(times(60, 300));
  expect(riseIn(all).onset).toBeUndefined();
  expect(riseIn(all, { usual: 4 }).onset).toBe(minute(0));
});

test('never throws, and an onset is one of its points', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(1000), fc.constant(0), fc.double({ min: 0, max: 100, noNaN: true })), { maxLength: 90 }),
      (values) => {
        const rise = riseIn(series(values));
        if (rise.onset !== undefined) expect(values[(Date.parse(rise.onset) - start) / 60_000]).toBeGreaterThan(rise.limit);
      },
    ),
  );
});
