import type { DigestResult } from '../core/digest.ts';
import type { LockWait } from '../core/evidence.ts';
import { fingerprint } from '../core/fingerprint.ts';
import type { ProcessRow } from '../core/processlist.ts';
import { type Asker, cell, isDenied, numberCell, refusalOf, rowsOf, textCell } from './mysql-ask.ts';
import type { Traits } from './mysql-traits.ts';

/** One transaction of InnoDB. */
export interface Transaction {
  thread: number;
  waiting: boolean;
  /** Seconds since it began. */
  age: number;
  idle: boolean;
  modified: number;
  locked: number;
}

export const TRANSACTIONS = `SELECT trx_mysql_thread_id AS thread, trx_state AS state, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS age,
  trx_query IS NULL AS idle, trx_rows_modified AS modified, trx_rows_locked AS locked
  FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 200`;

export function transactionsOf(rows: ReturnType<typeof rowsOf>): readonly Transaction[] {
  return rows.map((row) => ({
    thread: numberCell(row, 'thread') ?? 0,
    waiting: textCell(row, 'state') === 'LOCK WAIT',
    age: numberCell(row, 'age') ?? 0,
    idle: numberCell(row, 'idle') === 1,
    modified: numberCell(row, 'modified') ?? 0,
    locked: numberCell(row, 'locked') ?? 0,
  }));
}

/** Grouped on the server: the table has a row for every pair, half a million for 1,000 waiters on one row. */
const ROW_BLOCKERS = {
  mysql: `SELECT b.trx_mysql_thread_id AS thread, COUNT(DISTINCT w.REQUESTING_ENGINE_TRANSACTION_ID) AS waiters
    FROM performance_schema.data_lock_waits w JOIN information_schema.INNODB_TRX b ON b.trx_id = w.BLOCKING_ENGINE_TRANSACTION_ID
    WHERE b.trx_state <> 'LOCK WAIT' GROUP BY b.trx_mysql_thread_id ORDER BY waiters DESC LIMIT 5`,
  mariadb: `SELECT b.trx_mysql_thread_id AS thread, COUNT(DISTINCT w.requesting_trx_id) AS waiters
    FROM information_schema.INNODB_LOCK_WAITS w JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id
    WHERE b.trx_state <> 'LOCK WAIT' GROUP BY b.trx_mysql_thread_id ORDER BY waiters DESC LIMIT 5`,
};

/** Who holds a table that somebody waits for, and waits for nothing: every waiter is also "blocked" by the queued ALTER. */
const METADATA_BLOCKERS = `SELECT t.PROCESSLIST_ID AS thread, g.OBJECT_NAME AS name, MAX(t.PROCESSLIST_TIME) AS seconds
  FROM (SELECT DISTINCT OBJECT_SCHEMA, OBJECT_NAME FROM performance_schema.metadata_locks WHERE LOCK_STATUS = 'PENDING' AND OBJECT_TYPE = 'TABLE') w
  JOIN performance_schema.metadata_locks g ON g.OBJECT_TYPE = 'TABLE' AND g.OBJECT_SCHEMA = w.OBJECT_SCHEMA AND g.OBJECT_NAME = w.OBJECT_NAME
   AND g.LOCK_STATUS = 'GRANTED'
  JOIN performance_schema.threads t ON t.THREAD_ID = g.OWNER_THREAD_ID
  WHERE g.OWNER_THREAD_ID NOT IN (SELECT OWNER_THREAD_ID FROM performance_schema.metadata_locks WHERE LOCK_STATUS = 'PENDING')
   AND t.PROCESSLIST_ID IS NOT NULL
  GROUP BY t.PROCESSLIST_ID, g.OBJECT_NAME ORDER BY seconds DESC LIMIT 20`;
/** MariaDB's plugin; every account may read it. */
const METADATA_PLUGIN = `SELECT DISTINCT THREAD_ID AS thread, TABLE_NAME AS name FROM information_schema.METADATA_LOCK_INFO
  WHERE LOCK_TYPE LIKE 'Table metadata lock' LIMIT 2000`;

const LAST_STATEMENT = `SELECT s.SQL_TEXT AS statement FROM performance_schema.threads t
  JOIN performance_schema.events_statements_current s USING (THREAD_ID) WHERE t.PROCESSLIST_ID = ? LIMIT 1`;

/** A transaction this old that does nothing is somebody's mistake; its locks and its undo log are paid by all. */
const LONG_SECONDS = 60;

interface Scene {
  digest: DigestResult;
  rows: readonly ProcessRow[];
  transactions: readonly Transaction[];
  traits: Traits;
}

/** The lock waits of the list, with the blockers that the server itself names in the place of guesses. */
export async function lockFindings(asker: Asker, scene: Scene): Promise<{ locks: readonly LockWait[]; denied: boolean }> {
  const locks: LockWait[] = [];
  let denied = false;
  for (const lock of scene.digest.locks) {
    if (lock.lock === 'metadata' || lock.lock === 'flush') {
      const found = await metadataBlocker(asker, scene, lock);
      denied ||= found.denied;
      locks.push(await named(asker, scene, lock, found.thread));
    } else if (lock.lock !== 'row') {
      locks.push(lock);
    }
  }
  const rows = await rowLocks(asker, scene);
  denied ||= rows.denied;
  locks.push(...rows.locks, ...longTransactions(scene, [...locks, ...rows.locks]));
  return { locks, denied };
}

