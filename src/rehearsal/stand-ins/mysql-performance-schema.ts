import type { Thread } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { type Cell, DB, type Filled, processRows, stamp, statusRows } from './mysql-rows.ts';

/** Picoseconds in a second: performance_schema's timers. */
const PS = 1e12;

/** performance_schema's own thread ids are other numbers than the process list's. */
const threadId = (t: Thread) => t.id + 51;

/** performance_schema with the instruments that MySQL 8 switches on by itself. */
export function performanceSchema(
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
