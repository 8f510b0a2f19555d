import type { SchemaTable } from '../world/schema.ts';
import { MysqlRefusal } from './mysql-refusal.ts';
import { DB, type ResultSet } from './mysql-rows.ts';

const COLUMNS = ['id', 'select_type', 'table', 'partitions', 'type', 'possible_keys', 'key', 'key_len', 'ref', 'rows', 'filtered', 'Extra'];

/** The plan that the optimizer would choose by the table's indexes: an equality on an index's first column, else a full scan. */
export function explain(sql: string, tables: readonly SchemaTable[]): ResultSet {
  const text = sql.replaceAll('`', '').replace(/\/\*.*?\*\//gs, '');
  const named = [
    ...text.matchAll(
      /\b(?:from|join|update|into)\s+(?:\w+\.)?(\w+)(?:\s+(?:as\s+)?(?!where|set|join|inner|left|on|order|group|limit|force|use|values)(\w+))?/gi,
    ),
  ];
  if (named.length === 0)
    return { columns: COLUMNS, rows: [[1, 'SIMPLE', null, null, null, null, null, null, null, null, null, 'No tables used']] };
  const sorts = /\border\s+by\b/i.test(text);
  const rows = named.map(([, name = '', alias = '']) => {
    const table = tables.find((t) => t.name.toLowerCase() === name.toLowerCase());
    if (!table) throw new MysqlRefusal(1146, '42S02', `Table '${DB}.${name}' doesn't exist`);
    const equal = (column: string) => {
      const owner = named.length > 1 ? `(?:${name}|${alias || name})\\.` : `(?:(?:${name}|${alias || name})\\.)?`;
      return new RegExp(`(?:^|[\\s(])${owner}${column}\\s*(?:=|in\\b|is\\b)`, 'i').test(text);
    };
    const index = table.indexes.find((candidate) => equal(candidate.columns[0] ?? ''));
    if (!index) {
      const extra = `Using where${sorts ? '; Using filesort' : ''}`;
      return [1, 'SIMPLE', alias || name, null, 'ALL', null, null, null, null, table.rows, 10, extra];
    }
    const single = index.unique && index.columns.length === 1;
    const type = single ? 'const' : 'ref';
    const found = single ? 1 : Math.max(1, Math.round(table.rows / 20_000));
    return [
      1,
      'SIMPLE',
      alias || name,
      null,
      type,
      index.name,
      index.name,
      '8',
      'const',
      found,
      100,
      sorts && !single ? 'Using filesort' : null,
    ];
  });
  return { columns: COLUMNS, rows };
}
