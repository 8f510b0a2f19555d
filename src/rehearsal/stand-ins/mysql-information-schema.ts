import type { SchemaTable } from '../world/schema.ts';
import type { Thread } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { type Cell, DB, type Filled, processRows, stamp } from './mysql-rows.ts';

/** information_schema as MySQL 8 has it, as far as readers of catalogues ask. */
export function informationSchema(
  world: World,
  tables: readonly SchemaTable[],
  threads: readonly Thread[],
  at: number,
): Readonly<Record<string, Filled>> {
  const all = [...tables, ...railsTables(world)];
  return {
    SCHEMATA: ['CATALOG_NAME SCHEMA_NAME', () => [['def', DB]]],
    TABLES: [
      'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE TABLE_ROWS AVG_ROW_LENGTH DATA_LENGTH INDEX_LENGTH AUTO_INCREMENT CREATE_TIME UPDATE_TIME TABLE_COMMENT',
      () =>
        all.map((t) => [
          'def',
          DB,
          t.name,
          'BASE TABLE',
          'InnoDB',
          t.rows,
          180,
          t.bytes,
          Math.round(t.bytes / 3),
          t.autoIncrement === null ? null : Number(t.autoIncrement),
          stamp(Date.parse(t.createdAt)),
          null,
          '',
        ]),
    ],
    COLUMNS: [
      'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION COLUMN_DEFAULT IS_NULLABLE DATA_TYPE COLUMN_TYPE COLUMN_KEY EXTRA CHARACTER_MAXIMUM_LENGTH NUMERIC_PRECISION COLUMN_COMMENT',
      () =>
        all.flatMap((t) =>
          t.columns.map((c, n) => [
            'def',
            DB,
            t.name,
            c.name,
            n + 1,
            null,
            c.nullable ? 'YES' : 'NO',
            (c.type.split(/[ (]/)[0] ?? '').toLowerCase(),
            c.type,
            keyOf(t, c.name),
            c.autoIncrement ? 'auto_increment' : '',
            Number(/\((\d+)\)/.exec(c.type)?.[1]) || null,
            null,
            '',
          ]),
        ),
    ],
    STATISTICS: [
      'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME NON_UNIQUE INDEX_SCHEMA INDEX_NAME SEQ_IN_INDEX COLUMN_NAME COLLATION CARDINALITY SUB_PART INDEX_TYPE IS_VISIBLE',
      () =>
        all.flatMap((t) =>
          t.indexes.flatMap((index) =>
            index.columns.map((column, n) => [
              'def',
              DB,
              t.name,
              index.unique ? 0 : 1,
              DB,
              index.name,
              n + 1,
              column,
              'A',
              t.rows,
              null,
              'BTREE',
              'YES',
            ]),
          ),
        ),
    ],
    KEY_COLUMN_USAGE: [
      'CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION REFERENCED_TABLE_SCHEMA REFERENCED_TABLE_NAME REFERENCED_COLUMN_NAME',
      () => [
        ...all.map((t): Cell[] => [DB, 'PRIMARY', DB, t.name, t.columns[0]?.name ?? 'id', 1, null, null, null]),
        ...all.flatMap((t) => t.foreignKeys.map((key): Cell[] => [DB, key.name, DB, t.name, key.column, 1, DB, key.table, key.to])),
      ],
    ],
    REFERENTIAL_CONSTRAINTS: [
      'CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_NAME REFERENCED_TABLE_NAME UPDATE_RULE DELETE_RULE',
      () => all.flatMap((t) => t.foreignKeys.map((key) => [DB, key.name, t.name, key.table, 'RESTRICT', 'RESTRICT'])),
    ],
    TABLE_CONSTRAINTS: [
      'CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_SCHEMA TABLE_NAME CONSTRAINT_TYPE',
      () => [
        ...all.map((t) => [DB, 'PRIMARY', DB, t.name, 'PRIMARY KEY']),
        ...all.flatMap((t) => t.foreignKeys.map((key) => [DB, key.name, DB, t.name, 'FOREIGN KEY'])),
      ],
    ],
    PROCESSLIST: ['ID USER HOST DB COMMAND TIME STATE INFO', () => processRows(threads, at)],
    INNODB_TRX: [
      'trx_id trx_state trx_started trx_requested_lock_id trx_wait_started trx_weight trx_mysql_thread_id trx_query trx_operation_state trx_tables_locked trx_rows_locked trx_rows_modified trx_isolation_level',
      () =>
        threads.flatMap((t) =>
          t.transaction
            ? [
                [
                  42_000_000 + t.id,
                  'RUNNING',
                  stamp(t.transaction.since),
                  null,
                  null,
                  2,
                  t.id,
                  t.info,
                  null,
                  1,
                  t.transaction.rowsModified,
                  t.transaction.rowsModified,
                  'REPEATABLE READ',
                ],
              ]
            : [],
        ),
    ],
  };
}

function keyOf(table: SchemaTable, column: string): string {
  const leading = table.indexes.filter((index) => index.columns[0] === column);
  if (leading.some((index) => index.name === 'PRIMARY')) return 'PRI';
  if (leading.some((index) => index.unique)) return 'UNI';
  return leading.length > 0 ? 'MUL' : '';
}

function railsTables(world: World): readonly SchemaTable[] {
  const column = (name: string) => ({ name, type: 'varchar(255)', nullable: false, autoIncrement: false });
  return [
    {
      name: 'schema_migrations',
      rows: world.story.migrated.length,
      bytes: 16_384,
      autoIncrement: null,
      columns: [column('version')],
      indexes: [{ name: 'PRIMARY', columns: ['version'], unique: true }],
      foreignKeys: [],
      createdAt: '2024-03-02T09:12:44Z',
    },
  ];
}
