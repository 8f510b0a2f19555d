import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { rds } from '../../src/checks/rds.ts';
import { rollbar } from '../../src/checks/rollbar.ts';
import { sentry } from '../../src/checks/sentry.ts';
import type { Check } from '../../src/core/check.ts';
import { http } from '../../src/kit/http.ts';
import { rds as rdsKit } from '../../src/kit/rds.ts';
import { aScope } from '../contract/check.ts';
import { type Answer, standIn } from '../contract/stand-in.ts';

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterAll(() => void vi.unstubAllEnvs());

const checks: readonly [name: string, at: (url: string) => Check][] = [
  ['rollbar', (url) => rollbar.make((name) => ({ ROLLBAR_READ_TOKEN: 't', ROLLBAR_API_URL: url })[name] ?? '', { http })],
  ['sentry', (url) => sentry.make((name) => ({ SENTRY_TOKEN: 't', SENTRY_ORG: 'acme', SENTRY_URL: url })[name] ?? '', { http })],
  [
    'rds',
    (url) => rds.make((name) => ({ RDS_INSTANCE: 'a', AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url })[name] ?? '', { rds: rdsKit }),
  ],
];

const answers: readonly [fault: string, answer: Answer][] = [
  ['500', { status: 500, body: 'Internal Server Error' }],
  ['502 with a page', { status: 502, body: '<html>Bad gateway</html>' }],
  ['503 with JSON', { status: 503, body: { message: 'try later' } }],
  ['a redirect to a login page', { status: 302, headers: { location: 'http://127.0.0.1:1/login' }, body: '' }],
  ['a reset', 'reset'],
  ['a huge answer', { headers: { 'content-type': 'application/json' }, body: `{"x":"${'x'.repeat(6 * 1024 * 1024)}"}` }],
  ['JSON that claims to be a picture', { headers: { 'content-type': 'image/png' }, body: '{"err":0,"result":[]}' }],
  ['broken JSON', { headers: { 'content-type': 'application/json' }, body: '{"err":0,"res' }],
  ['null', { headers: { 'content-type': 'application/json' }, body: 'null' }],
  ['an empty object', { body: {} }],
  ['an empty list', { body: [] }],
  ['numbers for texts', { body: { err: 0, result: [1, 2], data: 7, timeSeries: 'x' } }],
];

const matrix = checks.flatMap(([name, at]) => answers.map(([fault, answer]) => ({ name, fault, at, answer })));
test.each(matrix)('$name: $fault is told, and what to do', async ({ at, answer }) => {
  const server = await standIn(() => answer);
  onTestFinished(server.close);
  const { outcome } = await at(server.url).look(aScope, AbortSignal.timeout(8_000));
  expect(outcome).toMatchObject({ status: 'blind', why: expect.stringMatching(/\w{3}/), fix: expect.stringMatching(/\w{3}/) });
});

test.each(checks)('%s: a name that has no address is told', async (_, at) => {
  const { outcome } = await at('http://pulaski-test.invalid').look(aScope, AbortSignal.timeout(8_000));
  expect(outcome).toMatchObject({ status: 'blind', why: expect.stringMatching(/no address|cannot be reached|did not answer/) });
});

test.each(checks)('%s: a server that does not speak TLS is told', async (_, at) => {
  const server = await standIn(() => ({ body: {} }));
  onTestFinished(server.close);
  const { outcome } = await at(server.url.replace('http:', 'https:')).look(aScope, AbortSignal.timeout(8_000));
  expect(outcome.status).toBe('blind');
});