async function metadataBlocker(asker: Asker, scene: Scene, lock: LockWait): Promise<{ thread: number | undefined; denied: boolean }> {
  let denied = false;
  if (scene.traits.performanceSchema) {
    const answer = await asker.ask(METADATA_BLOCKERS);
    denied = isDenied(refusalOf(answer));
    const held = rowsOf(answer).find((row) => lock.table === undefined || textCell(row, 'name').toLowerCase() === lock.table.toLowerCase());
    if (held !== undefined) return { thread: numberCell(held, 'thread'), denied };
  }
  if (scene.traits.mariadb) {
    const waiting = new Set(scene.rows.filter((row) => /metadata lock|table flush/i.test(row.state)).map((row) => row.id));
    const holders = rowsOf(await asker.ask(METADATA_PLUGIN)).filter(
      (row) => !waiting.has(numberCell(row, 'thread') ?? 0) && textCell(row, 'name').toLowerCase() === lock.table?.toLowerCase(),
    );
    if (holders.length === 1) return { thread: numberCell(holders[0] ?? {}, 'thread'), denied };
  }
  return { thread: idleTransaction(scene), denied };
}

/** The only idle transaction there is; among several, the list alone must say. */
function idleTransaction({ transactions }: Scene): number | undefined {
  const idle = transactions.filter((one) => one.idle && !one.waiting);
  return idle.length === 1 ? idle[0]?.thread : undefined;
}

/** The lock with this thread as its blocker; unchanged when there is none. */
async function named(asker: Asker, scene: Scene, lock: LockWait, thread: number | undefined): Promise<LockWait> {
  if (thread === undefined) return lock;
  const row = scene.rows.find((one) => one.id === thread);
  const transaction = scene.transactions.find((one) => one.thread === thread);
  const { blockerStatement: _, blockerSeconds: __, blockerThread: ___, blockerIdle: ____, blockerUser: _____, ...rest } = lock;
  const idle = row === undefined || row.info === undefined;
  const statement = row?.info === undefined ? await lastStatement(asker, scene, thread) : fingerprint(row.info);
  const seconds = transaction?.age ?? row?.time;
  return {
    ...rest,
    blockerThread: thread,
    blockerIdle: idle,
    ...(seconds === undefined ? {} : { blockerSeconds: seconds }),
    ...(statement === undefined ? {} : { blockerStatement: statement }),
    ...(row === undefined || row.user === '' ? {} : { blockerUser: row.user }),
  };
}

async function lastStatement(asker: Asker, { traits }: Scene, thread: number): Promise<string | undefined> {
  if (!traits.performanceSchema) return undefined;
  const [row] = rowsOf(await asker.ask(LAST_STATEMENT, [thread]));
  const statement = row === undefined ? null : cell(row, 'statement');
  return typeof statement === 'string' && statement !== '' ? fingerprint(statement) : undefined;
}

async function rowLocks(asker: Asker, scene: Scene): Promise<{ locks: readonly LockWait[]; denied: boolean }> {
  const waiting = scene.transactions.filter((one) => one.waiting);
  const guess = scene.digest.locks.find((lock) => lock.lock === 'row');
  if (waiting.length === 0) return { locks: [], denied: false };
  const answer = await asker.ask(scene.traits.mariadb ? ROW_BLOCKERS.mariadb : ROW_BLOCKERS.mysql);
  const roots = rowsOf(answer);
  const holder = scene.transactions.find((one) => !one.waiting && one.idle && one.modified + one.locked > 0);
  const threads =
    roots.length > 0 ? roots.slice(0, 3).map((row) => ({ thread: numberCell(row, 'thread'), waiters: numberCell(row, 'waiters') })) : [];
  const all = threads.length > 0 ? threads : [{ thread: holder?.thread, waiters: waiting.length }];
  const locks: LockWait[] = [];
  for (const { thread, waiters } of all) {
    const base: LockWait = {
      kind: 'lock-wait',
      lock: 'row',
      waiters: waiters ?? waiting.length,
      tone: 'bad',
      ...(guess?.table === undefined ? {} : { table: guess.table }),
    };
    locks.push(await named(asker, scene, base, thread));
  }
  return { locks, denied: isDenied(refusalOf(answer)) };
}

/** Old transactions that nobody waits for yet: no waiters. */
function longTransactions({ transactions, rows }: Scene, locks: readonly LockWait[]): readonly LockWait[] {
  const known = new Set(locks.map((lock) => lock.blockerThread));
  return transactions
    .filter((one) => !one.waiting && one.idle && one.age >= LONG_SECONDS && !known.has(one.thread) && one.thread !== 0)
    .slice(0, 3)
    .map((one) => {
      const user = rows.find((row) => row.id === one.thread)?.user ?? '';
      return {
        kind: 'lock-wait',
        lock: 'row',
        waiters: 0,
        blockerThread: one.thread,
        blockerSeconds: one.age,
        blockerIdle: true,
        ...(user === '' ? {} : { blockerUser: user }),
        tone: one.modified > 0 ? 'bad' : 'changed',
      };
    });
}
