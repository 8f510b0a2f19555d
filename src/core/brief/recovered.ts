import type { Line, Section, Setup } from '../brief.ts';
import { cut } from '../cut.ts';
import { clip, oneLine } from '../escape.ts';
import { type Acted, type Incident, onsetOf } from '../incident.ts';
import { amount, metricName } from '../metric-words.ts';
import { isLoud, NOT_SEEN, type Recovery } from '../recovery.ts';
import type { Symptom } from '../symptoms.ts';
import { bold, count, duration, join, line, plusMinutes, secondsBetween, shortSha, time, upperFirst } from '../words.ts';
import { causeLines } from './cause.ts';
import { paceWords } from './pace-words.ts';
import { alreadyDone, causeActedOn, causeOf, lastDone, tooEarly } from './phase.ts';
import { actionName, numbered } from './remedy.ts';

const SYMPTOMS_MAX = 10;
/** A recovery is watched for half an hour after it fell quiet. */
const WATCH_MINUTES = 30;

/** Did it help: the table, what still fires, and what comes next. */
export function recoverySections(incident: Incident, recovery: Recovery, setup: Setup): readonly Section[] {
  const after = recovery.word === 'recovered' ? whatNext(incident) : reopened(incident, recovery);
  return [
    { kind: 'lines', lines: verdict(incident, recovery) },
    ...table(recovery),
    {
      kind: 'lines',
      lines: [...told(incident, recovery).map((text): Line => [`· ${cut(text, 160)}`]), ...watch(recovery, setup)],
    },
    ...(after.length === 0 ? [] : [{ kind: 'lines', lines: after } as const]),
  ];
}

/** Just after the fix went live nothing is seen yet, and the table says so. */
function told(incident: Incident, recovery: Recovery): readonly string[] {
  const says = tooEarly(incident) ? recovery.says.filter((text) => !text.startsWith(NOT_SEEN)) : recovery.says;
  return says.slice(0, 6);
}

function verdict(incident: Incident, recovery: Recovery): readonly Line[] {
  const atOnce = lastDone(incident)?.result;
  const since = atOnce?.status === 'done' && atOnce.live.when === 'now' ? 'done' : 'live since';
  const live = recovery.liveAt === undefined ? [] : line`, ${since} ${time(recovery.liveAt)}`;
  const what = join([fixName(incident), live]);
  switch (recovery.word) {
    case 'recovered':
      return [
        line`${bold('Recovered')}${span(incident, recovery)}. ${upperLine(what)}.`,
        ['Every red check is quiet again, not only the total.'],
      ];
    case 'better':
      return [line`${bold(betterWord(recovery))} ${upperLine(what)}.`];
    case 'worse':
      return [line`${bold('Worse since the fix.')} ${upperLine(what)}.`];
    case 'unchanged':
      return [line`${bold('No better.')} ${upperLine(what)}. ${rulesOut(incident)}`];
    default:
      if (tooEarly(incident)) return [line`${bold('Too early to tell.')} ${upperLine(what)}; it takes two minutes of numbers after that.`];
      return [line`${bold('I cannot tell whether it helped.')} What would show it cannot be seen. ${upperLine(what)}.`];
  }
}

function betterWord(recovery: Recovery): string {
  if (recovery.quietSince !== undefined) return 'All quiet; I wait until it has held for 5 minutes.';
  const loud = recovery.symptoms.filter(isLoud).length;
  if (loud === 0) return 'Better: what I can see is quiet, two calm minutes are still to come.';
  return `Better, not recovered: ${loud} of ${recovery.symptoms.length} symptoms still there.`;
}

function fixName(incident: Incident): string {
  const acted = lastDone(incident);
  if (!acted) return oneLine(incident.fixedElsewhere?.text ?? 'no action of mine');
  const commit = acted.result?.status === 'done' ? acted.result.commit : undefined;
  return commit === undefined ? actionName(acted.kind) : `${actionName(acted.kind)} ${shortSha(commit)}`;
}

function upperLine(words: Line): Line {
  const [first, ...rest] = words;
  return typeof first === 'string' ? [upperFirst(first), ...rest] : words;
}

