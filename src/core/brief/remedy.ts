import type { Line } from '../brief.ts';
import { cut } from '../cut.ts';
import type { Hypothesis, RemedyKind, Safety } from '../diagnosis.ts';
import type { Incident } from '../incident.ts';
import { bold, duration, firstFew, join, line, plural, seconds, shortSha, upperFirst } from '../words.ts';
import { allOf, findingsOf, lastQuietRelease, leadTimes } from './facts.ts';

const HAZARDS_MAX = 2;
const NEXT_MAX = 5;

export const doings: Readonly<Record<RemedyKind, string>> = {
  revert: 'revert',
  rollback: 'roll back the pods',
  'rerun-migration': 'run the migration again',
  restart: 'restart web, workers and cron',
  'kill-queries': 'kill the stuck queries',
  flag: 'switch the feature off',
  'fix-data': 'repair the rows',
  'add-index': 'add the index',
  'widen-column': 'widen the columns',
  scale: 'add capacity',
  configure: 'correct the setting',
  'roll-forward': 'ship the fix',
  'wait-for-provider': 'wait for the provider',
  'look-closer': 'look closer',
};

/** What was done, in one or two words. */
export function actionName(kind: RemedyKind): string {
  const names: Partial<Record<RemedyKind, string>> = { 'kill-queries': 'kill', flag: 'switch' };
  return names[kind] ?? kind;
}

/** Do now, how safe it is, what to keep hands off. */
export function remedyLines(incident: Incident, cause: Hypothesis): readonly Line[] {
  const { remedy } = cause;
  const goesBack = remedy.kind === 'revert' || remedy.kind === 'rollback';
  return [
    goesBack ? goBack(incident, cause) : line`${bold('Do now:')} ${doing(cause)}. ${sentence(remedy.why)}`,
    ...(goesBack ? [safety(incident, cause)] : numbered(cause.next)),
    ...remedy.hazards.slice(0, HAZARDS_MAX).map(hazard),
  ];
}

/** One session blocks all others: that one is ended, not those that wait. */
export function doing({ remedy, facts }: Hypothesis): string {
  const { thread } = facts;
  return remedy.kind === 'kill-queries' && thread !== undefined ? `end thread ${thread}, the one that blocks` : doings[remedy.kind];
}

function goBack(incident: Incident, cause: Hypothesis): Line {
  const { range, kind } = cause.remedy;
  const shas = firstFew(range.map(shortSha), 3);
  if (kind === 'rollback') {
    const to = lastQuietRelease(incident);
    return line`${bold('Do now:')} roll back the pods${to === undefined ? '' : ` to ${shortSha(to)}`}. ${sentence(cause.remedy.why)}`;
  }
  const commits = range.length === 0 ? '' : ` ${upperFirst(plural(range.length, 'commit'))}${liveAfter(incident)}.`;
  return line`${bold('Do now:')} revert ${shas || 'the release'}.${commits}`;
}

/** `; live 9–13 min after the push (last 5)`. */
export function liveAfter(incident: Incident): string {
  const lead = leadTimes(incident);
  if (!lead) return '';
  const from = Math.round(lead.from / 60);
  const to = Math.round(lead.to / 60);
  return `; live ${from === to ? duration(lead.usual) : `${from}–${to} min`} after the push (last ${lead.of})`;
}

const safetyWords: Readonly<Record<Safety, string>> = {
  safe: 'Safe:',
  'needs-care': 'Needs care:',
  'do-not': 'Do not:',
  unchecked: 'Not checked:',
};

function safety(incident: Incident, cause: Hypothesis): Line {
  const head = bold(safetyWords[cause.remedy.safety]);
  return join([head, ' ', schemaWords(incident, cause), looked(incident)]);
}

function schemaWords(incident: Incident, cause: Hypothesis): string {
  const { range, safety: word } = cause.remedy;
  const all = allOf(incident.evidence, 'migration');
  const mine = all.filter(
    (m) => m.inRelease === undefined || range.length === 0 || range.some((sha) => sha.startsWith(m.inRelease ?? sha)),
  );
  const told = mine.find((m) => m.oldCode === word && m.why !== undefined)?.why;
  if (word === 'unchecked') return told ?? 'whether the old code can live with the database as it is.';
  if (told !== undefined && !(mine.length > 0 && mine.every((m) => m.state === 'absent'))) return sentence(told);
  if (mine.length === 0) return word === 'safe' ? 'no migration stands between the two.' : sentence(cause.remedy.why);
  if (mine.every((m) => m.state === 'absent')) {
    return `its ${mine.length === 1 ? 'migration' : plural(mine.length, 'migration')} left nothing in the database`;
  }
  return `in the database: ${firstFew(
    mine.filter((m) => m.state !== 'absent').map((m) => `${m.name ?? m.version}${m.state === 'partial' ? ' (partly)' : ''}`),
    3,
  )}`;
}

function looked(incident: Incident): Line | undefined {
  const evidence = incident.evidence.find((e) => findingsOf(e).some((f) => f.kind === 'migration'));
  return evidence === undefined ? undefined : line` (looked ${seconds(evidence.at)})`;
}

/** Whether a revert helps is said in every case that does not recommend it. */
export function revertLine(incident: Incident, cause: Hypothesis): readonly Line[] {
  const { diagnosis } = incident;
  if (!diagnosis || cause.remedy.kind === 'revert') return [];
  const why = sentence(diagnosis.why);
  if (diagnosis.revert === 'useless' || diagnosis.revert === 'harmful') return [line`${bold('Do not revert.')} ${why}`];
  return diagnosis.revert === 'helps' ? [[why]] : [line`${bold('Revert?')} ${why}`];
}

function hazard(text: string): Line {
  const words = cut(text, 160);
  return /^not now\b/i.test(words)
    ? [bold('Not now:'), words.slice('not now'.length).replace(/^[:,]?\s*/, ' ')]
    : line`${bold('Careful:')} ${words}`;
}

export function numbered(steps: readonly string[]): readonly Line[] {
  return steps.slice(0, NEXT_MAX).map((text, i) => [`${i + 1}. ${cut(text, 200)}`]);
}

/** One clean sentence: clipped, a large first letter unless a name begins it, a full stop at its end. */
export function sentence(text: string): string {
  const words = cut(text, 240);
  return stopped(/^[a-z]+(?:[\s,:]|$)/.test(words) ? upperFirst(words) : words);
}

export function stopped(words: string): string {
  return words === '' || /[.!?…]$/.test(words) ? words : `${words}.`;
}
