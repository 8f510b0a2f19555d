import type { Table, TableColumn, TableIndex, TableReference } from '../evidence.ts';
import type { MysqlRow, MysqlServer } from '../kit/mysql.ts';

/** Columns, indexes and foreign keys of the named tables, in three lean statements. Tables that do not exist are not in the answer. */
export async function schemaTables(server: MysqlServer, tables: readonly string[], signal: AbortSignal): Promise<readonly Table[]> {
  if (tables.length === 0) return [];
  const named = `table_schema = DATABASE() AND table_name IN (${tables.map(() => '?').join(', ')})`;
  const ask = (select: string, from: string, order: string) =>
    server.query(
      `SELECT table_name AS t, ${select} FROM information_schema.${from} WHERE ${named} ORDER BY table_name, ${order}`,
      tables,
      signal,
    );
  const columns = await ask('column_name AS c, column_type AS type, is_nullable AS nullable', 'columns', 'ordinal_position');
  const indexes = await ask('index_name AS name, column_name AS c, non_unique AS plain', 'statistics', 'index_name, seq_in_index');
  const keys = await ask(
    'constraint_name AS name, column_name AS c, referenced_table_name AS parent, referenced_column_name AS target',
    'key_column_usage',
    'constraint_name, ordinal_position',
  );
  return [...new Set(columns.map((row) => text(row, 't')))].map((table) => ({
    kind: 'table',
    table,
    tone: 'normal',
    columns: of(columns, table).map(columnOf),
    indexes: indexesOf(of(indexes, table)),
    references: of(keys, table).flatMap(referenceOf),
  }));
}

function of(rows: readonly MysqlRow[], table: string): readonly MysqlRow[] {
  return rows.filter((row) => row.t === table);
}

function columnOf(row: MysqlRow): TableColumn {
  const type = text(row, 'type');
  return { name: text(row, 'c'), type, nullable: row.nullable === 'YES', ...(/unsigned/i.test(type) ? { unsigned: true } : {}) };
}

function indexesOf(rows: readonly MysqlRow[]): readonly TableIndex[] {
  return [...Map.groupBy(rows, (row) => text(row, 'name'))].map(([name, parts]) => ({
    name,
    columns: parts.map((row) => text(row, 'c')),
    ...(Number(parts[0]?.plain) === 0 ? { unique: true } : {}),
  }));
}

function referenceOf(row: MysqlRow): readonly TableReference[] {
  if (row.parent === null) return [];
  return [{ column: text(row, 'c'), table: text(row, 'parent'), to: text(row, 'target'), by: 'constraint', constraint: text(row, 'name') }];
}

function text(row: MysqlRow, name: string): string {
  return String(row[name] ?? '');
}
