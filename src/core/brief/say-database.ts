import type { Line } from '../brief.ts';
import { cut } from '../cut.ts';
import type { Connections, DbEvent, LockWait, QueryGroup, Table } from '../evidence.ts';
import { approximately, count, duration, firstFew, join, line, plural, time } from '../words.ts';

const STATEMENT_MAX = 70;

export function sayQueryGroup(group: QueryGroup): Line {
  const oldest = group.longestSeconds === undefined ? undefined : `, oldest ${duration(group.longestSeconds)}`;
  return line`${plural(group.threads, 'query', 'queries')} in one statement${oldest}${noIndex(group)}: ${{ code: cut(group.fingerprint, STATEMENT_MAX) }}`;
}

function noIndex(group: QueryGroup): string | undefined {
  const scanned = group.plan?.find((row) => row.key === null && row.type.toUpperCase() === 'ALL');
  if (scanned) return `, reads all of ${scanned.table}`;
  return group.noIndexUsed ? ', no index used' : undefined;
}

const lockWords = {
  metadata: 'a table lock held by an open transaction',
  row: 'a row',
  table: 'a table lock',
  flush: 'a FLUSH',
  'global-read': 'the global read lock',
  user: 'a named lock',
} as const;

export function sayLockWait(lock: LockWait): Line {
  const blocker = lock.blockerThread === undefined ? undefined : `, held by thread ${lock.blockerThread}`;
  const since = lock.blockerSeconds === undefined ? undefined : ` since ${duration(lock.blockerSeconds)}`;
  return join([
    lock.waiters === undefined ? 'queries wait' : `${plural(lock.waiters, 'query waits', 'queries wait')}`,
    ` for ${lockWords[lock.lock]}`,
    lock.table === undefined ? undefined : ` of ${lock.table}`,
    blocker,
    since,
    lock.blockerIdle ? ', idle' : undefined,
  ]);
}

export function sayConnections(c: Connections): Line {
  if (c.refused) return ['the server refuses new connections (1040)'];
  if (c.used === undefined) return c.running === undefined ? [] : [`${plural(c.running, 'query', 'queries')} running`];
  const running = c.running === undefined ? undefined : `, ${count(c.running)} running`;
  return join([count(c.used), c.max === undefined ? undefined : ` of ${count(c.max)}`, ' connections', running]);
}

export function sayTable(table: Table): Line {
  const rows = table.rows === undefined ? undefined : `, ${approximately(table.rows)} rows`;
  const changed = table.changedAt === undefined ? undefined : line`, changed ${time(table.changedAt)}`;
  const narrow = (table.columns ?? []).map((c) => `${c.name} ${c.type}`);
  const columns = narrow.length === 0 || narrow.length > 3 ? undefined : ` (${firstFew(narrow, 3)})`;
  return join([table.table, columns, rows, changed]);
}

export function sayDbEvent(event: DbEvent): Line {
  return join([cut(event.message, STATEMENT_MAX), event.at === undefined ? undefined : line` at ${time(event.at)}`]);
}
