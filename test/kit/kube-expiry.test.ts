import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { credentialExpiry } from '../../src/kit/kube-expiry.ts';

const certFile = fileURLToPath(new URL('../fixtures/kubernetes/client.crt', import.meta.url));

const jwt = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');

test('a client certificate ends when it says, given as data or as a file', () => {
  expect(credentialExpiry({ certFile })).toBe('2036-11-19T03:43:05.000Z');
  expect(credentialExpiry({ certData: readFileSync(certFile).toString('base64') })).toBe('2036-11-19T03:43:05.000Z');
});

test('a token of a service account ends at its exp', () => {
  expect(credentialExpiry({ token: jwt({ sub: 'system:serviceaccount:ops:pulaski', exp: 1_800_000_000 }) })).toBe(
    '2027-01-15T08:00:00.000Z',
  );
});

test.each([
  ['nobody', null],
  ['a helper program', {}],
  ['a token without an end', { token: jwt({ sub: 'x' }) }],
  ['a token that is no JWT', { token: 'abcdef.0123456789abcdef' }],
  ['a file that is gone', { certFile: '/does/not/exist' }],
  ['garbage', { certData: 'AAAA' }],
])('unknown: %s', (_, user) => expect(credentialExpiry(user)).toBeUndefined());
