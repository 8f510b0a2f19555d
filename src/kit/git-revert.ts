/** The part of git that makes commits: in a scratch work tree that is thrown away, so that the mirror's branches stay the remote's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitMirror, GitTrouble, type Reverted, type RevertWish } from '../core/kit/git.ts';
import type { GitRan, RunGit } from './git-run.ts';
import { gitTrouble } from './git-trouble.ts';

interface Repository {
  dir: string;
  url: string;
  name: string;
  secret: Readonly<Record<string, string>>;
  run: RunGit;
  good: (answer: Promise<GitRan>, branch?: string) => Promise<GitRan>;
  ready: () => Promise<void>;
  full: (sha: string) => string;
}

const CHECKOUT_MS = 120_000;

export function gitReverter(repository: Repository): Pick<GitMirror, 'revert' | 'push' | 'mayPush'> {
  const { dir, url, name, secret, run, full } = repository;
  const pushed = async (sha: string, branch: string, more: readonly string[], signal: AbortSignal): Promise<void> => {
    const args = ['push', '--porcelain', '--no-verify', ...more, '--', url, `${full(sha)}:refs/heads/${branch}`];
    const ran = await run({ args, cwd: dir, env: secret, timeoutMs: 60_000 }, signal);
    if (ran.code !== 0) throw gitTrouble(`${ran.out}\n${ran.err}`, name, branch);
  };
  return {
    revert: (wish, signal) => scratch(repository, wish.onto, (tree) => undo(repository, tree, wish, signal), signal),
    push: (sha, branch, signal) => pushed(sha, branch, [], signal),
    mayPush: (sha, branch, signal) => pushed(sha, branch, ['--dry-run'], signal),
  };
}

/** A detached work tree of the mirror; removed whatever happens. */
async function scratch<T>(repository: Repository, onto: string, work: (tree: string) => Promise<T>, signal: AbortSignal): Promise<T> {
  const { dir, run, good, ready, full } = repository;
  await ready();
  const tree = await mkdtemp(join(dir, 'scratch-'));
  try {
    await good(
      run({ args: ['worktree', 'add', '--quiet', '--force', '--detach', tree, full(onto)], cwd: dir, timeoutMs: CHECKOUT_MS }, signal),
    );
    return await work(tree);
  } finally {
    await rm(tree, { recursive: true, force: true });
    await run({ args: ['worktree', 'prune'], cwd: dir }, AbortSignal.timeout(10_000));
  }
}

async function undo(repository: Repository, tree: string, wish: RevertWish, signal: AbortSignal): Promise<Reverted> {
  const { run, good, full } = repository;
  const env = identity(wish);
  const here = (args: readonly string[], input?: string) =>
    run({ args, cwd: tree, env, timeoutMs: CHECKOUT_MS, ...(input === undefined ? {} : { input }) }, signal);
  for (const { sha, merge } of wish.steps) {
    const ran = await here(['revert', '--no-commit', ...(merge ? ['-m', '1'] : []), full(sha)]);
    if (ran.code === 0) continue;
    const files = await names(good(here(['diff', '--name-only', '--diff-filter=U', '-z'])));
    if (files.length === 0)
      throw new GitTrouble('broken', `git cannot revert ${sha.slice(0, 7)}`, 'Run the shown command by hand to see why.');
    return { status: 'conflict', at: sha, files };
  }
  const files = await names(good(here(['diff', '--cached', '--name-only', '--no-renames', '-z', 'HEAD'])));
  if (files.length === 0) return { status: 'empty' };
  await good(here(['commit', '--quiet', '--no-verify', '--cleanup=verbatim', '--file=-'], wish.message));
  return { status: 'done', sha: (await good(here(['rev-parse', 'HEAD']))).out.trim(), files };
}

async function names(answer: Promise<GitRan>): Promise<readonly string[]> {
  return (await answer).out.split('\0').filter(Boolean);
}

/** Fixed to the wish: two processes that do the same wish make the same commit, and the second push changes nothing. */
function identity(wish: RevertWish): Record<string, string> {
  const date = wish.at;
  const person = { NAME: 'Pulaski', EMAIL: 'pulaski@localhost', DATE: date };
  return Object.fromEntries(
    Object.entries(person).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
}
