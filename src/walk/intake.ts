import type { Alert } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import type { IncidentEvent } from '../core/incident.ts';
import { type AlertPolicy, claimOf, decide, deliveryOf, isElsewhere, isFlapping, isRepetition, type Seen, storm } from '../core/intake.ts';
import type { Journal, Opened } from '../core/journal.ts';

/** What an alert came to. `incident` is its number, also when it joined; null: it opened none. */
export interface Received {
  incident: number | null;
  /** The same delivery was stored before. */
  duplicate: boolean;
  result: 'opened' | 'joined' | 'counted' | 'gathered' | 'duplicate' | 'mentioned' | 'ignored';
}

export interface IntakeTools {
  journal: Pick<Journal, 'open' | 'append' | 'count' | 'once' | 'findByKey' | 'read'>;
  clock: Pick<Clock, 'now' | 'newId'>;
  policy: AlertPolicy;
  /** One line with [Open an incident] in the announcement channel, for an alert that opens none by itself, once however often it comes. Durable when it resolves; told later. */
  mention: (alert: Alert) => Promise<void>;
  /** After it is durable: a turn of this incident may begin at once. */
  wake: (incident: string) => void;
}

/** How long this process trusts its own memory of a key before it reads the journal: another replica may have written. */
const REMEMBER_MS = 10_000;
const KEYS_REMEMBERED = 2000;

/** The newest that this process knows of a key, and of which incident. */
interface Memory extends Seen {
  incident: string;
  readAt: number;
}

