import { type DigestGroup, type DigestOptions, type DigestResult, digest } from './digest.ts';
import type { Evidence, Finding, Metric, QueryGroup, Tone } from './evidence.ts';
import type { ProcessRow } from './processlist.ts';

/** States in which a statement reads rows or sorts them: where a missing index keeps it. */
const READS =
  /^(sending data|executing|creating sort index|sorting (result|for)|copying to tmp table|creating tmp table|converting heap|statistics|preparing|searching rows for update|updating|reading from|)$|^copying to tmp table|^converting heap|^sorting for/i;

/** Threads of the group that wait for nothing but their own reading. */
export function readingThreads(states: Readonly<Record<string, number>>): number {
  return Object.entries(states).reduce((sum, [state, n]) => (READS.test(state) ? sum + n : sum), 0);
}

const STUCK_THREADS = 5;
const STUCK_SECONDS = 10;

/** Many threads on one statement, or one for long: worth a person's eye. */
function toneOfGroup(group: DigestGroup): Tone {
  if (group.role !== 'query') return group.role === 'backup' ? 'normal' : 'changed';
  if (/^(commit|begin|rollback|set |start transaction|show |select get_lock)/.test(group.fingerprint)) return 'normal';
  return group.threads >= STUCK_THREADS || group.longestSeconds >= STUCK_SECONDS ? 'bad' : 'normal';
}

/** The group as a finding: no literal in it. */
export function queryGroup(group: DigestGroup): QueryGroup {
  return {
    kind: 'query-group',
    fingerprint: group.fingerprint,
    threads: group.threads,
    longestSeconds: group.longestSeconds,
    totalSeconds: group.totalSeconds,
    states: group.states,
    ...(group.user === '' ? {} : { user: group.user }),
    ...(group.db === '' ? {} : { db: group.db }),
    tables: group.tables,
    threadIds: group.threadIds,
    sampleId: group.sampleId,
    tone: toneOfGroup(group),
    ...(group.role === 'query' ? {} : { recovers: false }),
  };
}

/** Replication that is behind, in the words of the cloud's own metric. */
function lagMetric(at: string, seconds: number): Metric {
  return {
    kind: 'metric',
    name: 'ReplicaLag',
    unit: 'Seconds',
    points: [{ at, value: seconds }],
    source: 'process list',
    tone: seconds >= 60 ? 'bad' : 'normal',
  };
}

/** All findings of a digest. */
export function digestFindings(result: DigestResult, at: string): readonly Finding[] {
  return [
    ...result.groups.map(queryGroup),
    ...result.locks,
    result.connections,
    ...(result.lagSeconds === undefined ? [] : [lagMetric(at, result.lagSeconds)]),
  ];
}

/** A process list as the mysql check's evidence. `tookMs` is the grouping alone, measured by the caller. */
export function processlistEvidence(rows: readonly ProcessRow[], at: string, tookMs: number, options: DigestOptions = {}): Evidence {
  return digestEvidence(digest(rows, options), at, tookMs);
}

export function digestEvidence(result: DigestResult, at: string, tookMs: number): Evidence {
  const findings = digestFindings(result, at);
  return {
    check: 'mysql',
    at,
    tookMs,
    outcome: { status: findings.some((finding) => finding.tone !== 'normal') ? 'found' : 'quiet', findings },
  };
}
