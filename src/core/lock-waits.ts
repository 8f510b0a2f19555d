import type { LockWait } from './evidence.ts';
import { fingerprint } from './fingerprint.ts';
import type { ProcessRow } from './processlist.ts';
import { bareName, readStatement, type Statement } from './sql/statement.ts';

/** The lock that a thread state says it waits for. Servers word it differently, in letter case too. */
const STATES: readonly (readonly [pattern: RegExp, lock: LockWait['lock']])[] = [
  [
    /^waiting for (global read|commit|backup|the global read) lock|^waiting (for release of|to get) readlock|^waiting for backup metadata/,
    'global-read',
  ],
  [/metadata lock/, 'metadata'],
  [/^waiting for table flush|^flushing tables|^waiting for tables?$/, 'flush'],
  [/^waiting for (table level|table) lock|^locked$|^table lock$/, 'table'],
  [/^user lock$|^waiting on user lock/, 'user'],
  [/row lock|^waiting for lock|lock wait/, 'row'],
];
/** States in which a statement that changes rows, or locks them, also stands while it waits for a row. */
const MAYBE_ROW =
  /^(updating|updating main table|searching rows for update|update|statistics|executing|sending data|deleting from (main|reference) tables?|end|init for update)$/;
const CHANGES = new Set(['update', 'delete', 'insert', 'replace']);
/** A row lock is not suspected before a statement stands this long. */
const ROW_SECONDS = 2;
/** Locks listed at most. */
const LISTED = 5;

interface Waiter {
  row: ProcessRow;
  statement: Statement;
  lock: LockWait['lock'];
}

/** Reads a row's statement. */
export type StatementOf = (row: ProcessRow) => Statement;

interface Thread {
  row: ProcessRow;
  statement: Statement;
}

export function lockOfState(state: string): LockWait['lock'] | undefined {
  const lower = state.toLowerCase();
  return lower === '' ? undefined : STATES.find(([pattern]) => pattern.test(lower))?.[1];
}

const seconds = (row: ProcessRow): number => row.time ?? 0;
const isChange = (statement: Statement): boolean => /^(alter|create|drop|truncate|rename|optimize|lock)$/.test(statement.verb);
const isFlush = (statement: Statement): boolean => statement.verb === 'flush';

/** States of their own for statements that change rows; elsewhere only a locking read can wait for one. */
const CHANGING = /^(updat|search|delet|init)/i;
const LOCKING = /\bfor\s+(update|share)\b|\block\s+in\s+share\s+mode\b/i;

function maybeRow(row: ProcessRow, state: StateSays, read: StatementOf): boolean {
  if (seconds(row) < ROW_SECONDS || row.info === undefined || !state.maybeRow) return false;
  if (state.changing && CHANGES.has(read(row).verb)) return true;
  return LOCKING.test(row.info) && read(row).locks;
}

/** What a thread state means for locks. */
interface StateSays {
  lock: LockWait['lock'] | undefined;
  maybeRow: boolean;
  changing: boolean;
}

/** Reads each state once: thousands of threads share a dozen. */
function readStates(): (state: string) => StateSays {
  const known = new Map<string, StateSays>();
  return (state) => {
    let says = known.get(state);
    if (says === undefined) {
      says = { lock: lockOfState(state), maybeRow: MAYBE_ROW.test(state.toLowerCase()), changing: CHANGING.test(state) };
      known.set(state, says);
    }
    return says;
  };
}

/**
 * Who waits for what, as far as the list alone can tell. Row locks show no state of their own: they are suspected where statements that change
 * or lock rows stand still while another session could hold them. `running` and `sleeping` are the rows of clients.
 */
export function lockWaits(
  running: readonly ProcessRow[],
  sleeping: readonly ProcessRow[],
  read: StatementOf = readRow,
): readonly LockWait[] {
  const saysOf = readStates();
  const waiters = running.flatMap((row): readonly Waiter[] => {
    const state = saysOf(row.state);
    const lock = state.lock ?? (maybeRow(row, state, read) ? 'row' : undefined);
    if (lock === undefined) return [];
    const statement = read(row);
    return [{ row, statement, lock: flushed({ row, statement }, lock) }];
  });
  if (waiters.length === 0) return [];
  const waiting = new Set(waiters.map((waiter) => waiter.row.id));
  const free = running.filter((row) => !waiting.has(row.id)).map((row) => ({ row, statement: read(row) }));
  return grouped(waiters)
    .map((group) => lockWait(group, free, sleeping))
    .filter((wait) => wait !== undefined)
    .toSorted((one, other) => (other.waiters ?? 0) - (one.waiters ?? 0))
    .slice(0, LISTED);
}

/** Whether anybody still waits for a lock of this kind. */
export function isWaitedFor(lock: LockWait['lock'], running: readonly ProcessRow[]): boolean {
  const saysOf = readStates();
  return running.some((row) => {
    const state = saysOf(row.state);
    const of = state.lock;
    if (of === lock || (lock === 'flush' && of !== undefined && of !== 'row') || (lock === 'global-read' && of === 'flush')) return true;
    return lock === 'row' && of === undefined && maybeRow(row, state, readRow);
  });
}

/** Only the beginning is read: thousands of rows may wait, and the tables stand in front. */
const READ = 20_000;

function readRow(row: ProcessRow): Statement {
  return readStatement((row.info ?? '').slice(0, READ));
}

/** MariaDB says "metadata lock" of a FLUSH TABLES that waits for a reader. */
function flushed({ statement }: Thread, lock: LockWait['lock']): LockWait['lock'] {
  return isFlush(statement) && lock !== 'row' ? 'flush' : lock;
}

