import { expect, test } from 'vitest';
import { redact } from '../../src/core/redact.ts';

const token = 'plaintext & t<ken/with+8812345670099?signs';

test.each([
  ['as it is', token],
  ['in a URL', encodeURIComponent(token)],
  ['in a URL, small letters', encodeURIComponent(token).replace(/%../g, (byte) => byte.toLowerCase())],
  ['in JSON', JSON.stringify({ t: token })],
  ['escaped for Slack', token.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
  ['in base64', Buffer.from(token).toString('base64')],
  ['in base64 after a name', Buffer.from(`bot:${token}:x`).toString('base64')],
  ['in base64 after a longer name', Buffer.from(`robot:${token}`).toString('base64')],
  ['in base64 after another', Buffer.from(`b:${token}`).toString('base64url')],
  ['cut off', `token ${token.slice(0, 17)}… is refused`],
])('a credential of the bot is hidden %s', (_, said) => {
  const left = redact(`before ${said} after`, [token]);
  expect(left).toMatch(/^before .*after$/);
  for (const piece of ['plaintext', '8812345', 'signs', 'GxhaW50ZXh0', 'cGxhaW50', 'BsYWludGV4', 'ODgxMjM0'])
    expect(left).not.toContain(piece);
});

test('two addresses that begin alike are not one', () => {
  expect(redact('mysql://bot:x@db-2/shop', ['mysql://bot:abcdefgh@db-1.internal/shop'])).toBe('mysql://bot:[redacted]@db-2/shop');
});
