import { DatabaseSync } from 'node:sqlite';
import type { SchemaTable } from '../world/schema.ts';
import type { Thread } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { like, toSqlite } from './mysql-dialect.ts';
import { MysqlRefusal } from './mysql-refusal.ts';

export const DB = 'checkout';

type Cell = string | number | null;
export interface ResultSet {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}
/** Columns in the order of the list, then the rows. */
type Filled = readonly [columns: string, rows: () => readonly (readonly Cell[])[]];

/** Picoseconds in a second: performance_schema's timers. */
const PS = 1e12;

/**
 * The server's catalogues at this moment, to be asked in SQL: an empty database is made for each statement and only the tables that it
 * names are filled, so any join, alias or function that a reader thinks of is answered as the real server would.
 */
export function askCatalog(world: World, connectionId: number, sql: string, vars: Readonly<Record<string, Cell>>): ResultSet {
  const at = world.clock.time();
  const threads = world.story.threads(world, at);
  const tables = world.story.schema(world, at);
  const db = new DatabaseSync(':memory:');
  try {
    for (const name of [DB, 'information_schema', 'performance_schema']) db.exec(`ATTACH ':memory:' AS ${name}`);
    functions(db, at, connectionId, vars);
    fill(db, 'information_schema', informationSchema(world, tables, threads, at), sql);
    fill(db, 'performance_schema', performanceSchema(world, threads, at, vars), sql);
    fill(db, DB, ownTables(world, tables), sql);
    const statement = db.prepare(toSqlite(sql));
    statement.setReturnArrays(true);
    const columns = statement.columns().map((c) => variableName(c.name));
    return { columns, rows: statement.all() as unknown as Cell[][] };
  } catch (error) {
    throw refusalOf(error, sql);
  } finally {
    db.close();
  }
}

function variableName(name: string): string {
  const variable = /^sysvar\('(\w+)'\)$/.exec(name);
  return variable ? `@@${variable[1]}` : name;
}

function refusalOf(error: unknown, sql: string): MysqlRefusal {
  const said = error instanceof Error ? error.message : String(error);
  const table = /no such table: (?:(\w+)\.)?(\w+)/.exec(said);
  if (table?.[1] === 'information_schema') return new MysqlRefusal(1109, '42S02', `Unknown table '${table[2]}' in information_schema`);
  if (table) return new MysqlRefusal(1146, '42S02', `Table '${table[1] ?? DB}.${table[2]}' doesn't exist`);
  const column = /no such column: (\S+)/.exec(said);
  if (column) return new MysqlRefusal(1054, '42S22', `Unknown column '${column[1]}' in 'field list'`);
  const routine = /no such function: (\w+)/.exec(said);
  if (routine) return new MysqlRefusal(1305, '42000', `FUNCTION ${DB}.${routine[1]} does not exist`);
  const near = /near "([^"]*)"/.exec(said)?.[1] ?? '';
  const from = near ? sql.slice(Math.max(0, sql.indexOf(near))).slice(0, 80) : sql.slice(0, 80);
  return new MysqlRefusal(
    1064,
    '42000',
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${from}' at line 1`,
  );
}

function functions(db: DatabaseSync, at: number, connectionId: number, vars: Readonly<Record<string, Cell>>): void {
  const text = (value: unknown) => String(value ?? '');
  const constant = { deterministic: true } as const;
  db.function('like', constant, (pattern, value) => (value === null ? null : Number(like(text(pattern), text(value)))));
  db.function('regexp', constant, (pattern, value) => (value === null ? null : Number(new RegExp(text(pattern), 'i').test(text(value)))));
  db.function('now', { varargs: true }, () => stamp(at));
  db.function('unix_timestamp', { varargs: true }, (value?: unknown) => Math.floor((value ? Date.parse(`${text(value)}Z`) : at) / 1000));
  db.function('connection_id', () => connectionId);
  db.function('current_db', () => DB);
  db.function('version', () => text(vars.version));
  db.function('user', () => 'pulaski@127.0.0.1');
  db.function('current_user', () => 'pulaski@%');
  db.function('sysvar', (name) => {
    const value = vars[text(name).toLowerCase()];
    if (value === undefined) throw new MysqlRefusal(1193, 'HY000', `Unknown system variable '${text(name)}'`);
    return value;
  });
  db.function('timestampdiff', (unit, from, to) => {
    const size = { SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 }[text(unit).toUpperCase()] ?? 1000;
    return from === null || to === null ? null : Math.trunc((Date.parse(`${text(to)}Z`) - Date.parse(`${text(from)}Z`)) / size);
  });
  db.function('left_of', constant, (value, length) => (value === null ? null : text(value).slice(0, Number(length))));
  db.function('right_of', constant, (value, length) => (value === null ? null : text(value).slice(-Number(length))));
  db.function('char_length', constant, (value) => (value === null ? null : text(value).length));
  db.function('locate', constant, (part, whole) => text(whole).indexOf(text(part)) + 1);
  db.function('greatest', { varargs: true, ...constant }, (...values: unknown[]) => Math.max(...values.map(Number)));
  db.function('least', { varargs: true, ...constant }, (...values: unknown[]) => Math.min(...values.map(Number)));
  db.function('substring_index', constant, (value, mark, count) => {
    const parts = text(value).split(text(mark));
    const n = Number(count);
    return (n >= 0 ? parts.slice(0, n) : parts.slice(n)).join(text(mark));
  });
}

