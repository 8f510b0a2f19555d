/** Trouble that no commit of ours brings: provider, certificate, traffic, machines, data that reached a limit. */
export const outside: ReadonlySet<string> = new Set([
  'integer-overflow',
  'certificate-expired',
  'certificate-untrusted',
  'replication-lag',
  'traffic-surge',
  'node-failure',
  'burst-credits-spent',
  'failover-read-only',
  'dependency-down',
  'dependency-rejecting-us',
  'cache-down',
  'disk-full',
  'flag-change',
  'stale-schema-cache',
  'backup-running',
  'schema-change-running',
]);
