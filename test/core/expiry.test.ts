import { expect, test } from 'vitest';
import { checkUpMessage } from '../../src/core/check-up.ts';
import { withExpiry } from '../../src/core/expiry.ts';

const now = new Date('2026-11-22T12:00:00Z');
const token = { what: 'github token', ok: true, required: false, says: 'reads acme/shop', renew: 'Make a new one' };

test.each([
  ['2027-03-01T00:00:00Z', true, 'reads acme/shop; its credential is good until 2027-03-01'],
  ['2026-12-06T12:00:00Z', true, 'reads acme/shop; its credential is good until 2026-12-06'],
  ['2026-12-06T11:59:00Z', false, 'reads acme/shop, but its credential ends in 13 days (2026-12-06)'],
  ['2026-11-23T13:00:00Z', false, 'reads acme/shop, but its credential ends in 1 day (2026-11-23)'],
  ['2026-11-22T13:00:00Z', false, 'reads acme/shop, but its credential ends within a day (2026-11-22)'],
  ['2026-11-20T13:00:00Z', false, 'reads acme/shop, but its credential ended on 2026-11-20'],
  ['not a time', true, 'reads acme/shop'],
])('a credential that ends at %s', (expires, ok, says) => {
  const line = withExpiry({ ...token, expires }, now);
  expect(line).toMatchObject({ ok, says });
  expect(line.fix).toBe(ok ? undefined : 'Make a new one');
});

test('a line that is wrong already keeps its own words', () => {
  const line = { ...token, ok: false, says: 'GitHub does not accept the token', fix: 'A new token', expires: '2026-11-20T13:00:00Z' };
  expect(withExpiry(line, now)).toEqual(line);
});

test('the check-up tells what somebody must repair, and nothing else', () => {
  const fine = { what: 'rollbar', ok: true, required: true, says: 'reads acme' };
  const help = { what: 'kubernetes nodes', ok: false, required: false, says: 'may not list nodes' };
  expect(checkUpMessage([fine, help], 'k')).toBeUndefined();
  const ending = withExpiry({ ...token, expires: '2026-11-29T12:00:00Z' }, now);
  const broken = { what: 'mysql <db>', ok: false, required: true, says: 'refuses\nthe <!channel> user' };
  const text = checkUpMessage([fine, help, ending, broken], 'k')?.text ?? '';
  expect(text.split('\n')).toHaveLength(3);
  expect(text).toContain('• github token: reads acme/shop, but its credential ends in 7 days (2026-11-29)');
  expect(text).toContain('• mysql &lt;db&gt;: refuses the &lt;!channel&gt; user');
});

test('many faults are counted', () => {
  const broken = Array.from({ length: 7 }, (_, i) => ({ what: `mysql ${i}`, ok: false, required: true, says: 'refused' }));
  const text = checkUpMessage(broken, 'k')?.text ?? '';
  expect(text).toContain('mysql 4');
  expect(text).not.toContain('mysql 5');
  expect(text).toMatch(/and 2 more$/);
});
