import type { Check, Scope } from '../../src/core/check.ts';
import type { Evidence, Finding } from '../../src/core/evidence.ts';
import type { GitMirror } from '../../src/core/kit/git.ts';
import { gitKit } from '../../src/kit/git.ts';
import { httpInMood, type Mood } from '../contract/check.ts';
import { type Repository, repository } from './repository.ts';

/** The deploy check's answer: `sha` runs since `liveAt`, after `previousSha`. */
export function deployed(sha: string, liveAt: string, previousSha?: string): Evidence {
  const rollout: Finding = {
    kind: 'rollout',
    deployment: 'web',
    sha,
    startedAt: liveAt,
    liveAt,
    state: 'complete',
    ...(previousSha ? { previousSha } : {}),
  };
  return evidence('deploy', rollout);
}

export function evidence(check: string, ...findings: readonly Finding[]): Evidence {
  return { check, at: '2026-11-21T20:31:30.000Z', tookMs: 1, outcome: { status: 'found', findings } };
}

export function mirrorOf(repo: Repository): GitMirror {
  return gitKit(process.env).mirror({ remote: repo.remote, folder: repo.folder, token: '' });
}

/** The check against a remote in one mood; in trouble a release went live half an hour ago, when calm a week ago. */
export async function riggedGit(
  mood: Mood,
  make: (mirror: GitMirror, repo: Repository) => Check,
): Promise<{ check: Check; scope: Partial<Scope>; close: () => Promise<void> }> {
  const repo = repository();
  const before = repo.commit('Before', { 'app.rb': '1\n' });
  const sha = repo.commit('Add migration', {
    'app.rb': '2\n',
    'db/migrate/20261121000000_x.rb': 'class X\n  def change\n    add_index :a, :b\n  end\nend\n',
  });
  if (mood !== 'empty') repo.push();
  const scope = { known: [deployed(sha, mood === 'calm' ? '2026-11-14T20:00:00.000Z' : '2026-11-21T20:00:00.000Z', before)] };
  if (mood === 'trouble' || mood === 'calm' || mood === 'empty') {
    return { check: make(mirrorOf(repo), repo), scope, close: async () => repo.remove() };
  }
  const healthy = () => ({
    body: '001e# service=git-upload-pack\n0000',
    headers: { 'content-type': 'application/x-git-upload-pack-advertisement' },
  });
  const refusals = {
    unauthorised: { status: 401, headers: { 'www-authenticate': 'Basic realm="git"' }, body: 'no' },
    rateLimited: { status: 429, headers: { 'retry-after': '60' }, body: 'slow down' },
  };
  const source = await httpInMood(mood, healthy, refusals);
  const mirror = gitKit(process.env).mirror({
    remote: `${source.url.replace('//', '//bot:s3cretword@')}/shop.git`,
    folder: repo.folder,
    token: '',
  });
  return {
    check: make(mirror, repo),
    scope,
    close: async () => {
      await source.close();
      repo.remove();
    },
  };
}
