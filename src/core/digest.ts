import type { Connections, Evidence, Finding, LockWait, Metric, QueryGroup, Tone } from './evidence.ts';
import { fingerprint, fingerprintKey } from './fingerprint.ts';
import { lockOfState, lockWaits } from './lock-waits.ts';
import { isListing, threadRole } from './process-roles.ts';
import type { ProcessRow } from './processlist.ts';
import { prime } from './sql/prime.ts';
import { readShape, type Statement } from './sql/statement.ts';

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
/** From so many rows on, preparing the scan pays. */
const MANY = 2_000;
/** Rows of a group that say whose it mostly is. */
const SAMPLED = 50;
/** Different states, users or databases counted at most. */
const DISTINCT = 200;
/** Rows read for locks; thousands more of the same add nothing. */
const LOCK_ROWS = 1_000;

interface Gathered {
  /** Looks at the process list itself. */
  listing: boolean;
  threads: number;
  total: number;
  longest: number;
  sample: ProcessRow;
  ids: number[];
  states: Counts;
  users: Counts;
  dbs: Counts;
}

/** How often each value stands. A list, for a server has few states: each row brings its own copy of the word, and hashing it would cost more than looking. */
type Counts = { key: string; n: number }[];

function count(counts: Counts, key: string, n = 1): void {
  for (const one of counts) {
    if (one.key === key) {
      one.n += n;
      return;
    }
  }
  if (counts.length < DISTINCT) counts.push({ key, n });
}

/** The group of the row's statement; a new one when there is none. */
function groupOf(into: Map<number, Gathered>, key: number, row: ProcessRow, info: string): Gathered {
  const known = into.get(key);
  if (known !== undefined) return known;
  const group = { listing: isListing(info), threads: 0, total: 0, longest: 0, sample: row, ids: [], states: [], users: [], dbs: [] };
  into.set(key, group);
  return group;
}

function gather(group: Gathered, row: ProcessRow): void {
  const seconds = row.time ?? 0;
  group.threads++;
  group.total += seconds;
  if (seconds > group.longest) {
    group.longest = seconds;
    group.sample = row;
  }
  if (group.ids.length < IDS) group.ids.push(row.id);
  count(group.states, row.state);
  if (group.threads > SAMPLED) return;
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
    for (const { key, n } of from[counts]) count(into[counts], key, n);
  }
}

const commonest = (counts: Counts): string => counts.reduce((best, one) => (one.n > best.n ? one : best), { key: '', n: 0 }).key;

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

