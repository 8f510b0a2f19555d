import { compare } from '../facts.ts';
import type { Facts } from '../rule.ts';

/** Commits that are live now and were not in the last quiet release, newest first. */
export function revertRange(facts: Facts): readonly string[] {
  const quiet = facts
    .of('release')
    .map(({ finding }) => finding)
    .filter((release) => release.quiet === true)
    .toSorted((a, b) => compare(b.at, a.at))[0];
  const live = facts.of('commit').flatMap(({ finding }) => (finding.live === true ? [finding] : []));
  const since = live.filter((commit) => {
    if (quiet === undefined) return true;
    if (quiet.sha !== undefined && (commit.sha.startsWith(quiet.sha) || quiet.sha.startsWith(commit.sha))) return false;
    const at = commit.liveAt ?? commit.at;
    return at === undefined || at > quiet.at;
  });
  const newest = since.toSorted(
    (a, b) => compare(b.liveAt ?? b.at ?? '', a.liveAt ?? a.at ?? '') || compare(b.at ?? '', a.at ?? '') || compare(a.sha, b.sha),
  );
  return [...new Set(newest.map((commit) => commit.sha))];
}
