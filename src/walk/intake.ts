import type { Alert } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import type { IncidentEvent } from '../core/incident.ts';
import { type AlertPolicy, claimOf, decide, deliveryOf, isElsewhere, isFlapping, storm } from '../core/intake.ts';
import type { Journal, Opened } from '../core/journal.ts';

/** What an alert came to. `incident` is its number, also when it joined; null: it opened none. */
export interface Received {
  incident: number | null;
  /** The same delivery was stored before. */
  duplicate: boolean;
  result: 'opened' | 'joined' | 'gathered' | 'duplicate' | 'mentioned' | 'ignored';
}

export interface IntakeTools {
  journal: Pick<Journal, 'open' | 'append' | 'once' | 'findByKey' | 'read'>;
  clock: Pick<Clock, 'now' | 'newId'>;
  policy: AlertPolicy;
  /** One line with [Open an incident] in the announcement channel, for an alert that opens none by itself. Not waited for. */
  mention: (alert: Alert) => void;
  /** After it is durable: a turn of this incident may begin at once. */
  wake: (incident: string) => void;
}

/** How long this process trusts its own memory of a key before it reads the journal: another replica may have written. */
const REMEMBER_MS = 10_000;
const KEYS_REMEMBERED = 2000;

interface Seen {
  status: Alert['status'];
  at: number;
  changes: readonly number[];
}

/** Takes alerts in. Everything is durable when it answers; throws `StoreDown` when it cannot be. */
export function intake(tools: IntakeTools): (alert: Alert) => Promise<Received> {
  const { journal, clock, policy } = tools;
  const seen = new Map<string, Seen>();

  return async (alert) => {
    const now = clock.now();
    if (isElsewhere(alert, policy)) return { incident: null, duplicate: await known(alert), result: 'ignored' };
    const held = await journal.findByKey(claimOf(alert));
    if (held) return join(alert, held, now);
    const decision = decide(alert, policy, now);
    if (alert.status === 'firing' && decision === 'open') return open(alert, now);
    const duplicate = await known(alert);
    if (alert.status === 'resolved' || decision === 'late') return { incident: null, duplicate, result: 'ignored' };
    if (!duplicate) tools.mention(alert);
    return { incident: null, duplicate, result: 'mentioned' };
  };

  async function known(alert: Alert): Promise<boolean> {
    const delivery = deliveryOf(alert);
    return delivery !== undefined && !(await journal.once(delivery));
  }

  async function join(alert: Alert, held: { id: string; number: number }, now: Date): Promise<Received> {
    const delivery = deliveryOf(alert);
    const before = await remembered(alert, held.id, now);
    const changed = before.status !== alert.status;
    const again = { incident: held.number, duplicate: true, result: 'duplicate' } as const;
    // Without a start, a second "firing" of what fires already can only be the same one again.
    if (delivery === undefined && !changed) return again;
    const flapping = isFlapping(before.changes, now);
    const stored = await journal.append(held.id, 'any', [alerted(alert, now, flapping)], {
      ...(flapping ? {} : { dueBy: now.toISOString() }),
      ...(delivery === undefined ? {} : { once: delivery }),
    });
    if (!stored) return again;
    remember(alert, now, changed ? [...before.changes, now.getTime()].slice(-20) : before.changes);
    if (!flapping) tools.wake(held.id);
    return { incident: held.number, duplicate: false, result: 'joined' };
  }

  async function open(alert: Alert, now: Date): Promise<Received> {
    const at = now.toISOString();
    const once = deliveryOf(alert);
    const since = new Date(now.getTime() - storm.withinMs).toISOString();
    const answer = await journal.open(
      {
        id: clock.newId(),
        key: claimOf(alert),
        due: at,
        ...(once === undefined ? {} : { once }),
        join: [alerted(alert, now, false)],
        joinDue: at,
        limit: { name: 'alerts', most: storm.most, since, gather: storm.key },
      },
      (number, gathered) => (gathered ? gathering(number, alert, now) : [{ type: 'opened', at, number, title: alert.title, alert }]),
    );
    if (!answer.known) {
      remember(alert, now, []);
      tools.wake(answer.id);
    }
    return { incident: answer.number, duplicate: answer.known === true, result: resultOf(answer) };
  }

  /** The newest status of this key in its incident. From memory for a moment, else from the journal. */
  async function remembered(alert: Alert, id: string, now: Date): Promise<Seen> {
    const memory = seen.get(claimOf(alert));
    if (memory && now.getTime() - memory.at < REMEMBER_MS) return memory;
    const last = (await journal.read(id))
      .flatMap((event) => ('alert' in event && claimOf(event.alert) === claimOf(alert) ? [event.alert] : []))
      .at(-1);
    return { status: last?.status ?? 'firing', at: now.getTime(), changes: memory?.changes ?? [] };
  }

  function remember(alert: Alert, now: Date, changes: readonly number[]): void {
    const key = claimOf(alert);
    seen.delete(key);
    seen.set(key, { status: alert.status, at: now.getTime(), changes });
    const oldest = seen.keys().next().value;
    if (seen.size > KEYS_REMEMBERED && oldest !== undefined) seen.delete(oldest);
  }
}

function alerted(alert: Alert, now: Date, damped: boolean): IncidentEvent {
  return { type: 'alerted', at: now.toISOString(), alert, ...(damped ? { damped: true as const } : {}) };
}

/** The incident that lists what came beyond the limit; its own alert stands for all of them. */
function gathering(number: number, first: Alert, now: Date): readonly IncidentEvent[] {
  const at = now.toISOString();
  const title = `Alert storm: more than ${storm.most} new alerts within ${storm.withinMs / 60_000} minutes`;
  const { startKnown: _, ...plain } = first;
  const alert: Alert = { ...plain, key: storm.key, title, service: '', startedAt: at, url: '', labels: {}, description: '' };
  return [{ type: 'opened', at, number, title, alert }, alerted(first, now, false)];
}

function resultOf(answer: Opened): Received['result'] {
  if (answer.known) return 'duplicate';
  if (answer.gathered) return 'gathered';
  return answer.opened ? 'opened' : 'joined';
}
