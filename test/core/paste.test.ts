import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuoted, shellWord, sqlName, sqlNames, sqlText } from '../../src/core/paste.ts';

test.each([
  ['app/models/post.rb', 'app/models/post.rb'],
  ['registry.example.com/shop/web:4f1c2ab', 'registry.example.com/shop/web:4f1c2ab'],
  ['app/(shop)/[id]/page.tsx', "'app/(shop)/[id]/page.tsx'"],
  ["it's $(id)\n`id`", "'it'\\''s $(id) `id`'"],
  ['--upload-pack=touch x', '<file>'],
  ['-rf', '<file>'],
  ['', '<file>'],
  ['~root', "'~root'"],
])('%j in a shell is %s', (text, word) => {
  expect(shellWord(text, '<file>')).toBe(word);
});

test('a shell reads any name as that one word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      const name = text.replaceAll('\0', '');
      const read = execFileSync('sh', ['-c', `printf %s ${shellQuoted(name)}`], { env: {}, encoding: 'utf8' });
      expect(name === '' ? `''` : read).toBe(name === '' ? shellQuoted(name) : name);
    }),
    { numRuns: 60, examples: [['$(touch /tmp/pwned)'], ["'; id '"], ['a\nb'], ['*'], ['\\'], ['!x'], ['#x'], ['a b'], ['ünï']] },
  );
});

test.each([
  ['orders', 'orders'],
  ['shop.orders', 'shop.orders'],
  ['`shop`.`orders`', '`shop`.`orders`'],
  ['"public"."orders"', '"public"."orders"'],
  ['commandé', 'commandé'],
  ['a`; DROP TABLE users; -- ', '`a``; DROP TABLE users; --`'],
  ['sleep(9)', '`sleep(9)`'],
  ['"a"b"', '`"a"b"`'],
  ['`a``; DROP`', '```a````; DROP```'],
])('%j as a name in SQL is %s', (text, name) => {
  expect(sqlName(text)).toBe(name);
});

test('columns by commas, and the inside of a literal', () => {
  expect(sqlNames('post_id, created at')).toBe('post_id, `created at`');
  expect(sqlText("x' OR 1=1 \\")).toBe("x'' OR 1=1 \\\\");
});
