import type { ActionRequest } from './action.ts';
import type { Evidence, LockWait, QueryGroup } from './evidence.ts';
import { fingerprint } from './fingerprint.ts';
import { isWaitedFor } from './lock-waits.ts';
import { roleOf } from './process-roles.ts';
import type { ProcessRow } from './processlist.ts';
import { bareName } from './sql/statement.ts';

/** A thread that the evidence names. */
export interface KillTarget {
  /** `host:port` as the check names it; empty when the evidence does not say. */
  host: string;
  thread: number;
  /** The session, or only its statement. */
  whole: boolean;
  /** The statement's shape; empty for a session that sleeps in a transaction. */
  shape: string;
  /** What it holds, for a blocker. */
  lock?: LockWait['lock'];
}

/** Threads killed by one confirmation at most. */
const LIMIT = 1_000;

/** The newest answer of each check. */
function newest(evidence: readonly Evidence[]): readonly Evidence[] {
  const last = new Map<string, Evidence>();
  for (const one of evidence) if (one.at >= (last.get(one.check)?.at ?? '')) last.set(one.check, one);
  return [...last.values()];
}

/** Whom to end: the blockers of locks, else the threads that run the stuck statement. A named hypothesis narrows it to its own thread or table. */
export function killTargets(request: Pick<ActionRequest, 'evidence' | 'diagnosis'>): readonly KillTarget[] {
  const findings = newest(request.evidence).flatMap((evidence) => evidence.outcome.findings ?? []);
  const hypotheses = request.diagnosis?.hypotheses ?? [];
  const facts = (hypotheses.find((one) => one.remedy.kind === 'kill-queries') ?? hypotheses[0])?.facts ?? {};
  const locks = findings.filter(
    (finding): finding is LockWait => finding.kind === 'lock-wait' && finding.tone !== 'normal' && finding.blockerThread !== undefined,
  );
  const meant = locks.filter((lock) => String(lock.blockerThread) === facts.thread);
  const blockers = meant.length > 0 ? meant : locks.filter((lock) => (lock.waiters ?? 0) > 0);
  if (blockers.length > 0) return unique(blockers.map(blocker));
  const groups = findings.filter(
    (finding): finding is QueryGroup => finding.kind === 'query-group' && finding.tone === 'bad' && (finding.threadIds?.length ?? 0) > 0,
  );
  const same = groups.filter(
    (group) => facts.statement === group.fingerprint || (group.tables ?? []).some((table) => bareName(table) === facts.table),
  );
  return unique((same.length > 0 ? same : groups).flatMap(members)).slice(0, LIMIT);
}

function blocker(lock: LockWait): KillTarget {
  const idle = lock.blockerIdle !== false;
  return {
    host: lock.host ?? '',
    thread: lock.blockerThread ?? 0,
    whole: idle,
    shape: idle ? '' : (lock.blockerStatement ?? ''),
    lock: lock.lock,
  };
}

function members(group: QueryGroup): readonly KillTarget[] {
  return (group.threadIds ?? []).map((thread) => ({ host: group.host ?? '', thread, whole: false, shape: group.fingerprint }));
}

function unique(targets: readonly KillTarget[]): readonly KillTarget[] {
  return [...new Map(targets.map((target) => [`${target.host} ${target.thread}`, target])).values()];
}

/** Whether the thread is still what the evidence says: the same statement; for a blocker, others still wait for such a lock. */
export function stillTarget(target: KillTarget, rows: readonly ProcessRow[]): boolean {
  const row = rows.find((one) => one.id === target.thread);
  if (row === undefined) return false;
  const same = target.shape === '' ? row.info === undefined : row.info !== undefined && fingerprint(row.info) === target.shape;
  if (!same || target.lock === undefined) return same;
  return isWaitedFor(
    target.lock,
    rows.filter((one) => roleOf(one) === 'running'),
  );
}

export const killLine = ({ thread, whole }: KillTarget): string => `KILL ${whole ? '' : 'QUERY '}${thread};`;

/** RDS gives nobody the right to KILL; its procedure has it. */
export const rdsLine = ({ thread, whole }: KillTarget): string => `CALL mysql.rds_kill${whole ? '' : '_query'}(${thread});`;
