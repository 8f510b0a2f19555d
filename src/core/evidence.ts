/**
 * Evidence: what the checks saw, as plain data. The bundle is a public format (docs/bundle.md): times are UTC ISO, sizes bytes,
 * durations seconds; unknown fields are ignored, unknown kinds carried along.
 */
import type { Alert } from './alert.ts';

export type Tone = 'bad' | 'changed' | 'normal';

interface Common {
  /** `bad`: wrong by itself. `changed`: a change, proves nothing. `normal`: context. Absent counts as `bad`, except for the kinds that are changes or context by nature (see `toneOf`). */
  tone?: Tone;
  /** False on what stays after a perfect fix, like a failed job's pod: recovery does not wait for it. */
  recovers?: boolean;
}

export interface Frame {
  file: string;
  line?: number;
  function?: string;
  inApp?: boolean;
}

export interface Point {
  at: string;
  value: number;
}

export interface ErrorGroup extends Common {
  kind: 'error-group';
  title: string;
  tracker?: string;
  class?: string;
  message?: string;
  /** Raise point first. */
  frames?: readonly Frame[];
  /** The chain below `class` and `message`, the root cause last. */
  causes?: readonly { class?: string; message: string }[];
  /** The log around the error, where the source gives one. */
  log?: readonly string[];
  /** Route or job, `POST /conversations` or `SyncJob`. */
  transaction?: string;
  /** Share of that route's requests that fail, 0..1. */
  transactionShare?: number;
  /** At least this share of that route's errors is of this group, 0..1: of trackers that count no requests. */
  transactionErrorShare?: number;
  count?: number;
  users?: number;
  firstSeen?: string;
  lastSeen?: string;
  isNew?: boolean;
  /** Version that raised it, often a sha. */
  release?: string;
  httpStatus?: number;
  url?: string;
  /** `new`, `louder` or `as-always` against the time before the onset. */
  trend?: 'new' | 'louder' | 'as-always';
  /** Occurrences per minute, oldest first. */
  points?: readonly { at: string; count: number }[];
}

export interface ErrorRate extends Common {
  kind: 'error-rate';
  /** Per minute, oldest first. */
  points: readonly { at: string; count: number }[];
  tracker?: string;
  onset?: string;
  usual?: number;
}

export interface Metric extends Common {
  kind: 'metric';
  /** CloudWatch's own name where it is one: `CPUUtilization`. */
  name: string;
  points: readonly Point[];
  unit?: string;
  baseline?: { mean: number; max: number };
  source?: string;
  /** Where that source listens, `host:port`: an instance's own endpoint first, then those of its cluster that lead to it. */
  hosts?: readonly string[];
}

export interface PlanRow {
  table: string;
  type: string;
  key: string | null;
  rows: number;
  extra: string;
}

export interface QueryGroup extends Common {
  kind: 'query-group';
  /** The statement without literals. Never the statement itself. */
  fingerprint: string;
  threads: number;
  longestSeconds?: number;
  totalSeconds?: number;
  states?: Readonly<Record<string, number>>;
  user?: string;
  db?: string;
  tables?: readonly string[];
  plan?: readonly PlanRow[];
  noIndexUsed?: boolean;
  rowsExaminedPerCall?: number;
  /** Thread ids, for KILL; at most 1,000. */
  threadIds?: readonly number[];
  sampleId?: number;
  host?: string;
}

export interface LockWait extends Common {
  kind: 'lock-wait';
  lock: 'metadata' | 'row' | 'table' | 'flush' | 'global-read' | 'user';
  waiters?: number;
  blockerThread?: number;
  blockerSeconds?: number;
  /** Fingerprint of the blocker's running or last statement. */
  blockerStatement?: string;
  blockerIdle?: boolean;
  blockerUser?: string;
  table?: string;
  host?: string;
}

export interface Connections extends Common {
  kind: 'connections';
  used?: number;
  max?: number;
  sleeping?: number;
  running?: number;
  /** Sockets that have not given their password yet. */
  connecting?: number;
  /** Sleeping sessions beyond all use: opened one after the other and never used again, or a hundred beside nobody at work. */
  unused?: number;
  /** True when the server turned us away: 1040. */
  refused?: boolean;
}

export interface WorkloadEvent {
  reason: string;
  message?: string;
  count?: number;
  at?: string;
}

export interface Workload extends Common {
  kind: 'workload';
  name: string;
  workload: 'pod' | 'job' | 'deployment';
  namespace?: string;
  owner?: string;
  phase?: string;
  reason?: string;
  message?: string;
  exitCode?: number;
  signal?: number;
  restarts?: number;
  image?: string;
  /** Commit of the image, where it is known. */
  sha?: string;
  container?: string;
  init?: boolean;
  startedAt?: string;
  finishedAt?: string;
  events?: readonly WorkloadEvent[];
  log?: readonly string[];
}

