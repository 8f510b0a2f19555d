import type { Connections, Evidence, Finding, LockWait, Metric, QueryGroup, Tone } from './evidence.ts';
import { fingerprint, fingerprintKey } from './fingerprint.ts';
import { lockOfState, lockWaits } from './lock-waits.ts';
import { roleOf } from './process-roles.ts';
import type { ProcessRow } from './processlist.ts';
import { tablesOf } from './sql/statement.ts';

export type { ProcessRow } from './processlist.ts';
export { processRows, readProcesslist } from './processlist.ts';

/** `backup` and `schema-change` are facts, no trouble by themselves. */
export type GroupRole = 'query' | 'backup' | 'schema-change';

/** Statements of one shape. */
export interface DigestGroup {
  fingerprint: string;
  /** The statement was cut: what it is in full cannot be known, so it stands alone. */
  cut: boolean;
  role: GroupRole;
  threads: number;
  longestSeconds: number;
  totalSeconds: number;
  /** As the server words them. */
  states: Readonly<Record<string, number>>;
  user: string;
  db: string;
  tables: readonly string[];
  /** Longest first is not promised; at most 1,000. */
  threadIds: readonly number[];
  /** The thread that has run longest. */
  sampleId: number;
}

export interface DigestResult {
  /** By threads, then total seconds. */
  groups: readonly DigestGroup[];
  /** Groups before the limit. */
  shapes: number;
  locks: readonly LockWait[];
  connections: Connections;
  /** Seconds the replication applier is behind, where the list shows one at work. */
  lagSeconds: number | undefined;
}

export interface DigestOptions {
  /** Groups returned at most; 0 for all. Default 20. */
  limit?: number;
  /** Our own thread. */
  self?: number;
}

/** Where servers cut a statement: SHOW PROCESSLIST without FULL, performance_schema, information_schema. */
const CUT_LENGTHS = new Set([100, 1_024, 65_535]);
const IDS = 1_000;
/** Rows read for locks; thousands more of the same add nothing. */
const LOCK_ROWS = 3_000;

interface Gathered {
  threads: number;
  total: number;
  longest: number;
  sample: ProcessRow;
  ids: number[];
  states: Map<string, number>;
  users: Map<string, number>;
  dbs: Map<string, number>;
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function gather(into: Map<number, Gathered>, key: number, row: ProcessRow): void {
  const seconds = row.time ?? 0;
  let group = into.get(key);
  if (group === undefined) {
    group = { threads: 0, total: 0, longest: seconds, sample: row, ids: [], states: new Map(), users: new Map(), dbs: new Map() };
    into.set(key, group);
  }
  group.threads++;
  group.total += seconds;
  if (seconds > group.longest) {
    group.longest = seconds;
    group.sample = row;
  }
  if (group.ids.length < IDS) group.ids.push(row.id);
  count(group.states, row.state);
  count(group.users, row.user);
  count(group.dbs, row.db ?? '');
}

function join(into: Gathered, from: Gathered): void {
  into.threads += from.threads;
  into.total += from.total;
  if (from.longest > into.longest) {
    into.longest = from.longest;
    into.sample = from.sample;
  }
  into.ids.push(...from.ids.slice(0, IDS - into.ids.length));
  for (const counts of ['states', 'users', 'dbs'] as const) {
    for (const [key, n] of from[counts]) into[counts].set(key, (into[counts].get(key) ?? 0) + n);
  }
}

const commonest = (counts: ReadonlyMap<string, number>): string =>
  [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0])[0];

