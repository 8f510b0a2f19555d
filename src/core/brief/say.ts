import type { Line } from '../brief.ts';
import type { Finding } from '../evidence.ts';
import { sayCommit, sayFlag, sayMigration, sayRelease, sayRollout, sayWorkload } from './say-changes.ts';
import { sayConnections, sayDbEvent, sayLockWait, sayQueryGroup, sayTable } from './say-database.ts';
import { sayErrorGroup, sayErrorRate, sayLogGroup, sayMetric, sayNote } from './say-symptoms.ts';

/** One finding in a few words with its numbers. Empty for a kind that this version does not know. */
export function say(finding: Finding): Line {
  switch (finding.kind) {
    case 'error-group':
      return sayErrorGroup(finding);
    case 'error-rate':
      return sayErrorRate(finding);
    case 'metric':
      return sayMetric(finding);
    case 'query-group':
      return sayQueryGroup(finding);
    case 'lock-wait':
      return sayLockWait(finding);
    case 'connections':
      return sayConnections(finding);
    case 'workload':
      return sayWorkload(finding);
    case 'log-group':
      return sayLogGroup(finding);
    case 'rollout':
      return sayRollout(finding);
    case 'release':
      return sayRelease(finding);
    case 'commit':
      return sayCommit(finding);
    case 'migration':
      return sayMigration(finding);
    case 'table':
      return sayTable(finding);
    case 'db-event':
      return sayDbEvent(finding);
    case 'flag':
      return sayFlag(finding);
    case 'note':
      return sayNote(finding);
    default:
      return [];
  }
}
