import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hintIndex } from '../../../src/core/text/hint-index.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), minLength: 3, maxLength: 5 });

test('finds exactly the lists of which a hint stands in the line, in their order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(letters, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 40 }),
      (lists, line) => {
        const wanted = lists.flatMap((hints, index) => (hints.some((hint) => line.includes(hint)) ? [index] : []));
        expect(hintIndex(lists)(line)).toEqual(wanted);
      },
    ),
  );
});