/** One group per lock and table. The statement that changes or flushes a table draws everybody who waits for that table into its group. */
function grouped(waiters: readonly Waiter[]): readonly (readonly Waiter[])[] {
  const heads = waiters.filter(({ lock, statement }) => lock === 'flush' || (lock === 'metadata' && isChange(statement)));
  const groups = new Map<string, Waiter[]>();
  for (const waiter of waiters) {
    const names = waiter.statement.tables.map(bareName);
    const head =
      waiter.lock === 'metadata' ? heads.find((one) => one.statement.tables.some((table) => names.includes(bareName(table)))) : undefined;
    const lock = head?.lock ?? waiter.lock;
    const key =
      lock === 'global-read' || lock === 'user'
        ? lock
        : lock === 'flush'
          ? 'flush'
          : `${lock} ${head?.statement.tables[0] ?? names[0] ?? ''}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(lock === waiter.lock ? waiter : { ...waiter, lock });
  }
  const flush = groups.get('flush');
  const global = groups.get('global-read');
  if (flush !== undefined && global !== undefined) {
    groups.delete('global-read');
    flush.push(...global);
  }
  return [...groups.values()];
}

function lockWait(all: readonly Waiter[], free: readonly Thread[], sleeping: readonly ProcessRow[]): LockWait | undefined {
  const holder = longest(all);
  const group = holder === undefined ? all : all.filter((waiter) => waiter !== holder);
  const first = group[0];
  if (first === undefined) return undefined;
  const head = group.find(({ statement }) => isChange(statement) || isFlush(statement)) ?? first;
  const table = head.statement.tables[0] ?? group.find(({ statement }) => statement.tables.length > 0)?.statement.tables[0];
  const timed = group.some(({ row }) => row.time !== undefined);
  const since = Math.max(...group.map(({ row }) => seconds(row)));
  const blocker =
    first.lock === 'user'
      ? undefined
      : (holder?.row ?? runningBlocker(first.lock, head, table, since, free) ?? idleBlocker(since, head.row, sleeping));
  if (first.lock === 'row' && blocker === undefined && group.length < 2) return undefined;
  return {
    kind: 'lock-wait',
    lock: first.lock,
    waiters: group.length,
    ...(table === undefined ? {} : { table: bareName(table) }),
    ...(blocker === undefined ? {} : described(blocker)),
    // A wait of a moment is the life of every database.
    tone: first.lock === 'user' || (timed && since < 1 && group.length < 3) ? 'normal' : 'bad',
  };
}

/** A holder of rows that is at work looks like those who wait for it; it only began long before all of them. */
function longest(group: readonly Waiter[]): Waiter | undefined {
  const [first, second] = group.toSorted((one, other) => seconds(other.row) - seconds(one.row));
  if (first?.lock !== 'row' || second === undefined || group.length < 3) return undefined;
  return seconds(first.row) >= 2 * seconds(second.row) && seconds(first.row) - seconds(second.row) >= 5 ? first : undefined;
}

function described(row: ProcessRow): Partial<LockWait> {
  return {
    blockerThread: row.id,
    ...(row.time === undefined ? {} : { blockerSeconds: row.time }),
    blockerIdle: row.info === undefined,
    ...(row.info === undefined ? {} : { blockerStatement: fingerprint(row.info.slice(0, READ)) }),
    ...(row.user === '' ? {} : { blockerUser: row.user }),
  };
}

/** A statement at work on the same table for as long as they wait; for a flush or a global lock, the longest that is no flush itself. */
function runningBlocker(
  lock: LockWait['lock'],
  head: Waiter,
  table: string | undefined,
  since: number,
  free: readonly Thread[],
): ProcessRow | undefined {
  const all = lock === 'global-read' || (isFlush(head.statement) && head.statement.tables.length === 0);
  const holds = free.filter(({ row, statement }) => {
    if (row.time !== undefined && row.time < since - 1) return false;
    if (lock === 'row' && !statement.locks && !CHANGES.has(statement.verb)) return false;
    return all || (table !== undefined && statement.tables.some((name) => bareName(name) === bareName(table)));
  });
  const cut = free.filter(({ row, statement }) => statement.tables.length === 0 && statement.text.endsWith('…') && seconds(row) > since);
  return (holds.length > 0 ? holds : cut).toSorted((one, other) => seconds(other.row) - seconds(one.row))[0]?.row;
}

/**
 * A sleeping session holds what its open transaction took: it went to sleep before the first of them began to wait. Named only when one stands
 * out: the only one, or the one that fell asleep just before; an idle pool has many that slept longer.
 */
function idleBlocker(since: number, head: ProcessRow, sleeping: readonly ProcessRow[]): ProcessRow | undefined {
  const before = sleeping.filter(
    (row) => seconds(row) >= since - 1 && (head.db === undefined || row.db === undefined || row.db === head.db),
  );
  const [nearest, next] = before.toSorted((one, other) => seconds(one) - seconds(other));
  if (nearest === undefined || next === undefined) return nearest;
  if (seconds(nearest) <= since + 2 && seconds(next) > seconds(nearest) + 2) return nearest;
  // A migration blocks itself by its own second connection: the only other session from its machine.
  const near = before.filter((row) => machineOf(row) !== '' && machineOf(row) === machineOf(head));
  return near.length === 1 ? near[0] : undefined;
}

const machineOf = (row: ProcessRow): string => row.host.replace(/:\d+$/, '');
