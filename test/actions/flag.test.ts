import { afterEach, describe, expect, test } from 'vitest';
import { flag } from '../../src/actions/flag.ts';
import type { Finding } from '../../src/core/evidence.ts';
import { build } from '../../src/core/part.ts';
import { http } from '../../src/kit/http.ts';
import { type Answer, nobody, standIn } from '../contract/stand-in.ts';
import { aRequest } from '../setup/a-request.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const signal = () => AbortSignal.timeout(5_000);

async function rig(answer: Answer = { body: '' }, address?: string) {
  const service = await standIn(() => answer);
  closing.push(service.close);
  const url = address ?? service.url;
  const env = {
    FLAG_THREAD_STATS_OFF_URL: `${url}/off?token=s3cret`,
    FLAG_THREAD_STATS_ON_URL: `${url}/on?token=s3cret`,
    FLAG_SEARCH_OFF_URL: `${url}/search-off`,
  };
  const [action] = build([flag], env, { http }).ready;
  if (!action) throw new Error('the flag action is not set up');
  return { action, service };
}

const choose = (name: string, turn: string, findings: readonly Finding[] = []) =>
  aRequest('flag', findings, { choice: { flag: name, turn } });
const changed: Finding = { kind: 'table', table: 'thread_stats', changedAt: '2026-11-21T13:22:00Z' };
const pods = (at: string): Finding => ({ kind: 'rollout', deployment: 'web', oldestPodStartedAt: at });

test('is off without a flag, and finds its flags by their names', () => {
  expect(build([flag], { PATH: '/bin' }, { http })).toEqual({ ready: [], off: ['flag'], wrong: [] });
});

test('switches off with one POST, and remembers the way back', async () => {
  const { action, service } = await rig();
  const request = choose('thread-stats', 'off');
  const preview = await action.preview(request, signal());
  expect(preview).toMatchObject({ possible: true, title: 'Switch off thread-stats', command: 'curl -X POST "$FLAG_THREAD_STATS_OFF_URL"' });
  const result = await action.run(request, preview, () => {}, signal());
  expect(result).toMatchObject({ status: 'done', live: { when: 'now' }, undo: 'curl -X POST "$FLAG_THREAD_STATS_ON_URL"' });
  expect(service.asked.map((a) => `${a.method} ${a.path}`)).toEqual(['POST /off']);
  expect(JSON.stringify([preview, result])).not.toContain('s3cret');
});

describe('switching on again', () => {
  test.each<[string, Finding[], boolean]>([
    ['waits while pods are older than the change', [changed, pods('2026-11-21T13:00:00Z')], false],
    ['waits for the oldest pod', [changed, pods('2026-11-21T13:30:00Z'), pods('2026-11-21T13:00:00Z')], false],
    ['goes when all are newer', [changed, pods('2026-11-21T13:30:00Z')], true],
    ['goes when nothing changed', [pods('2026-11-21T13:00:00Z')], true],
  ])('%s', async (_, findings, possible) => {
    const { action, service } = await rig();
    const request = choose('thread-stats', 'on', findings);
    const preview = await action.preview(request, signal());
    expect(preview.possible).toBe(possible);
    const result = await action.run(request, preview, () => {}, signal());
    expect(result.status).toBe(possible ? 'done' : 'refused');
    expect(service.asked).toHaveLength(possible ? 1 : 0);
  });
});

test.each<[string, Answer, string]>([
  ['an error', { status: 500, body: 'token=s3cret is bad' }, 'The flag service answered 500.'],
  ['a reset', 'reset', 'The flag service did not answer.'],
])('%s is a failure with the command to run by hand', async (_, answer, text) => {
  const { action } = await rig(answer);
  const request = choose('thread-stats', 'off');
  const result = await action.run(request, await action.preview(request, signal()), () => {}, signal());
  expect(result).toEqual({ status: 'failed', text, fix: 'curl -X POST "$FLAG_THREAD_STATS_OFF_URL"' });
});

test('nobody there', async () => {
  const { action } = await rig(undefined, await nobody());
  const request = choose('thread-stats', 'off');
  expect((await action.run(request, await action.preview(request, signal()), () => {}, signal())).status).toBe('failed');
});

test('which feature is asked when it is not said, and one without a way back says so', async () => {
  const { action } = await rig();
  expect(await action.preview(aRequest('flag'), signal())).toMatchObject({
    possible: false,
    refusal: 'Which feature?',
    choose: { field: 'flag', options: [{ value: 'search' }, { value: 'thread-stats' }] },
  });
  expect((await action.preview(choose('search', 'off'), signal())).lines.join('\n')).toContain('set FLAG_SEARCH_ON_URL');
  expect(await action.preview(choose('search', 'on'), signal())).toMatchObject({
    possible: false,
    refusal: 'FLAG_SEARCH_ON_URL is not set',
  });
  expect((await action.verify(signal())).map((line) => [line.what, line.ok])).toEqual([
    ['flag search', false],
    ['flag thread-stats', true],
  ]);
});
