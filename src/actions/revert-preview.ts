import type { ActionRequest, Preview } from '../core/action.ts';
import type { Commit, Evidence, Release } from '../core/evidence.ts';
import { shellQuoted } from '../core/paste.ts';
import { type PlannedCommit, revertCommand, subject } from '../core/revert-plan.ts';
import type { RevertTools } from './revert.ts';
import type { Preflight } from './revert-preflight.ts';

const SHOWN = 8;
const LAST_RELEASES = 5;

/** Never looked at by the bot, so said each time. */
const unchecked = ['jobs that the new code has queued', 'rows that the new code has written', 'caches and messages in the new format'];

export function previewOf(tools: RevertTools, request: ActionRequest, flight: Preflight): Preview {
  const { plan, dry, safety } = flight;
  const refusal = refusalOf(tools, flight);
  const cause = flight.comesBack ? request.takenBackFor?.cause : undefined;
  const lines = [
    safety === 'do-not' ? `⚠ ${schemaLine(flight)}` : '',
    cause === undefined ? '' : `It was taken back for this: ${cause}`,
    ...plan.steps.slice(0, SHOWN).map((c) => commitLine(c, request.now)),
    ...(plan.steps.length > SHOWN ? [`… and ${plan.steps.length - SHOWN} more`] : []),
    ...plan.skipped.map((s) => `Left out: ${s.why}`),
    ...flight.unknown.map((sha) => `Not on ${tools.branch}: ${sha.slice(0, 7)}`),
    ...(flight.after > 0 ? [`${count(flight.after, 'newer commit')} on ${tools.branch} ${flight.after === 1 ? 'stays' : 'stay'}`] : []),
    dry.status === 'done'
      ? `No conflict (tried in a scratch clone): ${count(dry.files.length, 'file')} change${dry.files.length === 1 ? 's' : ''}`
      : '',
    ...migrationLines(flight),
    safety === 'do-not' ? '' : schemaLine(flight),
    ...hostLines(tools, flight),
    leadLine(request.evidence),
    flight.comesBack ? '' : 'Faster: roll back the pods; the branch must be reverted all the same',
  ].filter((line) => line !== '');
  return {
    possible: refusal === undefined,
    ...(refusal === undefined ? {} : { refusal }),
    title: titleOf(tools, plan.steps),
    lines,
    command: plan.steps.length > 0 ? revertCommand(plan.steps, tools.branch, tools.mode) : byHand(tools),
    safety,
    unchecked,
    state: stateOf(flight),
    ...chooseFrom(tools, flight, request.now),
    plan: { head: flight.head, steps: plan.steps.map(({ sha, merge }) => ({ sha, merge })) },
  };
}

/** When git or the remote could not be read: what to do by hand, from the evidence alone. */
export function refusedPreview(tools: RevertTools, request: ActionRequest, { message, fix }: { message: string; fix: string }): Preview {
  const steps = stepsFromEvidence(request);
  return {
    possible: false,
    refusal: `${message}. ${fix}`,
    title: titleOf(tools, steps),
    lines: steps.slice(0, SHOWN).map((c) => commitLine(c, request.now)),
    command: steps.length > 0 ? revertCommand(steps, tools.branch, tools.mode) : byHand(tools),
    safety: 'unchecked',
    unchecked: ['conflicts', 'migrations of these commits', ...unchecked],
    state: 'unread',
  };
}

function stepsFromEvidence(request: ActionRequest): readonly PlannedCommit[] {
  const range = request.diagnosis?.hypotheses[0]?.remedy.range ?? [];
  const commits = request.evidence.flatMap((e) => (e.outcome.findings ?? []).filter((f): f is Commit => f.kind === 'commit'));
  return range.flatMap((sha) => {
    const known = commits.find((c) => c.sha === sha);
    if (!/^[0-9a-f]{40}$/.test(sha)) return [];
    return [
      {
        sha,
        merge: known?.merge === true,
        message: known?.message ?? '',
        ...(known?.author ? { author: known.author } : {}),
        ...(known?.at ? { at: known.at } : {}),
      },
    ];
  });
}

