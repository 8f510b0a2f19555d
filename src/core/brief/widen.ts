import type { Line } from '../brief.ts';
import type { Hypothesis } from '../diagnosis.ts';
import type { Incident } from '../incident.ts';
import { duration } from '../rules/schema/narrow-columns.ts';
import { approximately, join } from '../words.ts';
import { allOf } from './facts.ts';

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
  const table = allOf(incident.evidence, 'table').find((t) => t.table === tableName && t.rows !== undefined);
  if (table?.rows === undefined) return [`🔴 ${column}`];
  return join([`🔴 ${column} · ${approximately(table.rows)} rows · ${duration(table.rows)}`]);
}
