import { stripControls } from './escape.ts';
import { shellQuoted } from './paste.ts';
import { redact } from './redact.ts';

/** What a revert does, in git's terms: which commits, in which order, and the command a person can paste. */
export interface PlannedCommit {
  sha: string;
  merge: boolean;
  message: string;
  author?: string;
  /** UTC ISO. */
  at?: string;
}

export interface RevertPlan {
  /** To be undone, newest first. */
  steps: readonly PlannedCommit[];
  /** In the range, but taken back already. */
  skipped: readonly { sha: string; why: string }[];
}

const FULL = /^[0-9a-f]{40}$/;
const REVERTS = /This reverts commit ([0-9a-f]{7,40})/g;

/**
 * `line`: the branch's own commits from its head down, newest first, merges standing for their side commits. `range`: those to take back.
 * A commit that an active one took back is left out; where both are in the range, so is the one that took it back: together they change nothing.
 */
export function planRevert(range: readonly string[], line: readonly PlannedCommit[]): RevertPlan {
  const wanted = new Set(range);
  const undone = undoneOn(line);
  const skipped = line.flatMap((c) => {
    const by = undone.get(c.sha);
    if (!wanted.has(c.sha)) return [];
    if (by !== undefined) return [{ sha: c.sha, why: `${c.sha.slice(0, 7)} was taken back by ${by.slice(0, 7)} already` }];
    const pair = [...undone].find(([sha, reverter]) => reverter === c.sha && wanted.has(sha));
    return pair ? [{ sha: c.sha, why: `${c.sha.slice(0, 7)} only takes ${pair[0].slice(0, 7)} back` }] : [];
  });
  const left = new Set(skipped.map((s) => s.sha));
  return { steps: line.filter((c) => wanted.has(c.sha) && !left.has(c.sha)), skipped };
}

/** Which commits are taken back now, and by which: a revert that was itself taken back counts for nothing. */
function undoneOn(line: readonly PlannedCommit[]): ReadonlyMap<string, string> {
  const undone = new Map<string, string>();
  for (const commit of line) {
    if (undone.has(commit.sha)) continue;
    for (const [, sha = ''] of commit.message.matchAll(REVERTS)) {
      const target = line.find((c) => c.sha.startsWith(sha) && c.sha !== commit.sha);
      if (target && !undone.has(target.sha)) undone.set(target.sha, commit.sha);
    }
  }
  return undone;
}

/** Throws for anything but full shas: the command must be the same for everybody, and nothing from outside may be in it. */
export function revertCommand(steps: readonly { sha: string; merge: boolean }[], branch: string, how: 'push' | 'pull-request'): string {
  for (const { sha } of steps) if (!FULL.test(sha)) throw new Error('a revert command needs full commit shas');
  const first = steps[0]?.sha.slice(0, 7) ?? 'nothing';
  const own = `revert-${first}`;
  // Neighbours of one kind go together; git undoes them in the order given.
  const runs = steps.reduce<{ merge: boolean; shas: string[] }[]>((all, step) => {
    const last = all.at(-1);
    if (last && last.merge === step.merge) last.shas.push(step.sha);
    else all.push({ merge: step.merge, shas: [step.sha] });
    return all;
  }, []);
  const reverts = runs.map(({ merge, shas }) => `git revert --no-edit ${merge ? '-m 1 ' : ''}${shas.join(' ')}`);
  const push = how === 'push' ? `git push origin ${shellQuoted(`HEAD:refs/heads/${branch}`)}` : 'git push -u origin HEAD';
  return ['git fetch origin', `git switch --no-track -c ${own} ${shellQuoted(`origin/${branch}`)}`, ...reverts, push].join(' && ');
}

/** The line by which a crash finds out whether the push went through. */
export function actionLine(id: string): string {
  return `Pulaski-Action: ${id.replace(/[^\w.:-]/g, '')}`;
}

/** The revert's commit message: what it takes back in git's own words, why, and who asked. */
export function revertMessage(steps: readonly PlannedCommit[], about: { id: string; incident: string; by: string }): string {
  const [first] = steps;
  const title =
    steps.length === 1
      ? `Revert "${subject(first?.message ?? '')}"`
      : `Revert ${steps.length} commits, ${steps.at(-1)?.sha.slice(0, 7)} to ${first?.sha.slice(0, 7)}`;
  const each = steps.map((c) => `This reverts commit ${c.sha}.`);
  return [
    title,
    '',
    ...each,
    '',
    `Incident: ${redact(oneLine(stripControls(about.incident)))}`,
    `Requested-by: ${oneLine(about.by)}`,
    actionLine(about.id),
    '',
  ].join('\n');
}

/** First line, short enough for a title; of a merge the line that says what it brought. */
export function subject(message: string): string {
  const lines = message
    .split('\n')
    .map(oneLine)
    .filter((text) => text !== '');
  const line = (/^Merge (?:pull request|branch|remote)/.test(lines[0] ?? '') ? lines[1] : undefined) ?? lines[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Taking it back brings code back. What reverts a revert (newer gits say "Reapply") does not count: its own revert takes the code away again. */
export function isRevert({ message }: Pick<PlannedCommit, 'message'>): boolean {
  const [head = ''] = /^(?:Revert ")*(?:Revert \d+ commits)?/.exec(message) ?? [];
  return (head.match(/Revert /g) ?? []).length % 2 === 1;
}

function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ').trim();
}
