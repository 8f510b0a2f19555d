import { clip, oneLine, stripControls } from './escape.ts';
import type { Connections, Evidence, LockWait, QueryGroup } from './evidence.ts';

/** Widest statement shown in a row. */
const STATEMENT = 160;

/** A process list's summary for a terminal. Statements are fingerprints: no literal is in them. */
export function digestText(evidence: Evidence): string {
  const findings = evidence.outcome.findings ?? [];
  const groups = findings.filter((f): f is QueryGroup => f.kind === 'query-group');
  const locks = findings.filter((f): f is LockWait => f.kind === 'lock-wait');
  const used = findings.find((f): f is Connections => f.kind === 'connections');
  const lines = [
    ...(used
      ? [
          `${used.used ?? '?'} connections${used.max === undefined ? '' : ` of ${used.max}`}: ${used.running ?? 0} running, ${used.sleeping ?? 0} sleeping`,
        ]
      : []),
    ...locks.map(lockLine),
    ...(groups.length === 0 ? ['No statement is running.'] : ['threads  longest    total  statement', ...groups.map(groupLine)]),
  ];
  return stripControls(lines.join('\n'));
}

function groupLine(group: QueryGroup): string {
  const number = (value: number | undefined, width: number) => `${value === undefined ? '?' : Math.round(value)}`.padStart(width);
  const states = Object.entries(group.states ?? {}).map(([state, n]) => `${state || 'no state'} ${n}`);
  const shown = clip(oneLine(group.fingerprint), STATEMENT);
  return `${number(group.threads, 7)} ${number(group.longestSeconds, 7)}s ${number(group.totalSeconds, 7)}s  ${shown}${states.length > 0 ? `  (${states.join(', ')})` : ''}`;
}

function lockLine(lock: LockWait): string {
  const blocker =
    lock.blockerThread === undefined
      ? 'the blocker is not in this list'
      : `thread ${lock.blockerThread} blocks${lock.blockerIdle ? ', idle in a transaction' : ''}`;
  const age = lock.blockerSeconds === undefined ? '' : ` for ${Math.round(lock.blockerSeconds)} s`;
  return `${lock.waiters ?? '?'} wait for a ${lock.lock} lock${lock.table ? ` on ${oneLine(lock.table)}` : ''}; ${blocker}${age}`;
}
