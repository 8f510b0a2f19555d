import type { Rule } from '../rule.ts';
import { codeException } from './code-exception.ts';
import { configMissing } from './config-missing.ts';
import { databaseConnectionLost, databaseUnreachable, deadlock, diskFull, failoverReadOnly } from './database/trouble.ts';
import { flagChange } from './flag-change.ts';
import { clusterPolicy, jobTimeout, nodeFailure, unschedulable } from './kubernetes/cluster.ts';
import { containerCannotStart, imagePull, outOfMemory, probeFailing } from './kubernetes/containers.ts';
import { burstCreditsSpent, failoverEvent, storageMetric, trafficSurge } from './metrics.ts';
import { migrationBroken } from './migrations/broken.ts';
import { migrationDuplicateRows } from './migrations/duplicate-rows.ts';
import { migrationLockTimeout } from './migrations/lock-timeout.ts';
import { migrationObjectExists } from './migrations/object-exists.ts';
import { migrationOrphanedRows } from './migrations/orphaned-rows.ts';
import {
  migrationConcurrent,
  migrationHistoryConflict,
  migrationInvalidData,
  migrationIrreversible,
  migrationRefused,
} from './migrations/others.ts';
import { migrationPending } from './migrations/pending.ts';
import { cacheDown, certificateExpired, certificateUntrusted, dependencyDown, dependencyRejectingUs } from './network/others.ts';
import { connectionsExhausted } from './processlist/connections.ts';
import { diskFullState } from './processlist/disk-full.ts';
import { backupRunning, schemaChangeRunning } from './processlist/harmless.ts';
import { flushWait, metadataLock, rowLock, tableLock } from './processlist/locks.ts';
import { missingIndex } from './processlist/missing-index.ts';
import { replicationLag } from './processlist/replication.ts';
import { longTransaction } from './processlist/transactions.ts';
import { integerOverflow } from './schema/integer-overflow.ts';
import { keyTypeMismatch } from './schema/key-type-mismatch.ts';
import { staleSchemaCache } from './schema/stale-schema-cache.ts';
import { longTransactionText, metadataLockText } from './texts/held-open.ts';
import { connectionsExhaustedText, missingIndexText, replicationLagText, rowLockText } from './texts/locks-and-load.ts';

/** Every rule. The order decides only between equals: what stands first is nearer to the root. */
export const rules: readonly Rule[] = [
  nodeFailure,
  burstCreditsSpent,
  diskFull,
  storageMetric,
  certificateExpired,
  certificateUntrusted,
  integerOverflow,
  migrationOrphanedRows,
  migrationDuplicateRows,
  migrationInvalidData,
  keyTypeMismatch,
  migrationObjectExists,
  migrationLockTimeout,
  migrationBroken,
  migrationRefused,
  migrationHistoryConflict,
  migrationIrreversible,
  migrationConcurrent,
  jobTimeout,
  migrationPending,
  flagChange,
  staleSchemaCache,
  configMissing,
  imagePull,
  containerCannotStart,
  outOfMemory,
  unschedulable,
  clusterPolicy,
  failoverReadOnly,
  failoverEvent,
  databaseUnreachable,
  databaseConnectionLost,
  cacheDown,
  dependencyRejectingUs,
  dependencyDown,
  deadlock,
  diskFullState,
  flushWait,
  metadataLock,
  tableLock,
  rowLock,
  missingIndex,
  longTransaction,
  connectionsExhausted,
  replicationLag,
  metadataLockText,
  rowLockText,
  longTransactionText,
  connectionsExhaustedText,
  replicationLagText,
  missingIndexText,
  trafficSurge,
  probeFailing,
  codeException,
  schemaChangeRunning,
  backupRunning,
];
