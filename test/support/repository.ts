/** Real git repositories in temporary folders: a bare remote and a clone to work in, with nobody's configuration. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Repository {
  /** Path of the bare remote. */
  remote: string;
  /** Folder for the bot's own data. */
  folder: string;
  /** Runs git in the clone; trimmed output. */
  git: (...args: string[]) => string;
  /** Writes the files (null removes one) and commits them; answers the sha. */
  commit: (message: string, files: Record<string, string | null>) => string;
  push: (branch?: string) => void;
  /** The remote's head. */
  head: (branch?: string) => string;
  /** Content at the remote's head. */
  at: (path: string, branch?: string) => string;
  /** A hook of the remote, as a shell script. */
  hook: (name: string, script: string) => void;
  remove: () => void;
}

export function repository(branch = 'master'): Repository {
  const top = mkdtempSync(join(tmpdir(), 'pulaski-git-'));
  const remote = join(top, 'remote.git');
  const work = join(top, 'work');
  const env = { PATH: process.env.PATH ?? '', HOME: top, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  let minute = 0;
  const run = (cwd: string, args: readonly string[]): string => {
    const at = new Date(Date.UTC(2026, 10, 20, 1, minute)).toISOString();
    const who = {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
    };
    const dates = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    return execFileSync('git', [...args], { cwd, env: { ...env, ...who, ...dates }, stdio: ['ignore', 'pipe', 'pipe'] })
      .toString()
      .trim();
  };
  run(top, ['init', '--quiet', '--bare', '-b', branch, remote]);
  run(top, ['init', '--quiet', '-b', branch, work]);
  const git = (...args: string[]) => run(work, args);
  git('remote', 'add', 'origin', remote);
  return {
    remote,
    folder: join(top, 'data'),
    git,
    commit: (message, files) => {
      minute += 1;
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        if (content === null) rmSync(join(work, path));
        else writeFileSync(join(work, path), content);
      }
      git('add', '-A');
      git('commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    push: (to = branch) => void git('push', '--quiet', 'origin', `HEAD:refs/heads/${to}`),
    head: (of = branch) => run(remote, ['rev-parse', `refs/heads/${of}`]),
    at: (path, of = branch) => run(remote, ['show', `refs/heads/${of}:${path}`]),
    hook: (name, script) => {
      mkdirSync(join(remote, 'hooks'), { recursive: true });
      writeFileSync(join(remote, 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}
