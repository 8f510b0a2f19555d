import { expect, test } from 'vitest';
import { remembered } from '../../src/kit/git-remembered.ts';

const ran = (out: string, code = 0) => ({ code, out, err: '', cut: false });

test('asks once, also for those who ask while it runs; other arguments ask anew', async () => {
  const asked: string[] = [];
  const ask = remembered(async (args) => {
    asked.push(args.join(' '));
    return ran(args.join(' '));
  });
  const both = await Promise.all([ask(['show', 'a'], 10), ask(['show', 'a'], 10)]);
  expect(both.map((one) => one.out)).toEqual(['show a', 'show a']);
  expect((await ask(['show', 'a'], 10)).out).toBe('show a');
  expect((await ask(['show', 'b'], 10)).out).toBe('show b');
  await ask(['show', 'a'], 20);
  expect(asked).toEqual(['show a', 'show b', 'show a']);
});

test('what failed, was cut, or is large is asked again', async () => {
  let asked = 0;
  const answers = [ran('', 1), { ...ran('x'), cut: true }, ran('x'.repeat(100_000)), new Error('no git'), ran('good')];
  const ask = remembered(async () => {
    const answer = answers[asked++] ?? ran('never');
    if (answer instanceof Error) throw answer;
    return answer;
  });
  for (let i = 0; i < 3; i++) await ask(['log'], undefined);
  await expect(ask(['log'], undefined)).rejects.toThrow('no git');
  expect((await ask(['log'], undefined)).out).toBe('good');
  expect((await ask(['log'], undefined)).out).toBe('good');
});

test('holds a bounded number of answers', async () => {
  let asked = 0;
  const ask = remembered(async () => ran(String(++asked)));
  for (let i = 0; i < 1000; i++) await ask([`show ${i}`], undefined);
  expect((await ask(['show 999'], undefined)).out).toBe('1000');
  expect((await ask(['show 0'], undefined)).out).toBe('1001');
});
