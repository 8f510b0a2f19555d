import type { Line } from '../brief.ts';
import { toneOf } from '../bundle.ts';
import type { Hypothesis } from '../diagnosis.ts';
import { clip, oneLine } from '../escape.ts';
import type { Incident } from '../incident.ts';
import { bold, join, line } from '../words.ts';
import { allOf } from './facts.ts';
import { remedyLines, revertLine, sentence } from './remedy.ts';
import { toPhone } from './to-phone.ts';
import { narrowColumns } from './widen.ts';

const CHAIN_MAX = 6;

/** What broke, how sure, the way from the root to the symptom, and what to do now. */
export function causeLines(incident: Incident, cause: Hypothesis): readonly Line[] {
  const columns = narrowColumns(incident, cause);
  return [
    ...impact(incident),
    line`${bold('Cause')} (${sureness(cause)})`,
    [sentence(columns.length > 0 ? beforeList(cause.cause) : cause.cause)],
    ...chain(cause),
    ...columns,
    ...revertLine(incident, cause),
    ...remedyLines(incident, cause),
    ...cause.against.slice(0, 1).map((text) => join(['Would change my mind: ', oneLine(text)])),
  ];
}

/** The columns stand below, each with its size: the sentence need not list them. */
function beforeList(cause: string): string {
  const colon = cause.indexOf(': ');
  return colon < 0 ? cause : cause.slice(0, colon);
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

function chain(cause: Hypothesis): readonly Line[] {
  const links = cause.chain.length > 0 ? cause.chain : cause.because.map((reason) => reason.text);
  const shown = links.slice(0, CHAIN_MAX).map((text, i) => toPhone([`${i + 1}. ${oneLine(text)}`], 160));
  return links.length > CHAIN_MAX ? [...shown, [`… and ${links.length - CHAIN_MAX} more in the thread`]] : shown;
}

/** Told per route: a small share of all requests may be every request of one page. */
function impact(incident: Incident): readonly Line[] {
  const worst = allOf(incident.evidence, 'error-group')
    .filter((g) => toneOf(g) === 'bad' && g.transaction !== undefined && (g.transactionShare ?? 0) >= 0.5)
    .toSorted((a, b) => (b.transactionShare ?? 0) - (a.transactionShare ?? 0))[0];
  if (!worst?.transaction) return [];
  return [line`${bold('Hit:')} ${Math.round((worst.transactionShare ?? 0) * 100)} % of ${clip(oneLine(worst.transaction), 60)} fails`];
}
