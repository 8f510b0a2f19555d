/** GitHub's REST API over the bounded HTTP call. https://docs.github.com/rest (version 2022-11-28) */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type GithubKit, type GithubRepo, GithubTrouble, type Pull } from '../core/kit/github.ts';
import { BadAnswer, HostDown, type HttpAnswer, type HttpKit } from '../core/kit/http.ts';

/** GitHub computes `mergeable` lazily: null at first, then known within seconds. */
const MERGEABLE_TRIES = 4;
const MERGEABLE_WAIT_MS = 1_500;

const pullShape = z.object({
  number: z.number(),
  html_url: z.string(),
  state: z.string(),
  head: z.object({ sha: z.string() }),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  mergeable: z.boolean().nullish(),
});
const statusShape = z.object({
  state: z.string(),
  total_count: z.number(),
  statuses: z.array(z.object({ context: z.string(), state: z.string() })),
});
const runsShape = z.object({ check_runs: z.array(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullish() })) });
const branchShape = z.object({ protected: z.boolean() });
const mergedShape = z.object({ merged: z.boolean(), sha: z.string() });
const saidShape = z.object({ message: z.string() });

type Ask = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  signal: AbortSignal,
  more?: { body?: unknown; query?: Readonly<Record<string, string>> },
) => Promise<HttpAnswer>;

export function githubKit(http: HttpKit): GithubKit {
  return {
    repo: ({ repository, url, apiUrl, token }) => {
      const told: Told = {};
      return repo(repository, url, asker(http, apiUrl.replace(/\/$/, ''), token, told), told);
    },
  };
}

/** What GitHub says beside its answers. */
interface Told {
  expires?: string;
}

function repo(name: string, url: string, ask: Ask, told: Told): GithubRepo {
  const at = `/repos/${name}`;
  const pullAt = async (number: number, signal: AbortSignal) => read(pullShape, await ask('GET', `${at}/pulls/${number}`, signal), name);
  const findPull = async (head: string, base: string, signal: AbortSignal): Promise<Pull | undefined> => {
    const query = { head: `${name.split('/')[0]}:${head}`, base, state: 'all', per_page: '20' };
    const found = read(z.array(pullShape), await ask('GET', `${at}/pulls`, signal, { query }), name);
    return found.map(pullOf).toSorted((a, b) => rank(a) - rank(b))[0];
  };
  return {
    name,
    url,
    expires: () => told.expires,
    findPull,
    ci: async (sha, signal) => {
      const [status, runs] = await Promise.all([
        ask('GET', `${at}/commits/${sha}/status`, signal),
        ask('GET', `${at}/commits/${sha}/check-runs`, signal),
      ]);
      return ciOf(read(statusShape, status, name), read(runsShape, runs, name));
    },
    isProtected: async (branch, signal) =>
      read(branchShape, await ask('GET', `${at}/branches/${encodeURIComponent(branch)}`, signal), name).protected,
    openPull: async (wish, signal) => {
      const open = await findPull(wish.head, wish.base, signal);
      if (open && open.state !== 'closed') return open;
      const answer = await ask('POST', `${at}/pulls`, signal, { body: wish });
      return pullOf(read(pullShape, answer, name));
    },
    merge: async (pull, signal) => {
      for (let i = 0; i < MERGEABLE_TRIES; i += 1) {
        const now = await pullAt(pull.number, signal);
        if (now.merged_at) return { merged: true, sha: now.merge_commit_sha ?? now.head.sha };
        if (now.mergeable === false) return { merged: false, why: 'it conflicts with the branch' };
        if (now.mergeable) break;
        await sleep(MERGEABLE_WAIT_MS, undefined, { signal });
      }
      const answer = await ask('PUT', `${at}/pulls/${pull.number}/merge`, signal, { body: { sha: pull.headSha, merge_method: 'merge' } });
      if ([403, 405, 409, 422].includes(answer.status)) return { merged: false, why: said(answer) || 'GitHub does not allow it now' };
      const merged = read(mergedShape, answer, name);
      return { merged: true, sha: merged.sha };
    },
  };
}

/** Open ones first, then merged ones. */
function rank(pull: Pull): number {
  return { open: 0, merged: 1, closed: 2 }[pull.state];
}

function pullOf(p: z.infer<typeof pullShape>): Pull {
  const state = p.merged_at ? 'merged' : p.state === 'open' ? 'open' : 'closed';
  return {
    number: p.number,
    url: p.html_url,
    headSha: p.head.sha,
    state,
    ...(p.merged_at && p.merge_commit_sha ? { mergeSha: p.merge_commit_sha } : {}),
  };
}

function ciOf(status: z.infer<typeof statusShape>, runs: z.infer<typeof runsShape>): Awaited<ReturnType<GithubRepo['ci']>> {
  const bad = new Set(['failure', 'timed_out', 'cancelled', 'action_required', 'startup_failure']);
  const failed = [
    ...status.statuses.filter((s) => s.state === 'failure' || s.state === 'error').map((s) => s.context),
    ...runs.check_runs.filter((r) => bad.has(r.conclusion ?? '')).map((r) => r.name),
  ];
  const running = runs.check_runs.some((r) => r.status !== 'completed') || status.statuses.some((s) => s.state === 'pending');
  const any = status.statuses.length + runs.check_runs.length > 0;
  return { state: failed.length > 0 ? 'failed' : running ? 'running' : any ? 'passed' : 'none', failed };
}

function asker(http: HttpKit, apiUrl: string, token: string, told: Told): Ask {
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': 'pulaski',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  return async (method, path, signal, more = {}) => {
    try {
      const answer = await http.request({ method, url: `${apiUrl}${path}`, headers, ...more }, signal);
      const ends = Date.parse(answer.headers['github-authentication-token-expiration'] ?? '');
      if (!Number.isNaN(ends)) told.expires = new Date(ends).toISOString();
      return answer;
    } catch (error) {
      if (!(error instanceof HostDown || error instanceof BadAnswer)) throw error;
      throw new GithubTrouble(`GitHub cannot be asked: ${error.message}`, "Check GITHUB_API_URL and the network of the bot's machine.", {
        cause: error,
      });
    }
  };
}

function read<T>(shape: z.ZodType<T>, answer: HttpAnswer, name: string): T {
  const { status } = answer;
  if (status === 401)
    throw new GithubTrouble('GitHub does not accept the token', 'Make a new GITHUB_TOKEN with contents and pull requests: write.');
  if (status === 403 || status === 429) {
    if (answer.headers['x-ratelimit-remaining'] === '0' || answer.headers['retry-after']) {
      throw new GithubTrouble(
        "GitHub limits the bot's requests for now",
        'Wait for the minutes GitHub asks for, then press again, or run the shown command.',
      );
    }
    throw new GithubTrouble(`GitHub refuses: ${said(answer)}`, `Give GITHUB_TOKEN contents and pull requests: write on ${name}.`);
  }
  if (status === 404)
    throw new GithubTrouble(`GitHub does not show ${name} to this token`, `Give GITHUB_TOKEN access to ${name}, and check GIT_REMOTE.`);
  if (status >= 400) throw new GithubTrouble(`GitHub answered ${status}: ${said(answer)}`, 'Run the shown command by hand.');
  const parsed = shape.safeParse(answer.body);
  if (!parsed.success)
    throw new GithubTrouble('GitHub answered in a shape that is not known', 'Check GITHUB_API_URL.', { cause: parsed.error });
  return parsed.data;
}

function said(answer: HttpAnswer): string {
  const parsed = saidShape.safeParse(answer.body);
  return parsed.success ? parsed.data.message.slice(0, 200) : '';
}
