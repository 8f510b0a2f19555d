import type { Line } from '../brief.ts';
import type { Hypothesis } from '../diagnosis.ts';
import type { Incident } from '../incident.ts';
import { approximately, join } from '../words.ts';
import { allOf } from './facts.ts';

/** Rows that an online change copies in an hour on a busy server, roughly: 20,000 a second. */
const ROWS_PER_SECOND = 20_000;
const COLUMNS_MAX = 12;

/** Every column that is too narrow for the key it holds, with the size of the work. */
export function narrowColumns(incident: Incident, cause: Hypothesis): readonly Line[] {
  if (cause.remedy.kind !== 'widen-column') return [];
  const columns = (cause.facts.columns ?? '').match(/[\w$]+\.[\w$]+/g) ?? [];
  const unique = [...new Set(columns)];
  if (unique.length < 2) return [];
  const shown = unique.slice(0, COLUMNS_MAX).map((column) => columnLine(incident, column));
  return unique.length > COLUMNS_MAX ? [...shown, [`… and ${unique.length - COLUMNS_MAX} more in the thread`]] : shown;
}

function columnLine(incident: Incident, column: string): Line {
  const [tableName] = column.split('.');
  const table = allOf(incident.evidence, 'table').find((t) => t.table === tableName);
  if (table?.rows === undefined) return [`🔴 ${column}`];
  return join([`🔴 ${column} · ${approximately(table.rows)} rows · ${effort(table.rows)}`]);
}

/** How long an online change of a table takes: minutes, hours or days. */
export function effort(rows: number): 'minutes' | 'hours' | 'days' {
  const seconds = rows / ROWS_PER_SECOND;
  if (seconds < 3600) return 'minutes';
  return seconds < 24 * 3600 ? 'hours' : 'days';
}
