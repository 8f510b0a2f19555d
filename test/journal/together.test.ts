import { expect, test } from 'vitest';
import { together } from '../../src/journal/together.ts';

test('what comes while a batch runs makes the next batch, each with its own answer', async () => {
  const batches: (readonly number[])[] = [];
  const add = together(async (batch: readonly number[]) => {
    batches.push(batch);
    await new Promise((resolve) => setImmediate(resolve));
    return batch.map((n) => n * 10);
  });
  expect(await Promise.all([1, 2, 3].map(add))).toEqual([10, 20, 30]);
  expect(batches).toEqual([[1], [2, 3]]);
  expect(await Promise.all(Array.from({ length: 120 }, (_, i) => add(i)))).toHaveLength(120);
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(50);
});

test('one that fails fails alone', async () => {
  const add = together(async (batch: readonly number[]) => {
    if (batch.includes(2)) throw new Error('two');
    return batch.map(String);
  });
  const answers = await Promise.allSettled([1, 2, 3, 4].map(add));
  expect(answers.map((a) => (a.status === 'fulfilled' ? a.value : a.reason.message))).toEqual(['1', 'two', '3', '4']);
});