function describe(group: Gathered, { text, tables }: Statement, cut: boolean): DigestGroup {
  return {
    fingerprint: text,
    cut,
    role: groupRole(text),
    threads: group.threads,
    longestSeconds: group.longest,
    totalSeconds: group.total,
    states: Object.fromEntries(group.states.map(({ key, n }) => [key, n])),
    user: commonest(group.users),
    db: commonest(group.dbs),
    tables,
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

/** A list sorted into its parts. */
interface Sorted {
  whole: Map<number, Gathered>;
  /** Of a length at which servers cut. */
  suspect: Map<number, Gathered>;
  running: ProcessRow[];
  /** Of the statements of `running`, in the same order. */
  keys: number[];
  sleeping: ProcessRow[];
  connecting: number;
  system: number;
  lagSeconds: number | undefined;
}

/** A function of its own, called for each row: the engine makes it fast long before a loop over the whole list has ended. */
function sortRow(row: ProcessRow, self: number | undefined, into: Sorted): void {
  const role = threadRole(row, self);
  if (role === 'running') {
    let key = 0;
    if (row.info !== undefined) {
      key = fingerprintKey(row.info);
      const group = groupOf(CUT_LENGTHS.has(row.info.length) ? into.suspect : into.whole, key, row, row.info);
      if (group.listing) return;
      gather(group, row);
    }
    into.running.push(row);
    into.keys.push(key);
  } else if (role === 'sleeping') {
    into.sleeping.push(row);
  } else if (role === 'connecting') {
    into.connecting++;
  } else if (role === 'system') {
    into.system++;
    const lag = applierLag(row);
    if (lag !== undefined) into.lagSeconds = Math.max(into.lagSeconds ?? 0, lag);
  }
}

/** A statement of exactly the length that servers cut at is whole when its shape is seen at other lengths, too. Returns the keys of the others. */
function settleSuspects({ whole, suspect }: Sorted): ReadonlySet<number> {
  const cut = new Set<number>();
  for (const [key, group] of suspect) {
    const same = whole.get(key);
    if (same !== undefined) join(same, group);
    else {
      whole.set(key, group);
      cut.add(key);
    }
  }
  return cut;
}

/** Groups the statements of a process list by shape, in one pass over their text; a text is built once per group. */
export function digest(rows: readonly ProcessRow[], options: DigestOptions = {}): DigestResult {
  const limit = options.limit ?? 20;
  if (rows.length >= MANY) prime();
  const sorted: Sorted = {
    whole: new Map(),
    suspect: new Map(),
    running: [],
    keys: [],
    sleeping: [],
    connecting: 0,
    system: 0,
    lagSeconds: undefined,
  };
  for (const row of rows) sortRow(row, options.self, sorted);
  const cut = settleSuspects(sorted);
  const { whole, running, sleeping } = sorted;
  const order = [...whole].filter(([, group]) => !group.listing).toSorted(([, one], [, other]) => other.threads - one.threads || other.total - one.total);
  const shown = limit === 0 ? order : order.slice(0, limit);
  const shapes = new Map<number, Statement>();
  const read = (key: number, row: ProcessRow): Statement => {
    const known = shapes.get(key);
    if (known !== undefined) return known;
    const text = fingerprint(row.info ?? '');
    const statement = readShape(cut.has(key) && !text.endsWith('…') ? `${text} …` : text);
    shapes.set(key, statement);
    return statement;
  };
  const keys = new Map<ProcessRow, number>();
  for (const i of sampled(sorted)) {
    const row = running[i];
    if (row !== undefined) keys.set(row, sorted.keys[i] ?? 0);
  }
  return {
    groups: shown.map(([key, group]) => describe(group, read(key, group.sample), key < 0 || cut.has(key))),
    shapes: order.length,
    locks: lockWaits([...keys.keys()], sleeping, (row) => read(keys.get(row) ?? 0, row)),
    connections: connections(rows.length - sorted.system, running, sleeping, sorted.connecting),
    lagSeconds: sorted.lagSeconds,
  };
}

/** Where in `running` those stand that wait, and the longest of the others. */
function sampled({ running, whole }: Sorted): readonly number[] {
  if (running.length <= LOCK_ROWS) return [...running.keys()];
  const states = new Set([...whole.values()].flatMap((group) => group.states.map(({ key }) => key)));
  const waits = new Set([...states].filter((state) => lockOfState(state) !== undefined));
  const waiting: number[] = [];
  const others: number[] = [];
  for (const [i, row] of running.entries()) {
    if (waits.size > 0 && waits.has(row.state)) waiting.push(i);
    else others.push(i);
  }
  return [...waiting.slice(0, LOCK_ROWS), ...longestOf(running, others)];
}

/** The rows of most seconds, by counting: a sort of 50,000 rows would cost a tenth of the whole. */
function longestOf(rows: readonly ProcessRow[], from: readonly number[]): readonly number[] {
  const longest = 3_600;
  const counts = new Uint32Array(longest + 1);
  const secondsAt = (i: number): number => Math.min(longest, Math.max(0, Math.trunc(rows[i]?.time ?? 0)));
  for (const i of from) {
    const seconds = secondsAt(i);
    counts[seconds] = (counts[seconds] ?? 0) + 1;
  }
  let least = longest;
  for (let sum = counts[least] ?? 0; least > 0 && sum < LOCK_ROWS; sum += counts[least] ?? 0) least--;
  const found: number[] = [];
  for (const i of from) {
    if (found.length === LOCK_ROWS) break;
    if (secondsAt(i) >= least) found.push(i);
  }
  return found;
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
