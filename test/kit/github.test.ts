import { afterEach, describe, expect, test } from 'vitest';
import { GithubTrouble, githubRepository } from '../../src/core/kit/github.ts';
import { githubKit } from '../../src/kit/github.ts';
import { http } from '../../src/kit/http.ts';
import { type Answer, type Asked, type StandIn, standIn } from '../contract/stand-in.ts';

const signal = new AbortController().signal;
let server: StandIn | undefined;
afterEach(() => server?.close());

async function repo(answer: (asked: Asked) => Answer) {
  server = await standIn(answer);
  return githubKit(http).repo({ repository: 'acme/shop', url: 'https://github.com/acme/shop', apiUrl: server.url, token: 'ghp_sentinel' });
}

const pull = (more: object = {}) => ({
  number: 5,
  html_url: 'https://github.com/acme/shop/pull/5',
  state: 'open',
  head: { sha: 'a'.repeat(40) },
  merged_at: null,
  merge_commit_sha: null,
  mergeable: true,
  ...more,
});

describe('which repository', () => {
  test.each([
    ['https://github.com/acme/shop.git', 'https://api.github.com', 'acme/shop'],
    ['https://bot:pw@github.com/acme/shop', 'https://api.github.com', 'acme/shop'],
    ['git@github.com:acme/shop.git', 'https://api.github.com', 'acme/shop'],
    ['ssh://git@github.com:22/acme/shop.js.git', 'https://api.github.com', 'acme/shop.js'],
    ['https://git.acme.example/acme/shop.git', 'https://git.acme.example/api/v3', 'acme/shop'],
    ['https://gitlab.com/acme/shop.git', 'https://api.github.com', undefined],
    ['https://github.com.evil.example/acme/shop.git', 'https://api.github.com', undefined],
    ['/srv/git/shop.git', 'https://api.github.com', undefined],
    ['https://gitlab.com/group/sub/shop.git', 'https://gitlab.com/api/v3', undefined],
  ])('%s by %s', (remote, api, name) => expect(githubRepository(remote, api)?.repository).toBe(name));
});

describe('the few calls', () => {
  test('the end of the token, which GitHub says beside its answers', async () => {
    let headers: Record<string, string> = {};
    const it = await repo(() => ({ body: { protected: false }, headers }));
    await it.isProtected('main', signal);
    expect(it.expires()).toBeUndefined();
    headers = { 'github-authentication-token-expiration': '2026-12-31 09:30:00 UTC' };
    await it.isProtected('main', signal);
    expect(it.expires()).toBe('2026-12-31T09:30:00.000Z');
    headers = { 'github-authentication-token-expiration': '2027-01-31 09:30:00 +0100' };
    await it.isProtected('main', signal);
    expect(it.expires()).toBe('2027-01-31T08:30:00.000Z');
  });

  test('statuses and check runs together', async () => {
    const it = await repo(({ path }) =>
      path.endsWith('/status')
        ? { body: { state: 'success', total_count: 1, statuses: [{ context: 'ci/build', state: 'success' }] } }
        : {
            body: {
              check_runs: [
                { name: 'lint', status: 'completed', conclusion: 'failure' },
                { name: 'e2e', status: 'in_progress', conclusion: null },
              ],
            },
          },
    );
    expect(await it.ci('a'.repeat(40), signal)).toEqual({ state: 'failed', failed: ['lint'] });
    expect(server?.asked[0]?.headers).toMatchObject({
      authorization: 'Bearer ghp_sentinel',
      'user-agent': 'pulaski',
      'x-github-api-version': '2022-11-28',
    });
  });

  test('an open pull request is found instead of a second one', async () => {
    const it = await repo(({ method }) => (method === 'GET' ? { body: [pull()] } : { status: 500 }));
    expect(await it.openPull({ head: 'x', base: 'master', title: 't', body: 'b' }, signal)).toMatchObject({ number: 5, state: 'open' });
    expect(server?.asked.map((a) => a.method)).toEqual(['GET']);
    expect(server?.asked[0]?.query.get('head')).toBe('acme:x');
  });

  test('opens one, waits until GitHub knows whether it can be merged, and merges just that head', async () => {
    let looks = 0;
    const it = await repo(({ method, path, body }) => {
      if (method === 'GET' && path.endsWith('/pulls')) return { body: [] };
      if (method === 'POST') return { status: 201, body: pull() };
      if (method === 'GET') return { body: pull({ mergeable: ++looks > 1 ? true : null }) };
      return JSON.parse(body).sha === 'a'.repeat(40) ? { body: { merged: true, sha: 'b'.repeat(40), message: 'ok' } } : { status: 409 };
    });
    const opened = await it.openPull({ head: 'x', base: 'master', title: 't', body: 'b' }, signal);
    expect(await it.merge(opened, signal)).toEqual({ merged: true, sha: 'b'.repeat(40) });
    expect(looks).toBe(2);
  });

  test.each([403, 405, 409, 422])('a merge that is not allowed (%d) says why', async (status) => {
    const it = await repo(({ method }) =>
      method === 'PUT' ? { status, body: { message: 'At least 1 approving review is required' } } : { body: pull() },
    );
    const merged = await it.merge({ number: 5, url: '', headSha: 'a'.repeat(40), state: 'open' }, signal);
    expect(merged).toEqual({ merged: false, why: 'At least 1 approving review is required' });
  });

  test('merged by somebody else is merged', async () => {
    const it = await repo(() => ({ body: pull({ state: 'closed', merged_at: '2026-11-21T03:00:00Z', merge_commit_sha: 'c'.repeat(40) }) }));
    expect(await it.merge({ number: 5, url: '', headSha: 'a'.repeat(40), state: 'open' }, signal)).toEqual({
      merged: true,
      sha: 'c'.repeat(40),
    });
  });

  test.each<[what: string, answer: Answer, words: RegExp]>([
    ['a wrong token', { status: 401, body: { message: 'Bad credentials' } }, /token/],
    ['no access', { status: 404, body: { message: 'Not Found' } }, /does not show acme\/shop/],
    ['a missing right', { status: 403, body: { message: 'Resource not accessible by personal access token' } }, /Resource not accessible/],
    ['a limit', { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: { message: 'API rate limit exceeded' } }, /limits/],
    ['another shape', { body: { hello: 1 } }, /shape/],
    ['a maintenance page', { body: '<html>' }, /shape/],
    ['nobody there', 'reset', /cannot be asked/],
  ])('%s is said with what to do, without the token', async (_, answer, words) => {
    const it = await repo(() => answer);
    const error = await it.isProtected('master', signal).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(GithubTrouble);
    if (!(error instanceof GithubTrouble)) return;
    expect(error.message).toMatch(words);
    expect(error.fix).toMatch(/\w{4}/);
    expect(`${error.message} ${error.fix}`).not.toContain('ghp_sentinel');
  });
});
