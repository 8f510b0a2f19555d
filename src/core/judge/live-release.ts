import type { Facts } from '../rule.ts';
import { revertRange } from './revert-range.ts';

/** Sha of the newest release that is live and was not the last quiet one; undefined when no release evidence says so. */
export function liveRelease(facts: Facts): string | undefined {
  const commit = revertRange(facts)[0];
  if (commit !== undefined) return commit;
  const rollout = facts.of('rollout').find(({ finding }) => finding.sha !== undefined && finding.state !== 'stalled')?.finding.sha;
  if (rollout !== undefined) return rollout;
  const releases = facts.of('release').filter(({ finding }) => finding.quiet !== true && finding.sha !== undefined);
  return releases.toSorted((a, b) => (a.finding.at < b.finding.at ? 1 : -1))[0]?.finding.sha;
}
