/** Whether a migration is in the database: by the table of applied versions AND by the schema, since MySQL does not roll DDL back. */
import type { Table } from '../evidence.ts';
import { type MigrationStatement, words } from './statement.ts';

export type MigrationState = 'absent' | 'partial' | 'applied';

export interface Compared {
  state: MigrationState;
  /** Statements whose effect the schema shows. */
  done: readonly MigrationStatement[];
  missing: readonly MigrationStatement[];
  why: string;
}

/** `tables` holds every table that the statements name and that exists; a table that is not among them does not exist. */
export function compare(statements: readonly MigrationStatement[], listed: boolean, tables: readonly Table[]): Compared {
  const seen = statements.map((s, i) => [s, overtaken(s, statements.slice(i + 1)) ? undefined : holds(s, tables)] as const);
  const done = seen.flatMap(([s, held]) => (held === true ? [s] : []));
  const missing = seen.flatMap(([s, held]) => (held === false ? [s] : []));
  // An index or a key that is dropped may have been gone already: alone, its absence shows nothing. A column or a table that the migration drops was
  // there for the old code to use: gone is gone, whoever did it, and to call that "nothing left" would make a harmful revert look safe.
  const proof = done.filter((s) => s.op !== 'drop-index' && s.op !== 'drop-foreign-key');
  const state = listed
    ? missing.length > 0
      ? 'partial'
      : 'applied'
    : proof.length > 0 || (done.length > 0 && missing.length === 0)
      ? 'partial'
      : 'absent';
  return { state, done: state === 'absent' ? [] : done, missing, why: says(state, listed, done, missing) };
}

function says(state: MigrationState, listed: boolean, done: readonly MigrationStatement[], missing: readonly MigrationStatement[]): string {
  const some = (list: readonly MigrationStatement[]) => list.slice(0, 3).map(words).join('; ');
  if (state === 'applied') return done.length > 0 ? `listed as applied, and the schema has ${some(done)}` : 'listed as applied';
  if (state === 'absent')
    return missing.length > 0 ? `not listed as applied, and the schema lacks ${some(missing)}` : 'not listed as applied';
  if (listed) return `listed as applied, but the schema lacks ${some(missing)}`;
  return `not listed as applied, but the schema already has ${some(done)}${missing.length > 0 ? ` and lacks ${some(missing)}` : ''}`;
}

/** True, false, or undefined where the schema cannot tell. */
export function holds(s: MigrationStatement, tables: readonly Table[]): boolean | undefined {
  if (s.op === 'data') return undefined;
  const table = tableNamed(tables, s.op === 'rename-table' ? s.to : s.table);
  switch (s.op) {
    case 'create-table':
    case 'rename-table':
      return table !== undefined;
    case 'drop-table':
      return table === undefined;
    case 'add-column':
      return column(table, s.column) !== undefined;
    case 'drop-column':
      return column(table, s.column) === undefined;
    case 'rename-column':
      return column(table, s.to) !== undefined && column(table, s.column) === undefined;
    case 'change-column':
      return changed(s, table);
    case 'add-index':
      return s.columns.length === 0 && !s.name ? undefined : indexed(table, s.columns, s.name);
    case 'drop-index':
      return s.columns.length === 0 && !s.name ? undefined : !indexed(table, s.columns, s.name);
    case 'add-foreign-key':
      return referenced(table, s.columns, s.name);
    case 'drop-foreign-key':
      return s.columns.length === 0 && !s.name ? undefined : !referenced(table, s.columns, s.name);
  }
}

/** A later statement of the same migration that undoes or renames what this one made. */
function overtaken(s: MigrationStatement, later: readonly MigrationStatement[]): boolean {
  return later.some((l) => {
    if (l.op === 'data' || s.op === 'data') return false;
    if (l.op === 'drop-table' || l.op === 'rename-table') return l.table === s.table && s.op !== 'drop-table';
    if (l.op === 'drop-column' || l.op === 'rename-column') return l.table === s.table && 'column' in s && s.column === l.column;
    return false;
  });
}

function changed(s: { table: string; column: string; type?: string; nullable?: boolean }, table: Table | undefined): boolean | undefined {
  const now = column(table, s.column);
  if (!now) return table ? false : undefined;
  const wanted = s.type ? bytesOf(s.type) : undefined;
  if (wanted !== undefined && bytesOf(now.type) !== undefined) return bytesOf(now.type) === wanted;
  if (s.nullable !== undefined && now.nullable !== undefined && s.type === undefined) return now.nullable === s.nullable;
  return undefined;
}

const widths: readonly (readonly [RegExp, number])[] = [
  [/^(?:tinyint|smallint\(1\)|integer\(1\))/i, 1],
  [/^(?:smallint|smallinteger|integer\(2\))/i, 2],
  [/^mediumint/i, 3],
  [/^(?:bigint|biginteger|bigincrements|unsignedbiginteger|integer\(8\)|int8|bigserial|bigautofield|BigIntegerField)/i, 8],
  [/^(?:int|integer|integer\(4\)|unsignedinteger|IntegerField|serial)\b/i, 4],
];

/** Bytes of an integer type as any source writes it; undefined for other types. */
export function bytesOf(type: string): number | undefined {
  return widths.find(([pattern]) => pattern.test(type.replace(/^(?:models|sa|Sequelize|DataTypes)\./, '')))?.[1];
}

function tableNamed(tables: readonly Table[], name: string): Table | undefined {
  return tables.find((t) => t.table.toLowerCase() === name.toLowerCase());
}

function column(table: Table | undefined, name: string) {
  return table?.columns?.find((c) => c.name.toLowerCase() === name.toLowerCase());
}

function indexed(table: Table | undefined, columns: readonly string[], name: string | undefined): boolean {
  const wanted = columns.map((c) => c.toLowerCase());
  return (table?.indexes ?? []).some((index) => {
    if (wanted.length === 0) return index.name.toLowerCase() === name?.toLowerCase();
    // A foreign key's or a longer index serves the same query, but is not this one: the columns must be the same.
    return index.columns.length === wanted.length && index.columns.every((c, i) => c.toLowerCase() === wanted[i]);
  });
}

function referenced(table: Table | undefined, columns: readonly string[], name: string | undefined): boolean {
  const wanted = columns.map((c) => c.toLowerCase());
  const constraints = (table?.references ?? []).filter((r) => r.by === undefined || r.by === 'constraint');
  return constraints.some((r) =>
    wanted.length > 0 ? wanted.includes(r.column.toLowerCase()) : r.constraint?.toLowerCase() === name?.toLowerCase(),
  );
}
