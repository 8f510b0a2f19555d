import type { Line, Setup } from '../brief.ts';
import { toneOf } from '../bundle.ts';
import type { Evidence, Finding, Tone } from '../evidence.ts';
import type { Incident } from '../incident.ts';
import { lookup } from '../lookup.ts';
import { sameSha } from '../same-sha.ts';
import { join, time } from '../words.ts';
import { findingsOf } from './facts.ts';
import { say } from './say.ts';
import { length, PHONE, toPhone } from './to-phone.ts';

/** One line of the card for one check. */
export interface CheckLine {
  mark: '🔴' | '🟢' | '🔵' | '⚫' | '⚪' | '⏳';
  label: string;
  line: Line;
}

const labels: Readonly<Record<string, string>> = {
  rollbar: 'Rollbar',
  sentry: 'Sentry',
  rds: 'RDS',
  mysql: 'MySQL',
  schema: 'Schema',
  deploy: 'Kubernetes',
  releases: 'Releases',
  migrations: 'Migrations',
};

export function labelOf(check: string): string {
  if (check.startsWith('paste-')) return 'Pasted';
  if (check.startsWith('note-')) return 'Note';
  return lookup(labels, check) ?? check;
}

/** Every check that is set up or has spoken, in the card's order. */
export function checkLines(incident: Incident, setup: Setup): readonly CheckLine[] {
  const answers = new Map(incident.evidence.map((e) => [e.check, e]));
  const onlyTracker = soleTracker(setup);
  const known = setup.checks.flatMap((check) => {
    const evidence = answers.get(check.name);
    if (evidence && notAsked(evidence)) return [];
    if (evidence) return answered(evidence, check.name === onlyTracker ? 'Errors' : undefined);
    return check.on ? asking(check) : absent(check.name);
  });
  const names = new Set(setup.checks.map((c) => c.name));
  return [...known, ...incident.evidence.filter((e) => !names.has(e.check)).map((e) => answered(e))];
}

/** A check that found nothing to ask has seen nothing: no green light for it. */
function notAsked({ outcome, asOf }: Evidence): boolean {
  return outcome.status === 'quiet' && asOf === undefined && (outcome.findings ?? []).length === 0;
}

/** Where one error tracker is set up, its line speaks of errors, not of the product. */
function soleTracker(setup: Setup): string | undefined {
  const trackers = setup.checks.filter((c) => c.on && (c.name === 'rollbar' || c.name === 'sentry'));
  return trackers.length === 1 ? trackers[0]?.name : undefined;
}

function asking(check: { name: string; question: string }): CheckLine {
  const label = labelOf(check.name);
  return { mark: '⏳', label, line: toPhone(join([`⏳ ${label}: asking. ${check.question}`])) };
}

function absent(name: string): CheckLine {
  const label = labelOf(name);
  return { mark: '⚪', label, line: [`⚪ ${label}: not set up`] };
}

function answered(evidence: Evidence, name?: string): CheckLine {
  const { outcome } = evidence;
  const label = outcome.status === 'blind' ? labelOf(evidence.check) : (name ?? labelFor(evidence));
  if (outcome.status === 'blind') return { mark: '⚫', label, line: toPhone([`⚫ ${label}: ${outcome.why}`]) };
  const findings = ranked(findingsOf(evidence));
  const mark = outcome.status === 'quiet' ? '🟢' : markOf(findings);
  const said = saidOf(findings, mark);
  const words = said.length === 0 ? [mark === '🟢' ? 'nothing unusual' : 'see thread'] : said;
  return { mark, label, line: join([`${mark} ${label}: `, words, tail(evidence, findings, mark)]) };
}

/** The deploy check names what failed. */
function labelFor(evidence: Evidence): string {
  const job = findingsOf(evidence).some((f) => f.kind === 'workload' && f.workload === 'job' && toneOf(f) === 'bad');
  return job ? 'Deploy job' : labelOf(evidence.check);
}

const rank: Readonly<Record<Tone, number>> = { bad: 0, changed: 1, normal: 2 };

function ranked(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => rank[toneOf(a)] - rank[toneOf(b)]);
}

function markOf(findings: readonly Finding[]): '🔴' | '🔵' | '🟢' {
  const tone = findings[0] === undefined ? 'normal' : toneOf(findings[0]);
  if (tone === 'bad') return '🔴';
  return tone === 'changed' ? '🔵' : '🟢';
}

/** The first two of the worst tone; a third would not fit a phone. */
function saidOf(findings: readonly Finding[], mark: CheckLine['mark']): Line {
  const [worst] = findings;
  if (!worst) return [];
  const alike = findings.filter((f) => toneOf(f) === toneOf(worst));
  const same = alike.filter((f) => !isToldByCommit(f, alike));
  const most = mark === '🟢' ? 3 : 2;
  const said = same.map(say).filter((words) => words.length > 0);
  const shown = whole(said.slice(0, most));
  const more = said.length - shown.length;
  return join([toPhone(join(shown, ', ')), more > 0 && mark !== '🟢' ? ` and ${more} more` : undefined]);
}

/** A release of one commit, and that commit: its title and files say more. */
function isToldByCommit(finding: Finding, all: readonly Finding[]): boolean {
  return finding.kind === 'release' && all.some((f) => f.kind === 'commit' && sameSha(f.sha, finding.sha));
}

/** As many as fit whole, at least one: half a fact tells nothing. */
function whole(said: readonly Line[]): readonly Line[] {
  let room = PHONE;
  return said.filter((words, i) => {
    room -= length(words) + 2;
    return i === 0 || room >= 0;
  });
}

/** What keeps a line honest: a change proves nothing by itself; old data says how old. */
function tail(evidence: Evidence, findings: readonly Finding[], mark: CheckLine['mark']): Line {
  if (mark === '🔵' && findings.some((f) => f.kind === 'release' || f.kind === 'commit' || f.kind === 'rollout')) {
    return [' (proves nothing by itself)'];
  }
  if (mark === '🟢' && evidence.asOf !== undefined) return join([' (data to ', time(evidence.asOf), ')']);
  return [];
}
