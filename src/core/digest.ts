import { connections } from './connections.ts';
import { type DigestGroup, describe, type Gathered, gather, groupOf, join } from './digest-groups.ts';
import type { Connections, LockWait } from './evidence.ts';
import { fingerprint, fingerprintKey } from './fingerprint.ts';
import { lockOfState, lockWaits } from './lock-waits.ts';
import { threadRole } from './process-roles.ts';
import type { ProcessRow } from './processlist.ts';
import { prime } from './sql/prime.ts';
import { readShape, type Statement } from './sql/statement.ts';

export type { DigestGroup } from './digest-groups.ts';
export type { ProcessRow } from './processlist.ts';
export { processRows, readProcesslist } from './processlist.ts';

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
/** From so many rows on, preparing the scan pays. */
const MANY = 2_000;
/** Rows read for locks; thousands more of the same add nothing. */
const LOCK_ROWS = 1_000;

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
  const order = [...whole]
    .filter(([, group]) => !group.listing)
    .toSorted(([, one], [, other]) => other.threads - one.threads || other.total - one.total);
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
