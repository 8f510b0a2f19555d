import type { Fault, Meaning, Reading } from './reading.ts';

/** What kind of finding the text came from: a deploy job's log speaks of migrations, a tracker's event of requests. */
export interface Source {
  kind: string;
}

/** Which rule the deciding error of a text is a case of: the same words mean another thing while migrating, serving, or starting. */
export function ruleOf(fault: Fault, reading: Reading, source: Source): string | undefined {
  const migrating =
    reading.scene.migrating ||
    saidByDefinition(fault) ||
    (source.kind === 'workload' && !reading.scene.serving && dataMeanings.has(fault.meaning) && !writtenByProgram(fault));
  const fixed = always[fault.meaning];
  if (fixed !== undefined) return fixed;
  const pair = byScene[fault.meaning];
  if (pair !== undefined) return migrating ? pair.migrating : pair.running;
  if (overNetwork.has(fault.meaning)) return reached(fault, reading);
  return undefined;
}

/** Errors of stored data: outside of a request they come from a migration, whatever is left of the log. */
const dataMeanings: ReadonlySet<Meaning> = new Set(['orphan-row', 'duplicate-entry']);

/** PostgreSQL says "could not create unique index" of an index that is being built: "duplicate key value" is always one row that is written. */
const writtenByProgram = (fault: Fault): boolean => fault.meaning === 'duplicate-entry' && /duplicate key value violates/i.test(fault.text);

/** Said only by a definition: of the rows that it is held against, or of the columns that it names. Never of a row that is written. */
const saidByDefinition = (fault: Fault): boolean =>
  (fault.meaning === 'bad-data' && /contains null values|is violated by some row|cannot be cast automatically/i.test(fault.text)) ||
  (fault.meaning === 'no-column' && /Key column '|Missing column '.{1,64}' for constraint/.test(fault.text)) ||
  (fault.meaning === 'no-table' && /Failed to open the referenced table/.test(fault.text));

const always: Readonly<Partial<Record<Meaning, string>>> = {
  'key-exhausted': 'integer-overflow',
  'object-exists': 'migration-object-exists',
  'key-mismatch': 'key-type-mismatch',
  'cannot-drop': 'migration-broken',
  'ddl-unsupported': 'migration-broken',
  pending: 'migration-pending',
  'no-attribute': 'migration-pending',
  'stale-plan': 'stale-schema-cache',
  'migration-guard': 'migration-refused',
  'history-conflict': 'migration-history-conflict',
  irreversible: 'migration-irreversible',
  concurrent: 'migration-concurrent',
  'migration-hidden': 'migration-duplicate-rows',
  deadlock: 'deadlock',
  'full-scan': 'missing-index',
  'request-timeout': 'missing-index',
  'pool-empty': 'connections-exhausted',
  'too-many-connections': 'connections-exhausted',
  'replication-lag': 'replication-lag',
  'replica-stopped': 'replication-lag',
  'long-open': 'long-transaction',
  'definition-lock': 'metadata-lock',
  'access-denied': 'database-unreachable',
  'privilege-denied': 'database-unreachable',
  'no-database': 'database-unreachable',
  'http-down': 'dependency-down',
  'http-rejected': 'dependency-rejecting-us',
  'tls-expired': 'certificate-expired',
  'tls-unverified': 'certificate-untrusted',
  'cache-refusing': 'cache-down',
  'read-only': 'failover-read-only',
  'disk-full': 'disk-full',
  'missing-setting': 'config-missing',
  'bad-setting': 'config-missing',
  'no-module': 'container-cannot-start',
  'cannot-exec': 'container-cannot-start',
  'port-taken': 'container-cannot-start',
  'no-memory': 'out-of-memory',
  'image-absent': 'image-pull',
  'eviction-blocked': 'cluster-policy',
  'object-forbidden': 'cluster-policy',
  'node-down': 'node-failure',
};

const byScene: Readonly<Partial<Record<Meaning, { migrating: string; running?: string }>>> = {
  'orphan-row': { migrating: 'migration-orphaned-rows', running: 'code-exception' },
  'parent-in-use': { migrating: 'migration-broken', running: 'code-exception' },
  'duplicate-entry': { migrating: 'migration-duplicate-rows', running: 'code-exception' },
  'out-of-range': { migrating: 'migration-invalid-data', running: 'integer-overflow' },
  'bad-data': { migrating: 'migration-invalid-data', running: 'code-exception' },
  'no-table': { migrating: 'migration-broken', running: 'migration-pending' },
  'no-column': { migrating: 'migration-broken', running: 'migration-pending' },
  'sql-syntax': { migrating: 'migration-broken', running: 'code-exception' },
  'lock-wait': { migrating: 'migration-lock-timeout', running: 'row-lock' },
  'slow-query': { migrating: 'migration-lock-timeout', running: 'missing-index' },
  terminated: { migrating: 'job-timeout' },
  thrown: { migrating: 'migration-broken', running: 'code-exception' },
};

const overNetwork: ReadonlySet<Meaning> = new Set(['refused', 'timed-out', 'no-host', 'reset', 'connection-lost']);

const ports: Readonly<Record<string, string>> = {
  '3306': 'database',
  '3307': 'database',
  '33060': 'database',
  '5432': 'database',
  '6432': 'database',
  '1433': 'database',
  '27017': 'database',
  '6379': 'cache',
  '26379': 'cache',
  '11211': 'cache',
};

/** The same refusal by another system is another cause: the port tells first, then the client that spoke. */
function reached(fault: Fault, reading: Reading): string {
  const by = fault.by === 'mysql' || fault.by === 'postgres' || fault.by === 'code' ? 'database' : undefined;
  const client = ports[fault.says.port ?? ''] ?? by ?? reading.scene.client ?? (reading.scene.migrating ? 'database' : 'http');
  if (client === 'cache') return 'cache-down';
  if (client !== 'database') return 'dependency-down';
  return fault.meaning === 'reset' || fault.meaning === 'connection-lost' ? 'database-connection-lost' : 'database-unreachable';
}
