import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slugOf } from '../../src/core/slug.ts';

test.each([
  ['Checkout is down', 'checkout-is-down'],
  ['  <!channel> 500s on <https://x.example|shop> & "cart"  ', '500s-on-cart'],
  ['Größe ändern schlägt fehl', 'große-andern-schlagt-fehl'.replace('ß', '-')],
  ['日本語だけ', 'incident'],
  ['🔥🔥🔥', 'incident'],
])('%s', (title, slug) => expect(slugOf(title)).toBe(slug));

test('whatever is typed, Slack takes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (title) => /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/.test(slugOf(title))),
  );
});