function refusalOf(tools: RevertTools, { plan, dry, unknown, history }: Preflight): string | undefined {
  if (plan.steps.length === 0) {
    if (plan.skipped.length > 0) return `Nothing is left to revert: ${plan.skipped.map((s) => s.why).join('; ')}. It only has to go live.`;
    if (unknown.length > 0) return `The commits are not on ${tools.branch}: nothing to revert there.`;
    return history.running === undefined
      ? 'No release is known: which commit runs could not be read. Name the commit to revert.'
      : 'No commit came since the last quiet release: there is nothing to revert.';
  }
  if (dry.status === 'conflict')
    return `It conflicts at ${dry.at.slice(0, 7)} in ${dry.files.slice(0, 5).join(', ')}. Resolve it by hand with the command, or roll back the pods.`;
  if (dry.status === 'empty') return `All of it was taken back on ${tools.branch} already. It only has to go live.`;
  if (tools.mode === 'pull-request' && !tools.github)
    return 'REVERT_MODE=pull-request needs GITHUB_TOKEN and a GitHub remote. Run the command by hand, or set REVERT_MODE=push.';
  return undefined;
}

/** Nothing names the commit, and none was taken back already: the person does. */
function chooseFrom({ branch }: RevertTools, { plan, recent }: Preflight, now: string): Pick<Preview, 'choose'> {
  if (plan.steps.length > 0 || plan.skipped.length > 0 || recent.length === 0) return {};
  const options = recent.map((c) => ({ value: c.sha, text: commitLine(c, now) }));
  return { choose: { field: 'sha', label: `Which commit of ${branch}?`, options } };
}

const safetyWord = { safe: 'safe', 'needs-care': 'needs care', 'do-not': 'do not', unchecked: 'not checked' } as const;

function schemaLine({ comesBack, safety, safetyWhy }: Preflight): string {
  return `${comesBack ? 'New' : 'Old'} code with this schema: ${safetyWord[safety]}${safetyWhy ? ` (${safetyWhy})` : ''}`;
}

function titleOf(tools: RevertTools, steps: readonly PlannedCommit[]): string {
  const [first] = steps;
  const what = steps.length === 1 && first ? `${first.sha.slice(0, 7)} "${subject(first.message)}"` : `${steps.length} commits`;
  return steps.length === 0
    ? `Revert on ${tools.branch}`
    : `Revert ${what} on ${tools.branch}${tools.mode === 'pull-request' ? ' by pull request' : ''}`;
}

function commitLine(commit: PlannedCommit, now: string): string {
  const age = commit.at ? `, ${ago(now, commit.at)}` : '';
  return `${commit.sha.slice(0, 7)} ${subject(commit.message)}${commit.merge ? ' (merge)' : ''}${commit.author ? ` · ${commit.author}` : ''}${age}`;
}

function migrationLines(flight: Preflight): readonly string[] {
  const word = { absent: 'not in the database', partial: 'partly applied', applied: 'applied' } as const;
  return flight.migrations.map((m) =>
    `Migration ${m.version} ${m.name ?? ''}: ${m.state ? word[m.state] : 'not compared'}`.replace(/\s+:/, ':'),
  );
}

function hostLines({ branch, mode }: RevertTools, { ci, isProtected, hostTrouble }: Preflight): readonly string[] {
  const checks =
    ci && { passed: 'passed', running: 'still running', failed: `failed (${ci.failed.slice(0, 3).join(', ')})`, none: 'none' }[ci.state];
  return [
    ...(hostTrouble ? [`GitHub was not asked: ${hostTrouble}`] : []),
    ...(checks && ci?.state !== 'none' ? [`CI of ${branch}: ${checks}`] : []),
    ...(isProtected
      ? [
          `${branch} is protected${mode === 'push' ? ': the push may be refused; REVERT_MODE=pull-request opens a pull request instead' : ': the pull request may need checks or a review'}`,
        ]
      : []),
  ];
}

function leadLine(evidence: readonly Evidence[]): string {
  const releases = evidence.flatMap((e) =>
    (e.outcome.findings ?? []).filter((f): f is Release => f.kind === 'release' && f.leadSeconds !== undefined),
  );
  const minutes = releases
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .slice(0, LAST_RELEASES)
    .map((r) => Math.round((r.leadSeconds ?? 0) / 60));
  if (minutes.length === 0) return 'How long until it is live is not known: no earlier release was timed';
  const [least, most] = [Math.min(...minutes), Math.max(...minutes)];
  return `Live ${least === most ? least : `${least}–${most}`} min after the push (last ${minutes.length === 1 ? 'release' : minutes.length})`;
}

/** The head and the schema that this was computed on. */
function stateOf(flight: Preflight): string {
  const schema = flight.migrations.map((m) => `${m.version}=${m.state ?? '?'}`).toSorted();
  return [flight.head, ...flight.plan.steps.map((s) => s.sha), ...schema].join(' ');
}

/** No range: the person names the commit. */
function byHand(tools: RevertTools): string {
  return `git fetch origin && git log --first-parent --oneline -20 ${shellQuoted(`origin/${tools.branch}`)}`;
}

function ago(now: string, at: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(now) - Date.parse(at)) / 60_000));
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
