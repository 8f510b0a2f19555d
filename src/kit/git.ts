/** Git by its own program: a bare mirror of one remote below a folder. Revert and push live beside it in `git-revert.ts`. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve as absolute, join } from 'node:path';
import { type GitCommit, type GitKit, type GitMirror, GitTrouble, type LogRange } from '../core/kit/git.ts';
import { remembered } from './git-remembered.ts';
import { gitReverter } from './git-revert.ts';
import { type GitRan, type GitRun, gitRunner, gitWork, type RunGit } from './git-run.ts';
import { gitTrouble } from './git-trouble.ts';

const FETCH_MS = 10 * 60_000;
const LOCAL_MS = 20_000;
const FULL = /^[0-9a-f]{40}$/;
const SHORT = /^[0-9a-f]{7,40}$/;
const FILE_BYTES = 1024 * 1024;
const MATCHES = 400;
/** Between fields and records of `git log`: drawn anew by each process, so that no author or message can forge one. */
const FIELD = `\x1f${randomUUID()}`;
const RECORD = `\x1e${randomUUID()}`;

/** `machine` is the process's environment: PATH, the SSH agent, proxies and certificates are handed on to git, nothing else. */
export function gitKit(machine: Readonly<Record<string, string | undefined>>): GitKit {
  const mirrors = new Map<string, GitMirror>();
  const work = gitWork();
  return {
    close: work.end,
    mirror: ({ remote, folder, token }) => {
      const key = JSON.stringify([remote, folder, token]);
      const known = mirrors.get(key);
      if (known) return known;
      const made = mirror(remote, absolute(folder), token, gitRunner(machine, join(absolute(folder), 'mirror'), work));
      mirrors.set(key, made);
      return made;
    },
  };
}

