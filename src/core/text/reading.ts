import type { Frame } from '../evidence.ts';

/** What an error text means by its grammar, before the surroundings say what it is a case of. */
export type Meaning =
  // data and schema
  | 'orphan-row'
  | 'parent-in-use'
  | 'duplicate-entry'
  | 'key-exhausted'
  | 'out-of-range'
  | 'object-exists'
  | 'no-table'
  | 'no-column'
  | 'cannot-drop'
  | 'sql-syntax'
  | 'key-mismatch'
  | 'bad-data'
  | 'ddl-unsupported'
  | 'no-attribute'
  | 'stale-plan'
  // locks and load
  | 'lock-wait'
  | 'deadlock'
  | 'slow-query'
  | 'full-scan'
  | 'request-timeout'
  | 'query-killed'
  | 'pool-empty'
  | 'too-many-connections'
  | 'replication-lag'
  | 'replica-stopped'
  | 'definition-lock'
  | 'long-open'
  // reaching a server
  | 'access-denied'
  | 'privilege-denied'
  | 'no-database'
  | 'connection-lost'
  | 'refused'
  | 'timed-out'
  | 'no-host'
  | 'reset'
  | 'http-down'
  | 'http-rejected'
  | 'tls-expired'
  | 'tls-unverified'
  | 'cache-refusing'
  | 'read-only'
  | 'disk-full'
  // migrations
  | 'pending'
  | 'migration-guard'
  | 'history-conflict'
  | 'irreversible'
  | 'concurrent'
  | 'migration-hidden'
  // starting a container
  | 'missing-setting'
  | 'bad-setting'
  | 'no-module'
  | 'cannot-exec'
  | 'port-taken'
  | 'no-memory'
  | 'terminated'
  // orchestration seen in a log
  | 'status-only'
  | 'image-absent'
  | 'eviction-blocked'
  | 'object-forbidden'
  | 'node-down'
  // programs
  | 'thrown';

export interface Fault {
  meaning: Meaning;
  /** The line as it stood, without prefix and colour; cut to 400 characters. */
  text: string;
  /** Index into the reading's lines. */
  line: number;
  /** What the grammar captured: table, column, index, value, host … as it stood. */
  says: Readonly<Record<string, string>>;
  /** The first line that says the same in other words. */
  also?: string;
  /** Which grammar said so: `mysql`, `postgres`, `redis`, `network` … */
  by: string;
}

export interface Thrown {
  class: string;
  message: string;
  line: number;
}

export interface Step {
  /** Version or whole name as printed. */
  name: string;
  version?: string;
  state: 'running' | 'done' | 'failed';
  line: number;
  down: boolean;
  /** Statements echoed while it ran: `add_foreign_key(:orders, :accounts)`. */
  statements: readonly string[];
}

export interface Run {
  framework: string;
  steps: readonly Step[];
  /** `failed`: an abort was seen that no later attempt made good. `ended`: it stops in the middle. `idle`: it had nothing to do. */
  outcome: 'done' | 'failed' | 'ended' | 'idle';
}

/** Where the text was written: what surrounds the error. */
export interface Scene {
  /** While a migration ran (not: while the app booted for one). */
  migrating: boolean;
  /** While answering a request or job. */
  serving: boolean;
  /** The process did not come up. */
  booting: boolean;
  /** The client that spoke, by class, frame or wording. */
  client?: 'database' | 'cache' | 'http' | 'broker';
}

export interface Reading {
  lines: readonly string[];
  /** Deciding first; one of each meaning. */
  faults: readonly Fault[];
  /** Exceptions as the text chains them, the outermost first. */
  chain: readonly Thrown[];
  /** Raise point first. */
  frames: readonly Frame[];
  run?: Run;
  scene: Scene;
  /** Request or job, `POST /orders`, `OrdersController#show`. */
  transaction?: string;
}
