import type { Remedy, Safety, Suspect } from '../diagnosis.ts';
import type { Commit } from '../evidence.ts';
import { compare } from '../facts.ts';
import { revertCommand } from '../revert-plan.ts';
import type { Facts } from '../rule.ts';

const FULL = /^[0-9a-f]{40}$/;
const SHA = /^[0-9a-f]{7,40}$/;

/** What to take back: the convicted commits alone, else all that is live since the last quiet release. Newest first. */
export function toRevert(range: readonly string[], convicted: readonly Suspect[], facts: Facts): readonly string[] {
  if (convicted.length === 0) return range;
  const commits = new Map(facts.of('commit').map(({ finding }) => [finding.sha, finding]));
  const when = (sha: string): string => whenLive(commits.get(sha));
  return convicted.map(({ sha }) => sha).toSorted((a, b) => compare(when(b), when(a)) || compare(a, b));
}

function whenLive(commit: Commit | undefined): string {
  return commit?.liveAt ?? commit?.at ?? '';
}

/** "Look closer" gives way to a revert when a commit is convicted; a remedy that mends the cause itself stays. */
export function completed(remedy: Remedy, shas: readonly string[], safety: Safety, facts: Facts, convicted: readonly Suspect[]): Remedy {
  const suspect = convicted[0];
  const kind = remedy.kind === 'look-closer' && suspect !== undefined ? 'revert' : remedy.kind;
  if (kind !== 'revert') return remedy;
  const why =
    remedy.kind === 'revert' ? remedy.why : `${suspect?.sha.slice(0, 7) ?? 'a live commit'} ${suspect?.because[0] ?? 'touches what fails'}`;
  const commands = revertLines(shas, facts);
  return { ...remedy, kind, why, range: shas, safety, commands: commands.length === 0 ? remedy.commands : commands };
}

/** One line to paste, from the fetch to the push; the plain command alone where only short shas are known. */
function revertLines(shas: readonly string[], facts: Facts): readonly string[] {
  if (shas.length === 0 || !shas.every((sha) => SHA.test(sha))) return [];
  const merges = new Set(facts.of('commit').flatMap(({ finding }) => (finding.merge ? [finding.sha] : [])));
  const steps = shas.map((sha) => ({ sha, merge: merges.has(sha) }));
  // Where no commit says its branch, the remote's own default one is meant.
  const branch = facts.of('commit').find(({ finding }) => finding.branch !== undefined)?.finding.branch ?? 'HEAD';
  if (shas.every((sha) => FULL.test(sha))) return [revertCommand(steps, branch, 'pull-request')];
  if (steps.every(({ merge }) => !merge)) return [`git revert --no-edit ${shas.join(' ')}`];
  return steps.map(({ sha, merge }) => `git revert --no-edit ${merge ? '-m 1 ' : ''}${sha}`);
}
