import { isListing } from './process-roles.ts';
import type { ProcessRow } from './processlist.ts';
import type { Statement } from './sql/statement.ts';

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

const IDS = 1_000;
/** Rows of a group that say whose it mostly is. */
const SAMPLED = 50;
/** Different states, users or databases counted at most. */
const DISTINCT = 200;

export interface Gathered {
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
export function groupOf(into: Map<number, Gathered>, key: number, row: ProcessRow, info: string): Gathered {
  const known = into.get(key);
  if (known !== undefined) return known;
  const group = { listing: isListing(info), threads: 0, total: 0, longest: 0, sample: row, ids: [], states: [], users: [], dbs: [] };
  into.set(key, group);
  return group;
}

export function gather(group: Gathered, row: ProcessRow): void {
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

export function join(into: Gathered, from: Gathered): void {
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

export function describe(group: Gathered, { text, tables }: Statement, cut: boolean): DigestGroup {
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
