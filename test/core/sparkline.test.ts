import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparkline } from '../../src/core/sparkline.ts';

const cases: [name: string, values: (number | undefined)[], width: number, wanted: string][] = [
  ['a rise', [0, 1, 2, 4, 8], 24, '▁▁▂▄█'],
  ['nothing', [], 24, ''],
  ['zeros', [0, 0], 24, '▁▁'],
  ['no data is no zero', [4, undefined, 4], 24, '█ █'],
  ['below zero is the ground', [-1, 1], 24, '▁█'],
  ['a spike survives the squeeze', [0, 0, 9, 0, 0, 0], 3, '▁█▁'],
  ['the newest share is a whole one', [8, 0, 0, 0, 8], 3, '█▁█'],
];
test.each(cases)('%s', (_, values, width, wanted) => {
  expect(sparkline(values, width)).toBe(wanted);
});

test('is never wider than asked', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), fc.integer({ min: 1, max: 40 }), (values, width) => {
      expect([...sparkline(values, width)].length).toBeLessThanOrEqual(width);
    }),
  );
});