/** Takes alerts in. Everything is durable when it answers; throws `StoreDown` when it cannot be. */
export function intake(tools: IntakeTools): (alert: Alert) => Promise<Received> {
  const { journal, clock, policy } = tools;
  const seen = new Map<string, Memory>();
  const reading = new Map<string, Promise<readonly IncidentEvent[]>>();
  const weighing = new Map<string, Promise<void>>();

  return async (alert) => {
    const now = clock.now();
    if (isElsewhere(alert, policy)) return { incident: null, duplicate: await known(alert), result: 'ignored' };
    const key = claimOf(alert);
    for (;;) {
      const counted = await count(alert, now);
      if (counted) return counted;
      const first = weighing.get(key);
      if (!first) return weigh(key, alert, now);
      await first;
    }
  };

  /** One of a key at a time: of a burst the first opens or joins, and what the others add is judged by that. */
  async function weigh(key: string, alert: Alert, now: Date): Promise<Received> {
    const work = received(alert, now);
    weighing.set(
      key,
      work.then(
        () => undefined,
        () => undefined,
      ),
    );
    try {
      return await work;
    } finally {
      weighing.delete(key);
    }
  }

  async function received(alert: Alert, now: Date): Promise<Received> {
    const held = await journal.findByKey(claimOf(alert));
    if (held) return join(alert, held, now);
    const decision = decide(alert, policy, now);
    if (alert.status === 'firing' && decision === 'open') return open(alert, now);
    if (alert.status === 'resolved' || decision === 'late') return { incident: null, duplicate: await known(alert), result: 'ignored' };
    // Before the delivery is known: who dies in between is sent it again.
    await tools.mention(alert);
    return { incident: null, duplicate: await known(alert), result: 'mentioned' };
  }

  async function known(alert: Alert): Promise<boolean> {
    const delivery = deliveryOf(alert);
    return delivery !== undefined && !(await journal.once(delivery));
  }

  /** What says nothing new, by this process' own fresh memory: as most of a storm does, so it takes one way to the store and back. */
  async function count(alert: Alert, now: Date): Promise<Received | undefined> {
    const delivery = deliveryOf(alert);
    const memory = freshMemory(alert, now);
    if (delivery === undefined || !memory || !isRepetition(alert, memory, now)) return undefined;
    const held = await journal.count(claimOf(alert), delivery);
    if (!held) return undefined;
    if (held.stored) more(alert, held.id);
    return { incident: held.number, duplicate: !held.stored, result: held.stored ? 'counted' : 'duplicate' };
  }

  async function join(alert: Alert, held: { id: string; number: number }, now: Date): Promise<Received> {
    const delivery = deliveryOf(alert);
    const before = await remembered(alert, held.id, now);
    const changed = before.status !== alert.status;
    const again = { incident: held.number, duplicate: true, result: 'duplicate' } as const;
    // Without a start, a second "firing" of what fires already can only be the same one again.
    if (delivery === undefined && !changed) return again;
    const once = delivery === undefined ? {} : { once: delivery };
    if (isRepetition(alert, before, now)) {
      if (!(await journal.append(held.id, 'any', [], once))) return again;
      more(alert, held.id);
      return { incident: held.number, duplicate: false, result: 'counted' };
    }
    const flapping = isFlapping(before.changes, now);
    const stored = await journal.append(held.id, 'any', [alerted(alert, now, flapping, before.more)], {
      ...(flapping ? {} : { dueBy: now.toISOString() }),
      ...once,
    });
    if (!stored) return again;
    remember(alert, seenOf(alert, held.id, now, changed ? [...before.changes, now.getTime()].slice(-20) : before.changes));
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
        join: [alerted(alert, now, false, 0)],
        joinDue: at,
        limit: { name: 'alerts', most: storm.most, since, gather: storm.key },
      },
      (number, gathered) => (gathered ? gathering(number, alert, now) : [{ type: 'opened', at, number, title: alert.title, alert }]),
    );
    if (!answer.known) {
      remember(alert, seenOf(alert, answer.id, now, []));
      tools.wake(answer.id);
    }
    return { incident: answer.number, duplicate: answer.known === true, result: resultOf(answer) };
  }

  function freshMemory(alert: Alert, now: Date): Memory | undefined {
    const memory = seen.get(claimOf(alert));
    return memory && now.getTime() - memory.readAt < REMEMBER_MS ? memory : undefined;
  }

  /** What is known of this key in its incident. From memory for a moment, else from the journal. */
  async function remembered(alert: Alert, id: string, now: Date): Promise<Memory> {
    const fresh = freshMemory(alert, now);
    if (fresh?.incident === id) return fresh;
    const stored = await alertsOf(id);
    const last = stored.findLast((event) => 'alert' in event && claimOf(event.alert) === claimOf(alert));
    const newest = last && 'alert' in last ? last : undefined;
    const memory = seen.get(claimOf(alert));
    const read = seenOf(newest?.alert ?? alert, id, newest ? new Date(newest.at) : new Date(0), memory?.changes ?? []);
    // Others may have appended while the journal was read: what this process stored itself is newer.
    const kept = memory && memory.storedAt > read.storedAt ? memory : { ...read, more: memory?.more ?? 0 };
    seen.set(claimOf(alert), { ...kept, readAt: now.getTime() });
    return { ...kept, readAt: now.getTime() };
  }

  /** A storm's incident has many keys: those that ask at the same time share one reading. */
  function alertsOf(id: string): Promise<readonly IncidentEvent[]> {
    const before = reading.get(id);
    if (before) return before;
    const read = journal.read(id, ['opened', 'alerted']).finally(() => reading.delete(id));
    reading.set(id, read);
    return read;
  }

  /** One more of a key was only counted. Others of it may have been answered meanwhile. */
  function more(alert: Alert, id: string): void {
    const memory = seen.get(claimOf(alert));
    if (memory?.incident === id) memory.more++;
  }

  function remember(alert: Alert, what: Memory): void {
    const key = claimOf(alert);
    seen.delete(key);
    seen.set(key, what);
    const oldest = seen.keys().next().value;
    if (seen.size > KEYS_REMEMBERED && oldest !== undefined) seen.delete(oldest);
  }
}

function seenOf({ status, severity }: Alert, incident: string, now: Date, changes: readonly number[]): Memory {
  return { incident, status, severity, storedAt: now.getTime(), readAt: now.getTime(), changes, more: 0 };
}

function alerted(alert: Alert, now: Date, damped: boolean, more: number): IncidentEvent {
  return { type: 'alerted', at: now.toISOString(), alert, ...(damped ? { damped: true as const } : {}), ...(more > 0 ? { more } : {}) };
}

/** The incident that lists what came beyond the limit; its own alert stands for all of them. */
function gathering(number: number, first: Alert, now: Date): readonly IncidentEvent[] {
  const at = now.toISOString();
  const title = `Alert storm: more than ${storm.most} new alerts within ${storm.withinMs / 60_000} minutes`;
  const { startKnown: _, ...plain } = first;
  const alert: Alert = { ...plain, key: storm.key, title, service: '', startedAt: at, url: '', labels: {}, description: '' };
  return [{ type: 'opened', at, number, title, alert }, alerted(first, now, false, 0)];
}

function resultOf(answer: Opened): Received['result'] {
  if (answer.known) return 'duplicate';
  if (answer.gathered) return 'gathered';
  return answer.opened ? 'opened' : 'joined';
}
