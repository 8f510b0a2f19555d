import type { Line, Setup } from '../brief.ts';
import { cut } from '../cut.ts';
import { type Incident, isSeverityKnown, onsetOf } from '../incident.ts';
import { ago, join, line, plusMinutes, time, upperFirst, user } from '../words.ts';
import { headNotes } from './head-notes.ts';
import { type Phase, phaseOf, tooEarly } from './phase.ts';
import { actionName } from './remedy.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/header-block allows 150; a phone reads about 80. */
const TITLE_MAX = 80;

const endings: Readonly<Record<Phase, string>> = {
  looking: '',
  cause: '',
  acting: ' · fix on its way',
  recovery: '',
  inconclusive: '',
  healthy: ' · nothing wrong in sight',
  closed: ' · resolved',
};

export function titleOf(incident: Incident): string {
  const phase = phaseOf(incident);
  const title = cut(incident.title, TITLE_MAX) || 'Incident';
  return `${markOf(incident, phase)} #${incident.number} ${title}${ending(incident, phase)}`;
}

function ending(incident: Incident, phase: Phase): string {
  if (phase === 'acting') return ` · ${actionName(incident.actions.at(-1)?.kind ?? 'revert')} on its way`;
  if (phase === 'closed' && !incident.resolved) return ' · closed';
  if (phase !== 'recovery') return endings[phase];
  const words = { recovered: 'recovered', better: 'better, not recovered', unchanged: 'no better', worse: 'worse' } as const;
  const word = incident.recovery?.word ?? 'cannot-tell';
  if (tooEarly(incident)) return ' · the fix is live';
  return ` · ${word === 'cannot-tell' || word === 'not-live-yet' ? 'I cannot tell whether it helped' : words[word]}`;
}

function markOf(incident: Incident, phase: Phase): string {
  if (phase === 'closed') return '✅';
  if (phase === 'inconclusive') return '🟠';
  if (phase === 'healthy') return '🟢';
  if (phase !== 'recovery') return '🔥';
  if (incident.recovery?.word === 'recovered') return '✅';
  return incident.recovery?.word === 'better' || tooEarly(incident) ? '🟡' : '🟠';
}

/** Who, since when, until when; and what a reader must know before anything else. */
export function headLines(incident: Incident, now: string, setup: Setup): readonly Line[] {
  return [
    join([openedBy(incident), deadline(incident, now, setup)]),
    join([lead(incident), ' · ', severity(incident), onset(incident, now), alertsLine(incident)]),
    ...headNotes(incident, setup),
  ];
}

function openedBy(incident: Incident): Line {
  const { alert, reporter, openedAt } = incident;
  if (reporter !== undefined) return line`opened ${time(openedAt)} by ${user(reporter)}`;
  const source = upperFirst(alert.source);
  return line`${alert.url ? { link: alert.url, text: source } : source} ${time(openedAt)}`;
}

/** While a decision is open. A revert that is useless or harmful has no deadline. */
function deadline(incident: Incident, now: string, setup: Setup): Line {
  const open: readonly Phase[] = ['looking', 'cause', 'inconclusive'];
  const revert = incident.diagnosis?.revert;
  if (!open.includes(phaseOf(incident)) || revert === 'useless' || revert === 'harmful') return [];
  const due = plusMinutes(incident.openedAt, setup.deadlineMinutes);
  return now < due ? line` · decide by ${time(due)}` : line` · decide now (${time(due)} has passed)`;
}

function lead(incident: Incident): Line {
  return incident.lead === undefined ? ['Lead: nobody'] : line`Lead: ${user(incident.lead)}`;
}

function severity(incident: Incident): string {
  return isSeverityKnown(incident) ? incident.severity : 'Severity: not set';
}

function onset(incident: Incident, now: string): Line {
  const first = onsetOf(incident.history);
  return first === undefined ? [] : line` · first errors ${time(first)} (${ago(first, now)})`;
}

function alertsLine(incident: Incident): string {
  const further = incident.events.reduce((sum, event) => (event.type === 'alerted' ? sum + 1 + (event.more ?? 0) : sum), 0);
  return further === 0 ? '' : ` · ${further + 1} alerts`;
}
