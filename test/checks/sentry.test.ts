import { expect, onTestFinished, test } from 'vitest';
import { sentry } from '../../src/checks/sentry.ts';
import type { Check, Look, Scope } from '../../src/core/check.ts';
import type { Finding, FindingKind } from '../../src/core/evidence.ts';
import { http } from '../../src/kit/http.ts';
import { aScope, checkContract, httpInMood } from '../contract/check.ts';
import { type Answer, type Asked, type StandIn, standIn } from '../contract/stand-in.ts';
import { now, personal, sentryServer, token } from './sentry-server.ts';

function checkAt(server: StandIn): Check {
  const env: Record<string, string> = { SENTRY_TOKEN: token, SENTRY_ORG: 'acme', SENTRY_PROJECT: 'web, worker', SENTRY_URL: server.url };
  return sentry.make((name) => env[name] ?? '', { http });
}

checkContract('sentry', {
  secrets: [token, ...personal],
  build: async (mood) => {
    const server = await httpInMood(mood, sentryServer({ trouble: mood !== 'calm' }), {
      unauthorised: { status: 401, body: { detail: `Invalid token ${token}` } },
      rateLimited: { status: 429, headers: { 'x-sentry-rate-limit-reset': '1795294800' }, body: { detail: 'slow down' } },
    });
    return { check: checkAt(server), scope: { now }, close: server.close };
  },
});

async function looked(answer: (asked: Asked) => Answer, scope: Partial<Scope> = {}): Promise<{ look: Look; server: StandIn }> {
  const server = await standIn(answer);
  onTestFinished(server.close);
  const look = await checkAt(server).look({ ...aScope, now, ...scope }, AbortSignal.timeout(8_000));
  return { look, server };
}

function of<K extends FindingKind>(look: Look, kind: K): Extract<Finding, { kind: K }>[] {
  return (look.outcome.findings ?? []).filter((f): f is Extract<Finding, { kind: K }> => f.kind === kind);
}

test('tells the rise, the new issue with its chain, frames, route and the share of it that fails', async () => {
  const { look } = await looked(sentryServer({ trouble: true }));
  expect(of(look, 'error-rate')).toEqual([
    expect.objectContaining({ tracker: 'sentry', tone: 'bad', onset: '2026-11-21T20:22:00.000Z', usual: 3 }),
  ]);
  const [first, second] = of(look, 'error-group');
  expect(first).toMatchObject({
    tone: 'bad',
    trend: 'new',
    title: 'Mysql2::Error: Out of range value for [e-mail]',
    class: 'ActiveRecord::StatementInvalid',
    message: "Mysql2::Error: Out of range value for column 'message_id' at row 1",
    frames: [{ file: 'app/models/thread.rb', line: 41, function: 'create!', inApp: true }],
    transaction: 'ThreadsController#create',
    transactionShare: 0.97,
    httpStatus: 500,
    count: 1000,
    users: 97,
    url: 'https://acme.sentry.io/issues/55/',
  });
  expect(second).toMatchObject({ tone: 'normal', trend: 'as-always', class: 'Payments::Timeout' });
});

test('names the release with its commits', async () => {
  const { look } = await looked(sentryServer({ trouble: true }));
  const sha = '1f2e3d4c5b6a798081726354453627181920aabb';
  expect(of(look, 'release')).toEqual([expect.objectContaining({ sha, at: '2026-11-21T20:21:00.000Z', tone: 'changed', service: 'web' })]);
  expect(of(look, 'commit')).toEqual([expect.objectContaining({ sha, message: 'Thread the comments', author: 'Jane' })]);
});

test('asks for the projects and the environment by name, with the slash at the end', async () => {
  const { server } = await looked(sentryServer({ trouble: true }));
  for (const { path, query } of server.asked) {
    expect(path).toMatch(/\/$/);
    if (path.endsWith('/issues/')) expect([query.getAll('project'), query.get('environment')]).toEqual([['web', 'worker'], 'production']);
  }
});

test('an old server of your own answers by events-stats, and what it lacks is noted', async () => {
  const { look } = await looked(sentryServer({ trouble: true, old: true }));
  expect(of(look, 'error-rate')[0]).toMatchObject({ tone: 'bad', onset: '2026-11-21T20:22:00.000Z' });
  expect(of(look, 'error-group')[0]).toMatchObject({ trend: 'new', tone: 'bad' });
  expect(of(look, 'error-group')[0]).not.toHaveProperty('transactionShare');
  expect(of(look, 'note')[0]?.text).toMatch(/counts per issue and minute not seen/);
});

test('follows the pages of new issues, not for ever', async () => {
  const { server } = await looked(sentryServer({ trouble: true, pages: 9 }));
  const pages = server.asked.filter((asked) => asked.query.get('sort') === 'new').map((asked) => asked.query.get('cursor'));
  expect(pages).toEqual([null, '0:1:0']);
});

test('a lean look keeps what was read before', async () => {
  const first = await looked(sentryServer({ trouble: true }));
  const known = [{ check: 'sentry', at: now, tookMs: 1, outcome: first.look.outcome }];
  const { look, server } = await looked(sentryServer({ trouble: true }), { lean: true, known });
  expect(of(look, 'error-group')[0]).toMatchObject({ trend: 'new', frames: [{ file: 'app/models/thread.rb' }] });
  expect(server.asked.filter((asked) => asked.path.includes('/latest/'))).toEqual([]);
});

test('a rate limit is told with its end', async () => {
  const { look } = await looked(() => ({ status: 429, headers: { 'x-sentry-rate-limit-reset': '1795294800' }, body: {} }));
  expect(look.outcome).toMatchObject({ status: 'blind', why: 'Sentry: rate limited until 21:00 UTC' });
});

test('a wrong organization names the setting', async () => {
  const { look } = await looked(() => ({ status: 404, body: { detail: 'The requested resource does not exist' } }));
  expect(look.outcome).toMatchObject({ status: 'blind', fix: expect.stringMatching(/SENTRY_ORG/) });
});