function fill(db: DatabaseSync, schema: string, tables: Readonly<Record<string, Filled>>, sql: string): void {
  const asked = sql.toLowerCase();
  for (const [name, [columns, rows]] of Object.entries(tables)) {
    if (!asked.includes(name.toLowerCase())) continue;
    const names = columns.split(' ');
    db.exec(`CREATE TABLE ${schema}.\`${name}\` (${names.map((c) => `\`${c}\` COLLATE NOCASE`).join(', ')})`);
    const insert = db.prepare(`INSERT INTO ${schema}.\`${name}\` VALUES (${names.map(() => '?').join(', ')})`);
    for (const row of rows()) insert.run(...row);
  }
}

/** A DATETIME as the server prints it. */
export function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

function informationSchema(
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

export function processRows(threads: readonly Thread[], at: number): readonly (readonly Cell[])[] {
  return threads.map((t) => [t.id, t.user, t.host, t.db, t.command, Math.max(0, Math.floor((at - t.since) / 1000)), t.state, t.info]);
}

/** performance_schema's own thread ids are other numbers than the process list's. */
const threadId = (t: Thread) => t.id + 51;

function performanceSchema(
  world: World,
  threads: readonly Thread[],
  at: number,
  vars: Readonly<Record<string, Cell>>,
): Readonly<Record<string, Filled>> {
  const statements = () => threads.filter((t) => t.info ?? t.last);
  const events = (t: Thread): Cell[] => [
    threadId(t),
    7,
    t.info === null ? 8 : null,
    'statement/sql/select',
    t.info ?? t.last ?? null,
    digestOf(t.info ?? t.last ?? ''),
    (t.info ?? t.last ?? '').replace(/\d+/g, '?'),
    t.db,
    (at - t.since) * 1e9,
    0,
    0,
    0,
    t.noIndex ? 1 : 0,
    0,
    t.noIndex ? 1 : 0,
    0,
  ];
  const eventColumns =
    'THREAD_ID EVENT_ID END_EVENT_ID EVENT_NAME SQL_TEXT DIGEST DIGEST_TEXT CURRENT_SCHEMA TIMER_WAIT LOCK_TIME ROWS_SENT ROWS_EXAMINED NO_INDEX_USED NO_GOOD_INDEX_USED SELECT_SCAN ERRORS';
  return {
    threads: [
      'THREAD_ID NAME TYPE PROCESSLIST_ID PROCESSLIST_USER PROCESSLIST_HOST PROCESSLIST_DB PROCESSLIST_COMMAND PROCESSLIST_TIME PROCESSLIST_STATE PROCESSLIST_INFO',
      () =>
        processRows(threads, at).map((row, n) => [threadId(threads[n] ?? missing()), 'thread/sql/one_connection', 'FOREGROUND', ...row]),
    ],
    processlist: [
      'ID USER HOST DB COMMAND TIME STATE INFO EXECUTION_ENGINE',
      () => processRows(threads, at).map((row) => [...row, 'PRIMARY']),
    ],
    metadata_locks: [
      'OBJECT_TYPE OBJECT_SCHEMA OBJECT_NAME COLUMN_NAME OBJECT_INSTANCE_BEGIN LOCK_TYPE LOCK_DURATION LOCK_STATUS SOURCE OWNER_THREAD_ID OWNER_EVENT_ID',
      () =>
        threads.flatMap((t) => [
          ...(t.holds ?? []).map((name): Cell[] => lockRow(name, t, 'GRANTED', t.info ? 'SHARED_UPGRADABLE' : 'SHARED_READ')),
          ...(t.waitsFor ? [lockRow(t.waitsFor, t, 'PENDING', t.info?.startsWith('ALTER') ? 'EXCLUSIVE' : 'SHARED_READ')] : []),
        ]),
    ],
    data_lock_waits: [
      'ENGINE REQUESTING_ENGINE_LOCK_ID REQUESTING_ENGINE_TRANSACTION_ID REQUESTING_THREAD_ID BLOCKING_ENGINE_LOCK_ID BLOCKING_ENGINE_TRANSACTION_ID BLOCKING_THREAD_ID',
      () => [],
    ],
    data_locks: [
      'ENGINE ENGINE_LOCK_ID ENGINE_TRANSACTION_ID THREAD_ID OBJECT_SCHEMA OBJECT_NAME INDEX_NAME LOCK_TYPE LOCK_MODE LOCK_STATUS LOCK_DATA',
      () => [],
    ],
    events_statements_current: [eventColumns, () => statements().map(events)],
    events_statements_history: [eventColumns, () => statements().map(events)],
    events_statements_summary_by_digest: [
      'SCHEMA_NAME DIGEST DIGEST_TEXT COUNT_STAR SUM_TIMER_WAIT AVG_TIMER_WAIT MAX_TIMER_WAIT SUM_LOCK_TIME SUM_ERRORS SUM_ROWS_SENT SUM_ROWS_EXAMINED SUM_SELECT_SCAN SUM_SELECT_FULL_JOIN SUM_NO_INDEX_USED SUM_NO_GOOD_INDEX_USED FIRST_SEEN LAST_SEEN',
      () => digestRows(world, statements(), at),
    ],
    global_status: ['VARIABLE_NAME VARIABLE_VALUE', () => statusRows(threads)],
    global_variables: ['VARIABLE_NAME VARIABLE_VALUE', () => Object.entries(vars)],
    setup_instruments: ['NAME ENABLED TIMED', () => [['wait/lock/metadata/sql/mdl', 'YES', 'YES']]],
    setup_consumers: [
      'NAME ENABLED',
      () => ['events_statements_current', 'events_statements_history', 'statements_digest'].map((name) => [name, 'YES']),
    ],
  };
}

function missing(): never {
  throw new Error('a process row without its thread');
}

function lockRow(name: string, t: Thread, status: string, type: string): Cell[] {
  return ['TABLE', DB, name, null, 1, type, 'TRANSACTION', status, '', threadId(t), 7];
}

function digestOf(sql: string): string {
  return Buffer.from(sql.replace(/\d+/g, '?')).toString('hex').slice(0, 64).padEnd(64, '0');
}

/** Finished statements so far: of each shape that runs now, as many as a busy hour brings. */
function digestRows(world: World, running: readonly Thread[], at: number): readonly (readonly Cell[])[] {
  const shapes = new Map<string, Thread>();
  for (const t of running) shapes.set(digestOf(t.info ?? t.last ?? ''), t);
  return [...shapes].map(([digest, t]) => {
    const count = t.noIndex ? 400 : 90_000;
    const seconds = t.noIndex ? 88 : 0.002;
    const first = t.noIndex ? world.onset - 50_000 : world.onset - 30 * 86_400_000;
    const text = (t.info ?? t.last ?? '').replace(/\/\*.*?\*\//g, '').replace(/\d+/g, '?');
    const examined = t.noIndex ? count * 3_412_876 : count;
    const scans = t.noIndex ? count : 0;
    return [
      t.db,
      digest,
      text,
      count,
      count * seconds * PS,
      seconds * PS,
      seconds * 1.2 * PS,
      0,
      0,
      count * 12,
      examined,
      scans,
      0,
      scans,
      0,
      stamp(first),
      stamp(at),
    ];
  });
}

export function statusRows(threads: readonly Thread[]): readonly (readonly [string, string])[] {
  const running = threads.filter((t) => t.command !== 'Sleep' && t.command !== 'Daemon').length;
  return [
    ['Threads_connected', String(threads.length + 1)],
    ['Threads_running', String(running + 1)],
    ['Max_used_connections', String(threads.length + 20)],
    ['Aborted_connects', '31'],
    ['Connection_errors_max_connections', '0'],
    ['Innodb_row_lock_current_waits', '0'],
    ['Uptime', '8123456'],
    ['Questions', '918273645'],
  ];
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

/** The application's own tables: only what Rails itself keeps has rows here. */
function ownTables(world: World, tables: readonly SchemaTable[]): Readonly<Record<string, Filled>> {
  return {
    schema_migrations: ['version', () => world.story.migrated.map((version) => [version])],
    ar_internal_metadata: ['key value', () => [['environment', 'production']]],
    ...Object.fromEntries(tables.map((t): [string, Filled] => [t.name, [t.columns.map((c) => c.name).join(' '), () => []]])),
  };
}
