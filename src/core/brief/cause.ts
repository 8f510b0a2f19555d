import type { Line } from '../brief.ts';
import { toneOf } from '../bundle.ts';
import { cut } from '../cut.ts';
import type { Hypothesis } from '../diagnosis.ts';
import { oneLine } from '../escape.ts';
import type { Incident } from '../incident.ts';
import { bold, join, line } from '../words.ts';
import { allOf } from './facts.ts';
import { remedyLines, revertLine, stopped } from './remedy.ts';
import { toPhone } from './to-phone.ts';
import { narrowColumns } from './widen.ts';

const CHAIN_MAX = 6;
/** A cause is shown as the judge worded it; one that lists many columns still has its end cut. */
const CAUSE_MAX = 600;

/** What broke, how sure, the way from the root to the symptom, and what to do now. */
export function causeLines(incident: Incident, cause: Hypothesis, links = CHAIN_MAX): readonly Line[] {
  const columns = narrowColumns(incident, cause);
  return [
    ...impact(incident),
    line`${bold('Cause')} (${sureness(cause)})`,
    [stopped(cut(cause.cause, CAUSE_MAX))],
    ...chain(cause, columns.length > 0, links),
    ...columns,
    ...revertLine(incident, cause),
    ...remedyLines(incident, cause),
    ...cause.against.slice(0, 1).map((text) => join(['Would change my mind: ', oneLine(text)])),
  ];
}

const seenIn: Readonly<Record<string, string>> = {
  workload: 'seen in the log',
  'log-group': 'seen in the log',
  'db-event': 'seen in the database log',
  table: 'seen in the schema',
  migration: 'seen in the schema',
  'query-group': 'seen in the plan',
  'lock-wait': 'seen in the lock tables',
  connections: 'seen on the server',
  metric: 'seen in the metrics',
  'error-group': 'seen in the error',
};

const numbers = ['no', 'one', 'two', 'three', 'four', 'five'];

/** Never a bare "confirmed": where it was seen, or by how many independent signs. */
export function sureness(cause: Hypothesis): string {
  const [first] = cause.because;
  if (cause.confidence === 'confirmed') return seenIn[first?.from.kind ?? ''] ?? 'seen';
  if (cause.confidence === 'possible') return 'one sign';
  const signs = new Set(cause.because.map((reason) => `${reason.from.check} ${reason.from.kind}`)).size;
  return signs < 2 ? 'named in the error' : `${numbers[signs] ?? signs} signs`;
}

/** Where the columns stand below, each with its size, the link that lists them is left out. */
function chain(cause: Hypothesis, listed: boolean, most: number): readonly Line[] {
  const all = cause.chain.length > 0 ? cause.chain : cause.because.map((reason) => reason.text);
  const told = all.filter((text) => !listed || (text.match(/(?<![\w$])[\w$]+\.[\w$]/g) ?? []).length < 2);
  const shown = told.slice(0, most).map((text, i) => toPhone([`${i + 1}. ${oneLine(text)}`], 160));
  return told.length > most ? [...shown, [`… and ${told.length - most} more in the thread`]] : shown;
}

/** Told per route: a small share of all requests may be every request of one page. */
function impact(incident: Incident): readonly Line[] {
  const worst = allOf(incident.evidence, 'error-group')
    .filter((g) => toneOf(g) === 'bad' && g.transaction !== undefined && (g.transactionShare ?? 0) >= 0.5)
    .toSorted((a, b) => (b.transactionShare ?? 0) - (a.transactionShare ?? 0))[0];
  if (!worst?.transaction) return [];
  return [line`${bold('Hit:')} ${Math.round((worst.transactionShare ?? 0) * 100)} % of ${cut(worst.transaction, 60)} fails`];
}
