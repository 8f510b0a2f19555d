import type { Commit } from '../evidence.ts';

/**
 * Shas of commits that another one took back before the trouble began, by git's own line or by the quoted title. One that came again is
 * carried by the commit that brought it again: that one is the suspect.
 */
export function undoneBy(commits: readonly Commit[]): ReadonlySet<string> {
  const undone = new Set<string>();
  for (const commit of commits) {
    const message = commit.message ?? '';
    for (const [, sha = ''] of message.matchAll(/This reverts commit ([0-9a-f]{7,40})/g)) {
      for (const other of commits) if (other.sha.startsWith(sha)) undone.add(other.sha);
    }
    const title = titleUndone(message);
    if (title === undefined) continue;
    for (const other of commits) if (other !== commit && titleOf(other) === title && isBefore(other, commit)) undone.add(other.sha);
  }
  return undone;
}

/** Whether it restores what ran before another of the commits. */
export function takesBack(commit: Commit, commits: readonly Commit[]): boolean {
  const message = commit.message ?? '';
  const first = message.split('\n', 1)[0] ?? '';
  if (!/^Revert "(?!Revert ")/.test(first.trim())) return false;
  const sha = /This reverts commit ([0-9a-f]{7,40})/.exec(message)?.[1];
  const title = titleUndone(message);
  return commits.some((other) => other !== commit && ((sha !== undefined && other.sha.startsWith(sha)) || titleOf(other) === title));
}

/** `Revert "X"` takes X back; `Reapply "X"` takes `Revert "X"` back, and so does `Revert "Revert "X""`. */
function titleUndone(message: string): string | undefined {
  const first = message.split('\n', 1)[0]?.trim() ?? '';
  const reverted = /^Revert "(.+)"$/.exec(first)?.[1];
  if (reverted !== undefined) return reverted;
  const again = /^(?:Reapply|Reland) "(.+)"$/i.exec(first)?.[1];
  return again === undefined ? undefined : `Revert "${again}"`;
}

function titleOf(commit: Commit): string {
  return (commit.message ?? '').split('\n', 1)[0]?.trim() ?? '';
}

function isBefore(one: Commit, other: Commit): boolean {
  return (one.at ?? '') <= (other.at ?? '');
}