export interface LogGroup extends Common {
  kind: 'log-group';
  message: string;
  service?: string;
  level?: string;
  count?: number;
  firstSeen?: string;
  lastSeen?: string;
  sample?: string;
}

export interface Rollout extends Common {
  kind: 'rollout';
  deployment: string;
  namespace?: string;
  revision?: number | string;
  previous?: number | string;
  image?: string;
  sha?: string;
  previousSha?: string;
  startedAt?: string;
  liveAt?: string;
  state?: 'complete' | 'progressing' | 'stalled';
  oldestPodStartedAt?: string;
  pods?: { ready: number; wanted: number; updated: number };
}

export interface Release extends Common {
  kind: 'release';
  at: string;
  sha?: string;
  service?: string;
  version?: string;
  by?: string;
  status?: string;
  source?: string;
  /** True for the newest release that served without the symptom before the onset. */
  quiet?: boolean;
  /** Seconds from commit (or merge) to live, where both are known. */
  leadSeconds?: number;
}

export interface Commit extends Common {
  kind: 'commit';
  sha: string;
  at?: string;
  author?: string;
  message?: string;
  files?: readonly string[];
  /** Unified diff, bounded. */
  diff?: string;
  merge?: boolean;
  /** The branch that is deployed, when the source knows it. */
  branch?: string;
  /** True when it is running in production now. */
  live?: boolean;
  liveAt?: string;
}

export interface Migration extends Common {
  kind: 'migration';
  version: string;
  name?: string;
  /** Sha of the release that ships it. */
  inRelease?: string;
  state?: 'absent' | 'partial' | 'applied';
  appliedAt?: string;
  /** What it does, in words of a schema: `add-index comments(post_id, created_at)`. */
  statements?: readonly string[];
  file?: string;
  /** Whether the old code can live with the schema as it is, and why. */
  oldCode?: 'safe' | 'needs-care' | 'do-not' | 'unchecked';
  why?: string;
}

export interface TableColumn {
  name: string;
  type: string;
  unsigned?: boolean;
  nullable?: boolean;
}

export interface TableIndex {
  name: string;
  columns: readonly string[];
  unique?: boolean;
}

export interface TableReference {
  /** Column of this table that points to another. */
  column: string;
  table: string;
  /** The referenced column. */
  to: string;
  /** The referenced column's type. */
  toType?: string;
  toUnsigned?: boolean;
  /** How we know: a constraint, the naming convention, or a declaration in the code. */
  by?: 'constraint' | 'name' | 'code';
  constraint?: string;
}

export interface Table extends Common {
  kind: 'table';
  table: string;
  columns?: readonly TableColumn[];
  indexes?: readonly TableIndex[];
  rows?: number;
  bytes?: number;
  /** As text: it may pass 2^53. */
  autoIncrement?: number | string;
  references?: readonly TableReference[];
  changedAt?: string;
  db?: string;
}

export interface DbEvent extends Common {
  kind: 'db-event';
  message: string;
  at?: string;
  source?: string;
}

export interface Flag extends Common {
  kind: 'flag';
  name: string;
  at?: string;
  from?: string;
  to?: string;
}

export interface Note extends Common {
  kind: 'note';
  text: string;
  at?: string;
  by?: string;
}

export type Finding =
  | ErrorGroup
  | ErrorRate
  | Metric
  | QueryGroup
  | LockWait
  | Connections
  | Workload
  | LogGroup
  | Rollout
  | Release
  | Commit
  | Migration
  | Table
  | DbEvent
  | Flag
  | Note;

export type FindingKind = Finding['kind'];

/** "Nothing wrong" and "could not look" are different answers; no check may return an empty list for both. */
export type Outcome =
  | { status: 'found'; findings: readonly Finding[] }
  | { status: 'quiet'; findings?: readonly Finding[] }
  | { status: 'blind'; why: string; fix: string; findings?: readonly Finding[] };

export interface Evidence {
  /** Name of the check that asked. */
  check: string;
  /** When it was asked, UTC ISO. */
  at: string;
  /** The newest data seen, UTC ISO. */
  asOf?: string;
  /** Which service, instance, namespace it speaks for. */
  scope?: string;
  tookMs: number;
  outcome: Outcome;
}

export interface Bundle {
  version: 1;
  service?: string;
  /** When the symptoms began, UTC ISO. */
  onset?: string;
  openedAt: string;
  alert?: Alert;
  evidence: readonly Evidence[];
}
