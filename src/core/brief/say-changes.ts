import type { Line } from '../brief.ts';
import { cut } from '../cut.ts';
import { oneLine } from '../escape.ts';
import type { Commit, Flag, Migration, Release, Rollout, Workload } from '../evidence.ts';
import { firstFew, join, line, plural, shortSha, time } from '../words.ts';

const MESSAGE_MAX = 50;

export function sayWorkload(work: Workload): Line {
  const name = cut(work.name, 60);
  const when = work.finishedAt === undefined ? undefined : line` ${time(work.finishedAt)}`;
  if (work.workload === 'job') return join([name, ` ${work.phase?.toLowerCase() ?? 'failed'}`, when, why(work)]);
  return join([name, why(work) ?? ` is ${work.phase ?? 'not ready'}`, when]);
}

function why(work: Workload): string | undefined {
  const exit = work.exitCode === undefined ? undefined : `exit ${work.exitCode}`;
  const restarts = work.restarts ? plural(work.restarts, 'restart') : undefined;
  const said = [work.reason, exit, restarts].filter((part) => part !== undefined);
  return said.length === 0 ? undefined : `: ${said.join(', ')}`;
}

export function sayRollout(rollout: Rollout): Line {
  const sha = rollout.sha === undefined ? rollout.image : shortSha(rollout.sha);
  const pods = rollout.pods === undefined ? undefined : `, ${rollout.pods.ready} of ${rollout.pods.wanted} pods ready`;
  const state =
    rollout.state === 'complete' || rollout.state === undefined
      ? rollout.liveAt === undefined
        ? ' is live'
        : line` is live since ${time(rollout.liveAt)}`
      : ` is ${rollout.state}`;
  return join([rollout.deployment, sha === undefined ? undefined : `: ${sha}`, state, pods]);
}

export function sayRelease(release: Release): Line {
  const name = release.sha === undefined ? (release.version ?? 'a release') : shortSha(release.sha);
  const by = release.by === undefined ? undefined : ` by ${oneLine(release.by)}`;
  return line`${name} released ${time(release.at)}${by}`;
}

export function sayCommit(commit: Commit): Line {
  const files = commit.files === undefined ? undefined : ` (${firstFew(commit.files, 2)})`;
  const message = commit.message === undefined ? undefined : ` “${cut(commit.message.split('\n')[0] ?? '', MESSAGE_MAX)}”`;
  const live = commit.liveAt === undefined ? (commit.live ? ' live' : undefined) : line` live since ${time(commit.liveAt)}`;
  return join([shortSha(commit.sha), message, live, files]);
}

const migrationStates = { absent: 'not in the database', partial: 'partly in the database', applied: 'applied' } as const;

export function sayMigration(migration: Migration): Line {
  const state = migration.state === undefined ? undefined : ` ${migrationStates[migration.state]}`;
  const at = migration.appliedAt === undefined ? undefined : line` ${time(migration.appliedAt)}`;
  return join([migration.name ?? migration.version, state, at]);
}

export function sayFlag(flag: Flag): Line {
  const turn = flag.to === undefined ? ' changed' : ` turned ${flag.to}`;
  return join([`flag ${flag.name}`, turn, flag.at === undefined ? undefined : line` at ${time(flag.at)}`]);
}
