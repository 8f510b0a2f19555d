import type { DbEvent } from '../evidence.ts';
import type { DbCluster, DbInstance, RdsEvent } from '../kit/rds.ts';
import { minutesBefore } from '../minutes.ts';

/** Categories: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const BAD = new Set(['failover', 'failure', 'low storage', 'availability', 'recovery', 'global-failover']);
const HARMLESS = new Set(['backup', 'creation', 'restoration', 'backtrack']);
const QUIET_STATUS = new Set(['available', 'backing-up', 'configuring-enhanced-monitoring', 'configuring-log-exports']);
const BUSY_STATUS = new Set(['modifying', 'maintenance', 'upgrading', 'storage-optimization', 'storage-config-upgrade', 'renaming']);
/** An event this long before the trouble is still a suspect. */
const LEAD_MINUTES = 60;

/** What AWS itself reported of these sources. An event stays when all is well again, so recovery does not wait for it. */
export function eventFindings(events: readonly RdsEvent[], sources: ReadonlySet<string>, began: string): readonly DbEvent[] {
  const since = minutesBefore(began, LEAD_MINUTES);
  return events
    .filter((event) => sources.has(event.source))
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(({ at, source, message, categories }) => {
      const harmless = categories.length > 0 && categories.every((c) => HARMLESS.has(c));
      const bad = categories.some((c) => BAD.has(c)) && at >= since;
      return { kind: 'db-event', at, source, message, recovers: false, tone: bad ? 'bad' : harmless || at < since ? 'normal' : 'changed' };
    });
}

/** A state that is not plain `available`, replication that stopped, a certificate that ran out. */
export function stateFindings(instances: readonly DbInstance[], clusters: readonly DbCluster[], now: string): readonly DbEvent[] {
  const states = [...instances, ...clusters].filter((db) => !QUIET_STATUS.has(db.status));
  return [
    ...states.map(
      (db): DbEvent => ({
        kind: 'db-event',
        source: db.id,
        message: `${db.id} is ${db.status}`,
        at: now,
        tone: BUSY_STATUS.has(db.status) ? 'changed' : 'bad',
      }),
    ),
    ...instances.flatMap((db) =>
      db.troubles.map((text): DbEvent => ({ kind: 'db-event', source: db.id, message: `${db.id}: ${text}`, at: now, tone: 'bad' })),
    ),
    ...instances
      .filter((db) => db.certificateUntil !== undefined && db.certificateUntil < now)
      .map(
        (db): DbEvent => ({
          kind: 'db-event',
          source: db.id,
          message: `${db.id}: its TLS certificate expired at ${db.certificateUntil}`,
          at: now,
          tone: 'bad',
        }),
      ),
  ];
}
