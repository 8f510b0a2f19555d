import { expect, onTestFinished, test } from 'vitest';
import { rollbar } from '../../src/checks/rollbar.ts';
import { sayErrorGroup } from '../../src/core/brief/say-symptoms.ts';
import type { Check, Look, Scope } from '../../src/core/check.ts';
import type { ErrorGroup, Finding, FindingKind } from '../../src/core/evidence.ts';
import { http } from '../../src/kit/http.ts';
import { aScope, checkContract, httpInMood } from '../contract/check.ts';
import { type Answer, type Asked, type StandIn, standIn } from '../contract/stand-in.ts';
import { now, occurrence, personal, rollbarServer, token } from './rollbar-server.ts';

function checkAt(server: StandIn): Check {
  const env: Record<string, string> = { ROLLBAR_READ_TOKEN: token, ROLLBAR_API_URL: server.url };
  return rollbar.make((name) => env[name] ?? '', { http });
}

checkContract('rollbar', {
  secrets: [token, ...personal],
  build: async (mood) => {
    const server = await httpInMood(mood, rollbarServer({ trouble: mood !== 'calm' }), {
      unauthorised: { status: 401, body: { err: 1, message: `invalid access token ${token}` } },
      rateLimited: { status: 429, headers: { 'x-rate-limit-reset': '1795294800' }, body: { err: 1, message: 'limit' } },
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

test('tells the rise with its onset, without the 404s of every day', async () => {
  const { look } = await looked(rollbarServer({ trouble: true }));
  const [rate] = of(look, 'error-rate');
  expect(rate).toMatchObject({ tracker: 'rollbar', tone: 'bad', onset: '2026-11-21T20:22:00.000Z', usual: 3 });
  expect(rate?.points.at(-1)).toEqual({ at: '2026-11-21T20:31:00.000Z', count: 107 });
});

test('tells the new group with what a diagnosis needs, and nothing of the request', async () => {
  const { look } = await looked(rollbarServer({ trouble: true }));
  const [first, ...rest] = of(look, 'error-group');
  expect(first).toMatchObject({
    tone: 'bad',
    trend: 'new',
    isNew: true,
    class: 'ActiveRecord::StatementInvalid',
    message: "Mysql2::Error: Out of range value for column 'message_id' at row 1",
    transaction: 'threads#create',
    release: '1f2e3d4c5b6a798081726354453627181920aabb',
    frames: [
      { file: 'app/models/thread.rb', line: 41, function: 'create!', inApp: true },
      { file: 'app/controllers/threads_controller.rb', line: 12, function: 'create', inApp: true },
    ],
  });
  expect(first).not.toHaveProperty('id');
  expect(rest.map((g) => [g.trend, g.tone, g.httpStatus])).toEqual([
    ['as-always', 'normal', 404],
    ['as-always', 'normal', undefined],
  ]);
});

test('a group is told with the route it shows on most, and with its least share of that route’s errors', async () => {
  const on = (context: string) => ({ ...occurrence, data: { ...occurrence.data, context } });
  const alone = await looked(rollbarServer({ trouble: true }));
  // 1,030 of some 1,150 errors of the last quarter: even if all others were on this route, too.
  expect(of(alone.look, 'error-group')[0]).toMatchObject({ transaction: 'threads#create', transactionErrorShare: expect.closeTo(0.88, 1) });
  const spread = await looked(rollbarServer({ trouble: true, instances: [on('threads#show'), ...Array(3).fill(on('threads#create'))] }));
  const [first] = of(spread.look, 'error-group');
  expect(first).toMatchObject({ transaction: 'threads#create', lastSeen: expect.any(String) });
  expect(first?.transactionErrorShare).toBeLessThan(of(alone.look, 'error-group')[0]?.transactionErrorShare ?? 0);
  expect(first && sayErrorGroup(first).join('')).toMatch(/ on threads#create \(at least \d\d % of its errors\), new$/);
});

test('class and HTTP status are told apart: by what the occurrence says, else by the class', async () => {
  const failing = (status: number) => ({ ...occurrence, data: { ...occurrence.data, custom: { status } } });
  const statusOf = async (instances: readonly unknown[]) =>
    of((await looked(rollbarServer({ trouble: true, instances }))).look, 'error-group').find((g) => g.trend === 'new');
  expect(await statusOf([failing(503)])).toMatchObject({ class: 'ActiveRecord::StatementInvalid', httpStatus: 503, tone: 'bad' });
  expect(await statusOf([failing(422)])).toMatchObject({ class: 'ActiveRecord::StatementInvalid', httpStatus: 422, tone: 'changed' });
  expect((await statusOf([occurrence]))?.httpStatus).toBeUndefined();
});

test.each([
  ['new', 'new', 'bad'],
  ['louder', 'louder', 'bad'],
  ['as always', 'as-always', 'normal'],
] as const)('a group is %s against the time before the onset, by its own counts', async (_, trend, tone) => {
  const world = rollbarServer({ trouble: true, versions: { status: 404, body: { err: 1, message: 'no such version' } } });
  // The same item, with another past: nothing, a few a minute, or as many as now.
  const before = { new: 0, louder: 4, 'as-always': 103 }[trend];
  const { look } = await looked((asked) => {
    const answer = world(asked);
    if (typeof answer === 'string' || 'half' in answer || !asked.path.endsWith('/metrics/occurrences')) return answer;
    const body = structuredClone(answer.body) as { result: { timepoints: { metrics_rows: { field: string; value: number }[][] }[] } };
    for (const { metrics_rows: rows } of body.result.timepoints)
      if (before > 0 && !rows.some((row) => row[0]?.value === 812))
        rows.push([
          { field: 'item_counter', value: 812 },
          { field: 'occurrence_count', value: before },
        ]);
    return { ...answer, body };
  });
  const group = of(look, 'error-group').find((g) => g.class === 'ActiveRecord::StatementInvalid');
  expect(group).toMatchObject({ trend, tone });
});

test('names releases of this environment only', async () => {
  const { look } = await looked(rollbarServer({ trouble: true }));
  expect(of(look, 'release')).toEqual([
    {
      kind: 'release',
      at: '2026-11-21T20:21:00.000Z',
      sha: '1f2e3d4c5b6a798081726354453627181920aabb',
      by: 'ci',
      status: 'succeeded',
      source: 'rollbar',
      tone: 'changed',
    },
  ]);
});

test('asks six times, and four when it looks again', async () => {
  const first = await looked(rollbarServer({ trouble: true }));
  expect(first.look.cost).toEqual({ requests: 6 });
  const known = [{ check: 'rollbar', at: now, tookMs: 1, outcome: first.look.outcome }];
  const again = await looked(rollbarServer({ trouble: true }), { lean: true, known });
  expect(again.look.cost).toEqual({ requests: 4 });
  expect(of(again.look, 'error-group')[0]).toMatchObject({ trend: 'new', transaction: 'threads#create' });
});

test('without metrics the groups that stand out by their hours are counted one by one', async () => {
  const metrics = { status: 403, body: { err: 1, message: 'not in your plan' } };
  const versions = { status: 404, body: { err: 1, message: 'no such version' } };
  const { look } = await looked(rollbarServer({ trouble: true, metrics, versions }));
  const groups = of(look, 'error-group');
  expect(groups.map((g: ErrorGroup) => [g.class, g.trend, g.points?.length])).toEqual([
    ['ActiveRecord::StatementInvalid', 'new', 60],
    ['ActionController::RoutingError', 'as-always', undefined],
    ['Payments::Timeout', 'as-always', undefined],
  ]);
  expect(of(look, 'note')).toEqual([]);
});

test('without metrics a group that was counted is followed when it no longer stands out', async () => {
  const metrics = { status: 403, body: { err: 1, message: 'not in your plan' } };
  const server = rollbarServer({ trouble: false, metrics });
  const plain = (await looked(server)).look;
  const routing = of(plain, 'error-group').find((g: ErrorGroup) => g.class !== undefined && g.points === undefined);
  expect(routing).toBeDefined();
  const before = { ...routing, kind: 'error-group', points: [{ at: now, count: 9 }] } as ErrorGroup;
  const known = [{ check: 'rollbar', at: now, tookMs: 1, outcome: { status: 'found' as const, findings: [before] } }];
  const { look } = await looked(server, { lean: true, known });
  expect(of(look, 'error-group').find((g: ErrorGroup) => g.title === before.title)?.points?.length).toBe(30);
});

test('side questions that are refused leave a note, no silence', async () => {
  const deploys = { status: 403, body: { err: 1, message: 'no' } };
  const { look } = await looked(rollbarServer({ trouble: true, deploys }));
  expect(of(look, 'note').map((n) => n.text)).toEqual(['Rollbar: deploys not seen: Rollbar: the token may not read this (403)']);
});

test('counts that end long before the incident are too early, not quiet', async () => {
  const { look } = await looked(rollbarServer({ trouble: false }), {
    openedAt: '2026-11-21T23:00:00.000Z',
    now: '2026-11-21T23:01:00.000Z',
  });
  expect(look.outcome).toMatchObject({ status: 'blind', why: expect.stringMatching(/too early/) });
});

test('a rate limit is told with its end', async () => {
  const { look } = await looked(() => ({ status: 429, headers: { 'x-rate-limit-remaining-seconds': '90' }, body: {} }));
  expect(look.outcome).toMatchObject({ status: 'blind', why: 'Rollbar: rate limited until 20:34 UTC' });
});
