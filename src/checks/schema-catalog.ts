import type { TableIndex } from '../core/evidence.ts';
import type { MysqlError, MysqlRow } from '../core/kit/mysql.ts';
import { type KeyColumn, type KeyConstraint, withoutSchema } from '../core/schema-keys.ts';
import { type Asker, marks, numberCell, refusalOf, rowsOf, textCell } from './mysql-ask.ts';

/** A table as information_schema.TABLES counts it. */
export interface TableSize {
  /** `schema.table` where no schema is named: they may have tables of one name. */
  name: string;
  db: string;
  rows: number | undefined;
  bytes: number | undefined;
  /** Next value of the key, as text: it may pass 2^53. */
  next: string | undefined;
  /** When the table was last built: every change of a column's type builds it anew. UTC ISO. */
  builtAt: string | undefined;
}

/** Asked of one database at most; larger schemas are cut and say so. */
const MAX_COLUMNS = 40_000;
const MAX_TABLES = 10_000;
const OWN = "('mysql', 'sys', 'information_schema', 'performance_schema')";

/** The condition for the databases we look at, with its values. */
function inDatabase(db: string, column = 'TABLE_SCHEMA'): { where: string; values: readonly string[] } {
  return db === '' ? { where: `${column} NOT IN ${OWN}`, values: [] } : { where: `${column} = ?`, values: [db] };
}

export type Read<T> = { rows: T; refused: undefined } | { rows: T; refused: MysqlError };

async function read<T>(asker: Asker, sql: string, values: readonly string[], each: (row: MysqlRow) => T): Promise<Read<readonly T[]>> {
  const answer = await asker.ask(sql, values);
  const refused = refusalOf(answer);
  return refused === undefined ? { rows: rowsOf(answer).map(each), refused } : { rows: [], refused };
}

/** Rows of tables of the same name in another schema are left out by whoever asks. */
function onlyTables(tables: readonly string[] | undefined): { where: string; values: readonly string[] } {
  const names = tables?.map(withoutSchema);
  return names === undefined ? { where: '', values: [] } : { where: ` AND TABLE_NAME IN ${marks(names)}`, values: names };
}

/** The table's name, with its schema where none is named. */
const tableIn = (db: string, row: MysqlRow, schema = 'db', table = 'tbl'): string =>
  db === '' ? `${textCell(row, schema)}.${textCell(row, table)}` : textCell(row, table);

export function readSizes(asker: Asker, db: string, tables?: readonly string[]): Promise<Read<readonly TableSize[]>> {
  const database = inDatabase(db);
  const only = onlyTables(tables);
  return read(
    asker,
    `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS name, TABLE_ROWS AS size, DATA_LENGTH + INDEX_LENGTH AS bytes, AUTO_INCREMENT AS next,
     UNIX_TIMESTAMP(CREATE_TIME) AS built FROM information_schema.TABLES WHERE ${database.where} AND TABLE_TYPE = 'BASE TABLE'${only.where} LIMIT ${MAX_TABLES}`,
    [...database.values, ...only.values],
    (row) => {
      const built = numberCell(row, 'built');
      return {
        name: tableIn(db, row, 'db', 'name'),
        db: textCell(row, 'db'),
        rows: numberCell(row, 'size'),
        bytes: numberCell(row, 'bytes'),
        next: textCell(row, 'next') || undefined,
        builtAt: built === undefined || built === 0 ? undefined : new Date(built * 1000).toISOString(),
      };
    },
  );
}

const asColumn =
  (db: string) =>
  (row: MysqlRow): KeyColumn => ({
    table: tableIn(db, row),
    name: textCell(row, 'name'),
    type: textCell(row, 'type'),
    nullable: textCell(row, 'nullable') === 'YES',
    primary: textCell(row, 'part') === 'PRI',
    autoIncrement: /auto_increment/i.test(textCell(row, 'extra')),
  });

const COLUMNS =
  'SELECT TABLE_SCHEMA AS db, TABLE_NAME AS tbl, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_KEY AS part, EXTRA AS extra FROM information_schema.COLUMNS';

/** All integer columns: keys, and what may point to them. */
export function readIntegerColumns(asker: Asker, db: string): Promise<Read<readonly KeyColumn[]>> {
  const database = inDatabase(db);
  return read(
    asker,
    `${COLUMNS} WHERE ${database.where} AND DATA_TYPE IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION LIMIT ${MAX_COLUMNS}`,
    database.values,
    asColumn(db),
  );
}

/** All columns of these tables. */
export function readColumns(asker: Asker, db: string, tables: readonly string[]): Promise<Read<readonly KeyColumn[]>> {
  const database = inDatabase(db);
  const only = onlyTables(tables);
  return read(
    asker,
    `${COLUMNS} WHERE ${database.where}${only.where} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION LIMIT ${MAX_COLUMNS}`,
    [...database.values, ...only.values],
    asColumn(db),
  );
}

export function readConstraints(asker: Asker, db: string): Promise<Read<readonly KeyConstraint[]>> {
  const database = inDatabase(db);
  return read(
    asker,
    `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS tbl, COLUMN_NAME AS col, REFERENCED_TABLE_SCHEMA AS parentdb, REFERENCED_TABLE_NAME AS parent,
     REFERENCED_COLUMN_NAME AS parentcol, CONSTRAINT_NAME AS name
     FROM information_schema.KEY_COLUMN_USAGE WHERE ${database.where} AND REFERENCED_TABLE_NAME IS NOT NULL LIMIT ${MAX_COLUMNS}`,
    database.values,
    (row) => ({
      table: tableIn(db, row),
      column: textCell(row, 'col'),
      // A key in a schema that is not looked at is not to be taken for one of the same name.
      to: tableIn(textCell(row, 'parentdb') === db ? db : '', row, 'parentdb', 'parent'),
      toColumn: textCell(row, 'parentcol'),
      name: textCell(row, 'name'),
    }),
  );
}

/** Indexes by table. */
export async function readIndexes(
  asker: Asker,
  db: string,
  tables: readonly string[],
): Promise<ReadonlyMap<string, readonly TableIndex[]>> {
  const database = inDatabase(db);
  const only = onlyTables(tables);
  const { rows } = await read(
    asker,
    `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS tbl, INDEX_NAME AS name, NON_UNIQUE AS many, COLUMN_NAME AS col FROM information_schema.STATISTICS
     WHERE ${database.where}${only.where} ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX LIMIT ${MAX_COLUMNS}`,
    [...database.values, ...only.values],
    (row) => ({
      table: tableIn(db, row),
      name: textCell(row, 'name'),
      column: textCell(row, 'col'),
      unique: numberCell(row, 'many') === 0,
    }),
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.table)].map(([table, parts]) => [
      table,
      [...Map.groupBy(parts, (part) => part.name)].map(([name, columns]) => ({
        name,
        columns: columns.map((one) => one.column),
        unique: columns[0]?.unique ?? false,
      })),
    ]),
  );
}
