import type { Clock } from '../core/clock.ts';
import { fold, foldMore } from '../core/fold.ts';
import type { Incident, IncidentEvent } from '../core/incident.ts';
import { Conflict, type Journal } from '../core/journal.ts';

/** An event before it has its time. */
export type Unstamped = IncidentEvent extends infer E ? (E extends IncidentEvent ? Omit<E, 'at'> : never) : never;

const TRIES = 20;

/** Reads and writes incidents. Everybody appends through here: on a conflict the facts are looked at again and the append is tried anew. */
export interface Records {
  load: (id: string) => Promise<Incident>;
  /** `facts` sees the newest state and says what happened; nothing to say: nothing is stored. Answers the state after it. `once`: false when that key was known. */
  append: (
    id: string,
    facts: (incident: Incident) => readonly Unstamped[],
    then?: { once?: string; due?: string | null },
  ) => Promise<{ incident: Incident; stored: boolean }>;
}

/** Folded incidents kept at hand: a look reads its incident dozens of times, and its evidence is large. */
const KEPT = 50;

export function records(journal: Journal, clock: Clock): Records {
  const kept = new Map<string, Incident>();
  const keep = (incident: Incident) => {
    const known = kept.get(incident.id);
    if (!known || known.version < incident.version) {
      kept.delete(incident.id);
      kept.set(incident.id, incident);
    }
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return incident;
  };
  // Others may have appended: the journal is always asked, but only for what is new.
  const load = async (id: string) => {
    const known = kept.get(id);
    if (!known) return keep(fold(id, await journal.read(id)));
    const more = await journal.readAfter(id, known.version);
    return more.length === 0 ? known : keep(foldMore(known, more));
  };
  return {
    load,
    append: async (id, facts, then = {}) => {
      for (let attempt = 1; ; attempt++) {
        const incident = await load(id);
        const at = clock.now().toISOString();
        const events = facts(incident).map((fact) => ({ at, ...fact }) as IncidentEvent);
        if (events.length === 0) return { incident, stored: false };
        try {
          const stored = await journal.append(id, incident.version, events, then);
          return { incident: stored ? keep(foldMore(incident, events)) : incident, stored };
        } catch (error) {
          if (!(error instanceof Conflict) || attempt === TRIES) throw error;
        }
      }
    },
  };
}