function mirror(remote: string, folder: string, token: string, run: RunGit): GitMirror {
  const { url, name, secret } = remoteOf(remote, token);
  const dir = join(folder, 'mirror', `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.git`);
  const here = (args: readonly string[], signal: AbortSignal, more: Partial<GitRun> = {}) => run({ args, cwd: dir, ...more }, signal);
  const there = (args: readonly string[], signal: AbortSignal, more: Partial<GitRun> = {}) => here(args, signal, { env: secret, ...more });
  const ask = remembered((args, maxBytes) => here(args, AbortSignal.timeout(LOCAL_MS), maxBytes === undefined ? {} : { maxBytes }));
  /** Of what full shas decide. */
  const fixed = (args: readonly string[], signal: AbortSignal, maxBytes?: number) => untilAborted(ask(args, maxBytes), signal, name);
  const good = async (answer: Promise<GitRan>, branch = ''): Promise<GitRan> => {
    const ran = await answer;
    if (ran.code !== 0 && !ran.cut) throw gitTrouble(ran.err, name, branch);
    return ran;
  };
  const ready = once(() => prepare(dir, run));
  const transfers = new Map<string, Promise<string>>();

  /** To git a page of a proxy looks like a repository without a single branch, and is none of the settings' faults. */
  const withoutBranch = async (branch: string, signal: AbortSignal): Promise<GitTrouble> => {
    const { out } = await good(there(['ls-remote', '--heads', '--', url], signal));
    if (out.trim() !== '') return gitTrouble("couldn't find remote ref", name, branch);
    return new GitTrouble(
      'unreachable',
      `${name} shows no branch at all: it is empty, or a login or maintenance page answers there`,
      'On the bot\'s machine this must list branches: git ls-remote --heads "$GIT_REMOTE"',
    );
  };
  const transfer = async (branch: string): Promise<string> => {
    await ready();
    const own = AbortSignal.timeout(FETCH_MS);
    const ref = `refs/heads/${branch}`;
    await good(there(['fetch', '--quiet', '--no-tags', '--', url, `+${ref}:${ref}`], own, { timeoutMs: FETCH_MS }), branch).catch(
      async (error: unknown) => {
        throw error instanceof GitTrouble && error.kind === 'no-branch' ? await withoutBranch(branch, own) : error;
      },
    );
    return (await good(here(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], own), branch)).out.trim();
  };
  const update = async (branch: string, signal: AbortSignal): Promise<string> => {
    checkBranch(branch);
    const running = transfers.get(branch) ?? transfer(branch).finally(() => transfers.delete(branch));
    transfers.set(branch, running);
    return untilAborted(running, signal, name);
  };
  const head = async (branch: string, signal: AbortSignal): Promise<string> => {
    checkBranch(branch);
    await ready();
    const { out } = await good(there(['ls-remote', '--heads', '--', url, `refs/heads/${branch}`], signal), branch);
    const sha = out.split('\t')[0] ?? '';
    if (!FULL.test(sha)) throw await withoutBranch(branch, signal);
    return sha;
  };
  const resolve = async (sha: string, signal: AbortSignal): Promise<string | undefined> => {
    if (!SHORT.test(sha)) return undefined;
    await ready();
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${sha}^{commit}`];
    const known = (await (FULL.test(sha) ? fixed(args, signal) : here(args, signal))).out.trim();
    if (known || !FULL.test(sha)) return known || undefined;
    // Deployed from a branch that is not fetched; hosts that forbid asking for a bare sha leave it unknown.
    await there(['fetch', '--quiet', '--no-tags', '--', url, sha], signal);
    return (await here(args, signal)).out.trim() || undefined;
  };
  const log = async (range: LogRange, signal: AbortSignal): Promise<readonly GitCommit[]> => {
    const format = `--format=${RECORD}%H${FIELD}%P${FIELD}%cI${FIELD}%an${FIELD}%B${FIELD}`;
    const revisions = [...(range.after === undefined ? [] : [`^${full(range.after)}`]), full(range.to)];
    const args = [
      'log',
      '-z',
      '--first-parent',
      '--diff-merges=first-parent',
      '--name-only',
      '--no-renames',
      '--no-ext-diff',
      '--no-show-signature',
    ];
    const { out } = await good(
      fixed([...args, `-n${range.limit}`, format, '--end-of-options', ...revisions, '--'], signal, 32 * FILE_BYTES),
    );
    return out.split(RECORD).flatMap(commitOf);
  };
  return {
    name,
    update,
    head,
    resolve,
    log,
    contains: async (ancestor, descendant, signal) => {
      const ran = await fixed(['merge-base', '--is-ancestor', full(ancestor), full(descendant)], signal);
      if (ran.code > 1) throw gitTrouble(ran.err, name, '');
      return ran.code === 0;
    },
    diff: async (sha, { maxBytes, context = 3, paths = [] }, signal) => {
      const args = [
        'show',
        '--format=',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--diff-merges=first-parent',
        `-U${context}`,
        full(sha),
      ];
      const { out, cut } = await good(fixed([...args, '--', ...paths.map((p) => `:(top,literal)${p}`)], signal, maxBytes));
      return cut ? out.slice(0, out.lastIndexOf('\n') + 1) : out;
    },
    file: async (sha, path, signal) => {
      const ran = await fixed(['cat-file', 'blob', `${full(sha)}:${path}`], signal, FILE_BYTES);
      return ran.code === 0 && !ran.cut ? ran.out : undefined;
    },
    tree: async (sha, folders, signal) => {
      const { out } = await good(fixed(['ls-tree', '-r', '-z', '--name-only', '--full-tree', full(sha), '--', ...folders], signal));
      return out.split('\0').filter(Boolean);
    },
    grep: async (sha, texts, signal) => {
      const asked = texts.flatMap((text) => ['-e', text]);
      const ran = await here(['grep', '-I', '-n', '-z', '-F', `--max-count=${MATCHES}`, ...asked, full(sha), '--'], signal, {
        maxBytes: FILE_BYTES,
      });
      if (ran.code > 1 && !ran.cut) throw gitTrouble(ran.err, name, '');
      return ran.out.split('\n').flatMap(matchOf);
    },
    findLine: async (line, from, limit, signal) => {
      const { out } = await good(here(['log', '-z', `-n${limit}`, `--format=%H${FIELD}%B`, '--end-of-options', full(from), '--'], signal));
      const commits = out.split('\0').map((record) => record.split(FIELD));
      return commits.filter(([, message]) => message?.split('\n').includes(line)).flatMap(([sha]) => (sha ? [sha] : []));
    },
    ...gitReverter({ dir, url, name, secret, run, good, ready, full }),
  };
}

/** Throws for what is no full sha: nothing else ever reaches git as a revision. */
function full(sha: string): string {
  if (!FULL.test(sha)) throw new GitTrouble('no-commit', 'not a full commit sha', 'Use the 40 hexadecimal digits of the commit.');
  return sha;
}

function checkBranch(branch: string): void {
  // git check-ref-format's rules, as far as they could change what a command means.
  const bad =
    branch === '' ||
    branch.startsWith('-') ||
    branch.startsWith('/') ||
    /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.lock$|\.$/.test(branch);
  if (bad)
    throw new GitTrouble('no-branch', 'GIT_BRANCH is no branch name', 'Set GIT_BRANCH to the branch that is deployed, for example master.');
}

async function prepare(dir: string, run: RunGit): Promise<void> {
  await mkdir(dir, { recursive: true });
  const signal = AbortSignal.timeout(FETCH_MS);
  if (existsSync(join(dir, 'HEAD'))) {
    await run({ args: ['-c', 'gc.auto=2000', 'gc', '--auto', '--quiet'], cwd: dir, timeoutMs: FETCH_MS }, signal);
    return;
  }
  const ran = await run({ args: ['init', '--quiet', '--bare', '--template=', dir] }, signal);
  if (ran.code !== 0)
    throw new GitTrouble('broken', `the mirror cannot be made below ${dir}`, 'DATA_DIR must be a folder the bot may write.');
}

/** Takes credentials out of the URL: they travel in git's environment, bound to the remote's origin, never in arguments or messages. */
function remoteOf(remote: string, token: string): { url: string; name: string; secret: Readonly<Record<string, string>> } {
  if (remote.startsWith('-'))
    throw new GitTrouble('unreachable', 'GIT_REMOTE is no address', 'Set GIT_REMOTE to the URL of the repository.');
  const parsed = /^https?:\/\//.test(remote) ? new URL(remote) : undefined;
  if (!parsed) return { url: remote, name: remote.replace(/^ssh:\/\/[^@/]*@/, 'ssh://'), secret: {} };
  const user = decodeURIComponent(parsed.username) || 'x-access-token';
  const password = decodeURIComponent(parsed.password) || token || (parsed.username ? decodeURIComponent(parsed.username) : '');
  parsed.username = '';
  parsed.password = '';
  const url = parsed.toString();
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const header = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${parsed.origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  return { url, name: url, secret: password && (parsed.protocol === 'https:' || parsed.hostname === '127.0.0.1') ? header : {} };
}

function commitOf(record: string): GitCommit[] {
  const [sha = '', parents = '', at = '', author = '', message = '', files = ''] = record.split(FIELD);
  if (!FULL.test(sha)) return [];
  return [
    {
      sha,
      parents: parents.split(' ').filter(Boolean),
      at: new Date(at).toISOString(),
      author,
      message: message.trimEnd(),
      files: files
        .split('\0')
        .map((path) => path.replace(/^\n/, ''))
        .filter(Boolean),
    },
  ];
}

function matchOf(line: string): { path: string; line: number; text: string }[] {
  const [where = '', number = '', text = ''] = line.split('\0');
  const path = where.slice(where.indexOf(':') + 1);
  return path && number ? [{ path, line: Number(number), text: text.slice(0, 500) }] : [];
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(
        new GitTrouble(
          'timeout',
          `${name} is still being copied, or does not answer`,
          'Look again in a minute; when it stays, try: git ls-remote "$GIT_REMOTE"',
          { cause: signal.reason },
        ),
      );
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