/** Reads tables with a consistent copy in mind: `SELECT SQL_NO_CACHE … FROM t` without a condition, LOCK/FLUSH of a dump. */
export function groupRole(text: string): GroupRole {
  if (
    /^select (distinct )?sql_no_cache (?=\*|[^(]* from )/.test(text) &&
    (!text.includes(' where ') || text.startsWith('select sql_no_cache *'))
  )
    return 'backup';
  if (/^(backup |lock instance for backup|lock tables for backup|lock binlog for backup)/.test(text)) return 'backup';
  // pt-online-schema-change and gh-ost copy into a table of their own.
  if (/^(insert|replace|delete) [^(]*[`. ]_\w+_(new|gho)[`( ]/.test(text)) return 'schema-change';
  return /^(alter|create (unique |fulltext |spatial )?index|drop index|optimize table|create table .* select|repair table|analyze table)\b/.test(
    text,
  )
    ? 'schema-change'
    : 'query';
}

function describe(group: Gathered, text: string, cut: boolean): DigestGroup {
  return {
    fingerprint: text,
    cut,
    role: groupRole(text),
    threads: group.threads,
    longestSeconds: group.longest,
    totalSeconds: group.total,
    states: Object.fromEntries(group.states),
    user: commonest(group.users),
    db: commonest(group.dbs),
    tables: tablesOf(text),
    threadIds: group.ids,
    sampleId: group.sample.id,
  };
}

/**
 * Opened one after the other and never used again: by id, each idles no longer than the one before. A pool's sessions are used again and lose
 * this order; a leak keeps it.
 */
function unusedSessions(sleeping: readonly ProcessRow[]): number {
  const byId = sleeping.toSorted((one, other) => one.id - other.id);
  const inOrder = byId.every((row, i) => i === 0 || (row.time ?? 0) <= (byId[i - 1]?.time ?? 0));
  const times = new Set(sleeping.map((row) => row.time));
  return inOrder && times.size > 1 ? sleeping.length : 0;
}

/** Groups the statements of a process list by shape, in one pass over their text; a text is built once per group. */
export function digest(rows: readonly ProcessRow[], options: DigestOptions = {}): DigestResult {
  const limit = options.limit ?? 20;
  const whole = new Map<number, Gathered>();
  const suspect = new Map<number, Gathered>();
  const running: ProcessRow[] = [];
  const sleeping: ProcessRow[] = [];
  let connecting = 0;
  let system = 0;
  let lagSeconds: number | undefined;
  for (const row of rows) {
    const role = roleOf(row, options.self);
    if (role === 'sleeping') sleeping.push(row);
    else if (role === 'connecting') connecting++;
    else if (role === 'system') {
      system++;
      const lag = applierLag(row);
      if (lag !== undefined) lagSeconds = Math.max(lagSeconds ?? 0, lag);
    } else if (role === 'running') {
      running.push(row);
      if (row.info === undefined) continue;
      gather(CUT_LENGTHS.has(row.info.length) ? suspect : whole, fingerprintKey(row.info), row);
    }
  }
  const cut = new Set<number>();
  for (const [key, group] of suspect) {
    // A statement of exactly the length that servers cut at is whole when its shape is seen at other lengths, too.
    const same = whole.get(key);
    if (same !== undefined) join(same, group);
    else {
      whole.set(key, group);
      cut.add(key);
    }
  }
  const order = [...whole].toSorted(([, one], [, other]) => other.threads - one.threads || other.total - one.total);
  const shown = limit === 0 ? order : order.slice(0, limit);
  return {
    groups: shown.map(([key, group]) => {
      const text = fingerprint(group.sample.info ?? '');
      const isCut = key < 0 || cut.has(key);
      return describe(group, isCut && !text.endsWith('…') ? `${text} …` : text, isCut);
    }),
    shapes: order.length,
    locks: lockWaits(sampled(running), sleeping),
    connections: connections(rows.length - system, running, sleeping, connecting),
    lagSeconds,
  };
}

/** Those that wait, and the longest of the others. */
function sampled(running: readonly ProcessRow[]): readonly ProcessRow[] {
  if (running.length <= LOCK_ROWS) return running;
  const waiting = running.filter((row) => lockOfState(row.state) !== undefined);
  const others = running
    .filter((row) => lockOfState(row.state) === undefined)
    .toSorted((one, other) => (other.time ?? 0) - (one.time ?? 0));
  return [...waiting.slice(0, LOCK_ROWS), ...others.slice(0, LOCK_ROWS)];
}

/** The applier's Time is how far it is behind, while it has events to apply. */
function applierLag(row: ProcessRow): number | undefined {
  const applies =
    /^(reading event from the relay log|executing event|applying batch|update_rows_log_event|updating|copy to tmp|altering table|system lock|waiting for (dependent|preceding) transaction)/i;
  return row.user.toLowerCase() === 'system user' &&
    row.time !== undefined &&
    row.time > 0 &&
    (applies.test(row.state) || (row.info !== undefined && row.command.toLowerCase() !== 'daemon'))
    ? row.time
    : undefined;
}

function connections(used: number, running: readonly ProcessRow[], sleeping: readonly ProcessRow[], connecting: number): Connections {
  const unused = unusedSessions(sleeping);
  const idle = running.length === 0 && connecting === 0;
  const leaking = (idle && unused >= UNUSED) || (sleeping.length >= ASLEEP && sleeping.length >= (running.length + connecting) * 20);
  const storm = connecting >= CONNECTING || (connecting >= 4 && connecting > running.length + sleeping.length);
  return {
    kind: 'connections',
    used,
    sleeping: sleeping.length,
    running: running.length,
    ...(connecting === 0 ? {} : { connecting }),
    ...(leaking ? { unused: unused || sleeping.length } : {}),
    tone: leaking || storm ? 'bad' : 'normal',
  };
}

/** So many sessions in the order of their opening are no accident. */
const UNUSED = 10;
/** So many sessions asleep and nearly nobody at work: pools far too large, or a leak. */
const ASLEEP = 100;
/** So many sockets between connect and password at one moment are a storm, or a server that cannot keep up. */
const CONNECTING = 10;

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
