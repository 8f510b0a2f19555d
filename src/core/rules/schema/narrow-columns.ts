import type { Table } from '../../evidence.ts';
import type { Facts, Seen } from '../../rule.ts';
import { integerIn, maxOf, maxOfColumn } from './integer-types.ts';

/** A column that holds ids of a key, or is that key, and is too small for the next one. */
export interface NarrowColumn {
  seen: Seen<Table>;
  table: string;
  column: string;
  type: string;
  rows: number | undefined;
  parent: string;
  by: 'constraint' | 'name' | 'code' | 'own';
  max: bigint;
  /** The parent's next value. */
  next: bigint;
}

/** Share of the column's range at which it counts as full: ids that were handed out but not yet stored are beyond already. */
const NEARLY = 99n;

/** Every column that a key has outgrown, by the schema itself. */
export function narrowColumns(facts: Facts): readonly NarrowColumn[] {
  const tables = facts.of('table');
  const nextOf = new Map(
    tables.flatMap(({ finding }) => {
      const next = integerIn(finding.autoIncrement);
      return next === undefined ? [] : [[finding.table, next] as const];
    }),
  );
  return tables.flatMap((seen): readonly NarrowColumn[] => {
    const { finding } = seen;
    const columns = new Map((finding.columns ?? []).map((column) => [column.name, column]));
    const pointing = (finding.references ?? []).flatMap((reference): readonly NarrowColumn[] => {
      const column = columns.get(reference.column);
      const max = maxOfColumn(column);
      const next = nextOf.get(reference.table);
      if (column === undefined || max === undefined || next === undefined || !isOutgrown(next, max)) return [];
      const wide = reference.toType === undefined || (maxOf(reference.toType, reference.toUnsigned) ?? 0n) > max;
      const base = {
        seen,
        table: finding.table,
        column: column.name,
        type: column.type,
        rows: finding.rows,
        parent: `${reference.table}.${reference.to}`,
      };
      return wide ? [{ ...base, by: reference.by ?? 'name', max, next }] : [];
    });
    return [...ownKey(seen), ...pointing];
  });
}

function ownKey(seen: Seen<Table>): readonly NarrowColumn[] {
  const { table, columns = [], autoIncrement, rows } = seen.finding;
  const id = columns.find((column) => column.name === 'id') ?? columns[0];
  const max = maxOfColumn(id);
  const next = integerIn(autoIncrement);
  if (id === undefined || max === undefined || next === undefined || next < max) return [];
  return [{ seen, table, column: id.name, type: id.type, rows, parent: `${table}.${id.name}`, by: 'own', max, next }];
}

function isOutgrown(next: bigint, max: bigint): boolean {
  return next * 100n >= max * NEARLY;
}

/** How long a rewrite of the table takes, by its rows: about 50,000 rows a second are copied while it serves. */
export function duration(rows: number | undefined): 'minutes' | 'hours' | 'days' | 'unknown time' {
  if (rows === undefined) return 'unknown time';
  if (rows < 50_000_000) return 'minutes';
  return rows < 2_000_000_000 ? 'hours' : 'days';
}