function rulesOut(incident: Incident): string {
  const cause = causeActedOn(incident);
  return cause === undefined
    ? 'The question is open again.'
    : `That speaks against “${cut(cause.cause, 120)}”: the question is open again.`;
}

function span(incident: Incident, recovery: Recovery): Line {
  const from = onsetOf(incident.history) ?? incident.openedAt;
  if (recovery.quietSince === undefined) return [];
  return line` · ${duration(secondsBetween(from, recovery.quietSince))} of errors (${time(from)}–${time(recovery.quietSince)})`;
}

function table(recovery: Recovery): readonly Section[] {
  if (recovery.symptoms.length === 0) return [];
  const rows = recovery.symptoms.slice(0, SYMPTOMS_MAX).map(row);
  return [{ kind: 'table', head: ['', 'before', 'worst', 'now'], rows }];
}

function row(symptom: Symptom): readonly string[] {
  const perMinute = symptom.unit?.startsWith('/') ? ` ${symptom.unit}` : '';
  const value = (n: number | undefined): string => (n === undefined ? '?' : perMinute ? count(n) : amount(n, symptom.unit));
  return [
    clip(metricName(oneLine(symptom.name)) + perMinute, 28),
    value(symptom.before),
    value(symptom.worst),
    symptom.state === 'unseen' ? 'not seen' : value(symptom.now),
  ];
}

function watch(recovery: Recovery, setup: Setup): readonly Line[] {
  if (recovery.word !== 'recovered' || recovery.quietSince === undefined) return [['I look every minute and speak on change.']];
  const dry = setup.dryRun ? ' (dry run)' : '';
  return [line`I watch until ${time(plusMinutes(recovery.quietSince, WATCH_MINUTES))}${dry}.`];
}

/** The order in which the code may come back, or what else is left to do. */
function whatNext(incident: Incident): readonly Line[] {
  const pace = paceWords(incident);
  const asked = incident.causeConfirmed === undefined && causeActedOn(incident) !== undefined;
  return [...(pace === '' ? [] : [[upperFirst(pace)]]), ...stillToDo(incident), ...(asked ? [['Was this the cause?']] : [])];
}

/** What outlives the incident. */
export function stillToDo(incident: Incident): readonly Line[] {
  const acted = lastDone(incident);
  if (!acted || incident.causeConfirmed?.right === false) return [];
  const steps = [...nextSteps(incident, acted), ...wayBack(incident)];
  const head = acted.kind === 'revert' || acted.kind === 'rollback' ? 'Before this code comes back:' : 'Still to do:';
  return steps.length === 0 ? [] : [[bold(head)], ...numbered(steps)];
}

/** What the newest judgement of the same cause still asks for. Steps towards ending queries are behind us once they ended. */
function nextSteps(incident: Incident, { kind }: Acted): readonly string[] {
  if (kind === 'kill-queries') return ['find out whose session or statement it was, and keep it from coming back'];
  const cause = causeActedOn(incident);
  const newest = incident.judged.flatMap((j) => j.diagnosis.hypotheses).findLast((h) => h.rule === cause?.rule);
  return newest?.next ?? cause?.next ?? [];
}

/** A reverted branch does not come back by merging it again. */
function wayBack(incident: Incident): readonly string[] {
  const acted = lastDone(incident);
  const commit = acted?.kind === 'revert' && acted.result?.status === 'done' ? acted.result.commit : undefined;
  const told = (causeActedOn(incident)?.next ?? []).some((step) => /revert/i.test(step));
  return commit === undefined || told ? [] : [`Then git revert ${shortSha(commit)}. Merging the branch again brings nothing back`];
}

/** Not recovered: whatever the judge now says stands under the table. */
function reopened(incident: Incident, recovery: Recovery): readonly Line[] {
  // What was judged before the fix was live tells of the time before it; all quiet needs no remedy.
  const judgedAt = incident.judged.at(-1)?.at;
  const since = recovery.liveAt !== undefined && judgedAt !== undefined && judgedAt > recovery.liveAt;
  if (recovery.quietSince !== undefined || tooEarly(incident) || (recovery.word === 'better' && !since)) return [];
  const cause = causeOf(incident);
  return cause === undefined || alreadyDone(incident, cause) ? [] : causeLines(incident, cause);
}
