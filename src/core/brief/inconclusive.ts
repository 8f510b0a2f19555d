import type { Line, Setup } from '../brief.ts';
import { cut } from '../cut.ts';
import { oneLine } from '../escape.ts';
import type { Evidence } from '../evidence.ts';
import type { Incident } from '../incident.ts';
import { lookup } from '../lookup.ts';
import { bold, join, line, listed, plusMinutes, shortSha, time } from '../words.ts';
import { sureness } from './cause.ts';
import { checkLines, labelOf } from './checks.ts';
import { lastQuietRelease } from './facts.ts';
import { sentence } from './remedy.ts';

/** The first half hour is looked at every minute. */
const OFTEN_MINUTES = 30;
/** A fix longer than this stands in the thread. */
export const THREAD_FIX_MIN = 220;

/** What a shell or a database client takes as it stands; other fixes are words. */
const COMMAND = /^(?:GRANT|SHOW|CREATE|ALTER|FLUSH|CALL|SET|KILL|SELECT|kubectl|aws|curl|git|mysql|npm|export) /;

/** No cause: what is seen, what cannot be seen and how to mend that, what to do next. */
export function inconclusiveLines(incident: Incident, setup: Setup): readonly Line[] {
  const possible = incident.diagnosis?.hypotheses.filter((h) => !incident.refusedCauses.includes(h.rule)).slice(0, 2) ?? [];
  return [
    [bold('I do not know the cause.'), ` ${convicts(incident)}`],
    ...refused(incident),
    ...checkLines(incident, setup)
      .filter((c) => c.mark !== '⚫' && c.mark !== '⚪')
      .map((c) => c.line),
    ...possible.map((h) => join([`Perhaps (${sureness(h)}): `, cut(h.cause, 160)])),
    ...blindLines(incident),
    ...nextLines(incident),
    ...revertWords(incident, setup),
  ];
}

function convicts(incident: Incident): string {
  return (incident.diagnosis?.suspects.length ?? 0) === 0 ? 'What I see convicts no release and clears none.' : '';
}

function refused(incident: Incident): readonly Line[] {
  return incident.refusedCauses.length === 0 ? [] : [['You said that what I named is not the cause: I leave it out.']];
}

/** What stays hidden while a check cannot see. */
const hides: Readonly<Record<string, readonly string[]>> = {
  mysql: ['locks', 'missing index'],
  schema: ['column types', 'indexes'],
  deploy: ['failed migration', 'crashing pods'],
  rds: ['CPU', 'failover'],
  rollbar: ['new errors'],
  sentry: ['new errors'],
  releases: ['what went live'],
  migrations: ['half-applied migrations'],
};

/** Every blind check with its fix, ready to paste. */
export function blindLines(incident: Incident): readonly Line[] {
  const blind = blindOnes(incident);
  if (blind.length === 0) return [];
  const hidden = [...new Set(blind.flatMap((e) => lookup(hides, e.check) ?? []))];
  return [
    [bold('Cannot see, and these usually tell:')],
    ...blind.map(blindLine),
    ...(hidden.length === 0 ? [] : [[`   Hidden: ${hidden.join(', ')}`]]),
  ];
}

export function blindOnes(incident: Incident): readonly Evidence[] {
  return incident.evidence.filter((e) => e.outcome.status === 'blind');
}

export function blindLine(evidence: Evidence): Line {
  const { outcome } = evidence;
  if (outcome.status !== 'blind') return [];
  const fix = oneLine(outcome.fix);
  const paste =
    fix.length > THREAD_FIX_MIN ? ' Command in the thread' : COMMAND.test(fix) ? line` Paste: ${{ code: fix }}` : ` Fix: ${fix}`;
  return line`⚫ ${labelOf(evidence.check)}: ${sentence(cut(outcome.why, 120))}${fix === '' ? '' : paste}`;
}

function nextLines(incident: Incident): readonly Line[] {
  const blind = incident.evidence.some((e) => e.outcome.status === 'blind');
  const own = ownSteps(incident)
    .slice(0, 2)
    .map((text): Line => join([bold('Next:'), ` ${sentence(text)}`]));
  const mend = blind ? 'mend one and Look again, or paste' : 'paste';
  return [...own, [bold('Or:'), ` ${mend} a log or a process list: I read it.`]];
}

/** The judge's next steps, without those that the lines around say already: who is blind, and that a text can be pasted. */
function ownSteps(incident: Incident): readonly string[] {
  const blind = incident.diagnosis?.blind.map((b) => `${b.check} `) ?? [];
  return (incident.diagnosis?.next ?? []).filter((text) => !/^paste\b/i.test(text) && !blind.some((check) => text.startsWith(check)));
}

/** Iris' own rule: a revert by the deadline even without a cause. It stays a person's decision. */
export function revertWords(incident: Incident, setup: Setup): readonly Line[] {
  const quiet = lastQuietRelease(incident);
  const blind = incident.evidence.filter((e) => e.outcome.status === 'blind' && e.check === 'migrations').map((e) => labelOf(e.check));
  const unchecked = blind.length === 0 ? '' : `: I cannot check its ${listed(blind.map((b) => b.toLowerCase()))}`;
  const until = time(plusMinutes(incident.openedAt, Math.max(OFTEN_MINUTES, setup.deadlineMinutes)));
  return [
    [bold('Revert?'), ` Your call, not my advice${unchecked}.`],
    line`${quiet === undefined ? '' : `Last quiet release: ${shortSha(quiet)}. `}I look every minute until ${until}, speak on change.`,
  ];
}
