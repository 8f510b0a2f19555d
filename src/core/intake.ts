import type { Alert, Severity } from './alert.ts';

/** Which alerts open an incident. */
export interface AlertPolicy {
  severities: readonly Severity[];
  /** This process' environment; alerts of another one are answered and left. */
  environment: string;
  /** As alerts call them. Empty: any. */
  services: readonly string[];
}

export type Decision =
  | 'open'
  /** Told in one line in the announcement channel. */
  | 'mention'
  /** Delivered more than a day after it began. */
  | 'late'
  /** Of another environment or service. */
  | 'elsewhere';

const DAY_MS = 86_400_000;
const minute = 60_000;

/** At most so many channels for alerts in so long a time; the rest are gathered in one incident. */
export const storm = { most: 5, withinMs: 10 * minute, key: 'storm' } as const;
/** A key that changed this often in so long a time flaps. */
const flaps = { changes: 6, withinMs: 15 * minute } as const;

export function decide(alert: Alert, policy: AlertPolicy, now: Date): Decision {
  if (isElsewhere(alert, policy)) return 'elsewhere';
  if (now.getTime() - Date.parse(alert.startedAt) > DAY_MS) return 'late';
  return policy.severities.includes(alert.severity) ? 'open' : 'mention';
}

/** An alert that names no environment or service is taken as ours: most senders name none. */
export function isElsewhere(alert: Alert, policy: AlertPolicy): boolean {
  const among = (name: string, names: readonly string[]) => name === '' || names.some((n) => n.toLowerCase() === name.toLowerCase());
  const services = policy.services.length === 0 || among(alert.service, policy.services);
  return !services || !among(alert.environment, [policy.environment, ...(policy.environment === 'production' ? ['prod'] : [])]);
}

/** The journal's key of an alert's incident: two sources never share one by chance. */
export function claimOf(alert: Pick<Alert, 'source' | 'key'>): string {
  return `${alert.source}:${alert.key}`;
}

/** The same alert, however often it is delivered: source, key, status and start. Undefined when the sender names no start. */
export function deliveryOf(alert: Alert): string | undefined {
  return alert.startKnown === false ? undefined : `alert ${alert.status} ${alert.startedAt} ${claimOf(alert)}`;
}

/** A key that fires on without any change is stored this often; what comes between is counted. */
const repeatMs = minute;

/** What is remembered of a key: its newest stored alert, when that was, when its status changed, how many were only counted since. */
export interface Seen {
  status: Alert['status'];
  severity: Severity;
  storedAt: number;
  changes: readonly number[];
  more: number;
}

/** Whether an alert of a key that was seen like this says nothing new. */
export function isRepetition(alert: Alert, seen: Seen, now: Date): boolean {
  return alert.status === seen.status && alert.severity === seen.severity && now.getTime() - seen.storedAt < repeatMs;
}

/** Whether a key with these earlier changes (milliseconds) flaps: then a further one is stored, but is no news. */
export function isFlapping(changes: readonly number[], now: Date): boolean {
  return changes.filter((at) => now.getTime() - at < flaps.withinMs).length >= flaps.changes;
}

/** The newest alert of each key, those that still fire only. A gathered incident has many keys. */
export function stillFiring(incident: { alert: Alert; alerts: readonly Alert[] }): readonly Alert[] {
  const newest = new Map([incident.alert, ...incident.alerts].map((alert) => [claimOf(alert), alert]));
  return [...newest.values()].filter((alert) => alert.status === 'firing' && alert.key !== storm.key);
}

/** `ALERT_SEVERITIES`. Throws on a word that is no severity. */
export function severitiesOf(words: readonly string[]): readonly Severity[] {
  return words.map((word) => {
    const severity = all.find((s) => s === word.toLowerCase());
    if (severity === undefined) throw new Error(`ALERT_SEVERITIES knows ${all.join(', ')}, not "${word}"`);
    return severity;
  });
}

const all: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'unknown'];
