import { createEmulator, type Emulator } from 'emulate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { GithubRepo } from '../../src/core/kit/github.ts';
import type { HttpKit } from '../../src/core/kit/http.ts';
import { githubKit } from '../../src/kit/github.ts';
import { http } from '../../src/kit/http.ts';

/** A stateful GitHub in this process: what one call changes, the next one sees. */
const token = 'ghp_sentinel';
const signal = new AbortController().signal;
const branch = 'pulaski/revert-1';
let hub: Emulator;
let repo: GithubRepo;
let head: string;

beforeEach(async () => {
  hub = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [token]: { login: 'acme', scopes: ['repo'] } },
      github: { users: [{ login: 'acme' }], repos: [{ owner: 'acme', name: 'shop', auto_init: true, default_branch: 'master' }] },
    },
  });
  repo = another();
  const { object } = answerShape.parse(await ask('GET', '/git/ref/heads/master'));
  await ask('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: object?.sha });
  head = await commit('good\n');
});
afterEach(() => hub.close());

/** As after a restart: nothing is remembered but the token and the address. */
function another(): GithubRepo {
  return githubKit(withStatuses).repo({ repository: 'acme/shop', url: 'https://github.com/acme/shop', apiUrl: hub.url, token });
}

/** The emulator knows check runs and no commit statuses: of those, there are none. */
const withStatuses: HttpKit = {
  ...http,
  request: async (asked, until) =>
    asked.url.endsWith('/status')
      ? { status: 200, headers: {}, body: { state: 'pending', total_count: 0, statuses: [] } }
      : http.request(asked, until),
};

const answerShape = z.looseObject({
  id: z.number().optional(),
  object: z.object({ sha: z.string() }).optional(),
  commit: z.looseObject({ sha: z.string() }).optional(),
});

async function ask(method: string, path: string, body?: object) {
  const answer = await fetch(`${hub.url}/repos/acme/shop${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  const said: unknown = await answer.json();
  return Array.isArray(said) ? { many: said.length } : answerShape.parse(said);
}

async function commit(text: string): Promise<string> {
  const content = Buffer.from(text).toString('base64');
  const done = answerShape.parse(await ask('PUT', '/contents/app.rb', { message: 'Revert "Threaded comments"', content, branch }));
  return done.commit?.sha ?? '';
}

const protect = () =>
  ask('PUT', '/branches/master/protection', {
    required_status_checks: { strict: false, contexts: ['ci'] },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
const checkRun = (more: object) => ask('POST', '/check-runs', { name: 'ci', head_sha: head, ...more });
const open = (it = repo) =>
  it.openPull({ head: branch, base: 'master', title: 'Revert "Threaded comments"', body: 'Incident #12' }, signal);

describe('a revert as a pull request', () => {
  test('is opened once, also by a process that knows nothing of the first', async () => {
    const first = await open();
    expect(first).toMatchObject({ number: 1, headSha: head, state: 'open' });
    expect(await open(another())).toEqual(first);
    expect(await ask('GET', '/pulls?state=all')).toEqual({ many: 1 });
  });

  test('is merged where nothing forbids it, and found merged after a crash', async () => {
    expect(await repo.isProtected('master', signal)).toBe(false);
    const pull = await open();
    const merged = await repo.merge(pull, signal);
    expect(merged).toMatchObject({ merged: true });
    const found = await another().findPull(branch, 'master', signal);
    expect(found).toMatchObject({ number: pull.number, state: 'merged', mergeSha: merged.merged ? merged.sha : '' });
    expect(await another().merge(pull, signal)).toEqual(merged);
  });

  test('waits while its checks run, is refused with their words, and merges when they have passed', async () => {
    await protect();
    expect(await repo.isProtected('master', signal)).toBe(true);
    const pull = await open();
    expect(await repo.ci(head, signal)).toEqual({ state: 'none', failed: [] });
    const run = answerShape.parse(await checkRun({ status: 'in_progress' }));
    expect(await repo.ci(head, signal)).toEqual({ state: 'running', failed: [] });
    expect(await repo.merge(pull, signal)).toMatchObject({ merged: false, why: expect.stringContaining('status checks') });
    await ask('PATCH', `/check-runs/${run.id}`, { status: 'completed', conclusion: 'success' });
    expect(await repo.ci(head, signal)).toEqual({ state: 'passed', failed: [] });
    expect(await repo.merge(pull, signal)).toMatchObject({ merged: true });
  });

  test('a failed check is named, and nothing is merged', async () => {
    await protect();
    const pull = await open();
    await checkRun({ status: 'completed', conclusion: 'failure' });
    expect(await repo.ci(head, signal)).toEqual({ state: 'failed', failed: ['ci'] });
    expect(await repo.merge(pull, signal)).toMatchObject({ merged: false });
    expect(await repo.findPull(branch, 'master', signal)).toMatchObject({ state: 'open' });
  });

  test('only the head that was checked is merged', async () => {
    const pull = await open();
    expect(await repo.merge({ ...pull, headSha: 'f'.repeat(40) }, signal)).toMatchObject({ merged: false });
  });
});
