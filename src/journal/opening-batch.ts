import type { IncidentEvent } from '../core/incident.ts';
import { type Claim, Conflict, type Opened } from '../core/journal.ts';

export interface Opening {
  claim: Claim;
  events: (number: number, gathered: boolean) => readonly IncidentEvent[];
}

export interface Found {
  id: string;
  number: number;
}

/** All that a batch of openings depends on, as it stands under the lock. */
export interface Standing {
  /** The last number that was given. */
  last: number;
  /** By what is remembered. */
  known: ReadonlyMap<string, Found>;
  /** By key. */
  held: ReadonlyMap<string, Found>;
  /** For each opening: how many were opened under its limit. */
  since: readonly number[];
}

/** An incident to be stored, with everything of this batch that joined it. */
export interface Fresh {
  id: string;
  number: number;
  key: string;
  also: string[];
  once: string[];
  due: string;
  at: string;
  limit: string | undefined;
  events: IncidentEvent[];
}

/** What is added to an incident that stands already. */
export interface Joining {
  id: string;
  once: string | undefined;
  /** A key that is claimed for it too. */
  also: string | undefined;
  due: string | undefined;
  events: readonly IncidentEvent[];
}

export interface Planned {
  answers: readonly (Opened & { joining?: number })[];
  fresh: readonly Fresh[];
  joining: readonly Joining[];
}

/**
 * Decides a whole batch of openings in order, each as if those before it were stored already, so that the store is asked once and told once. An answer
 * with `joining` stands only if that joining is stored: somebody may have remembered its `once` meanwhile.
 */
export function planOpenings(openings: readonly Opening[], standing: Standing): Planned {
  const known = new Map(standing.known);
  const held = new Map(standing.held);
  const fresh = new Map<string, Fresh>();
  const joining: Joining[] = [];

  function join(claim: Claim, to: Found, also: string | undefined): Opened & { joining?: number } {
    if (also !== undefined) held.set(also, to);
    if (claim.once !== undefined) known.set(claim.once, to);
    const events = claim.join ?? [];
    const due = events.length > 0 ? claim.joinDue : undefined;
    const own = fresh.get(to.id);
    if (!own) return { ...to, opened: false, joining: joining.push({ id: to.id, once: claim.once, also, due, events }) - 1 };
    if (also !== undefined) own.also.push(also);
    if (claim.once !== undefined) own.once.push(claim.once);
    own.events.push(...events);
    if (due !== undefined && due < own.due) own.due = due;
    return { ...to, opened: false };
  }

  function open({ claim, events }: Opening, key: string, gathered: boolean): Opened {
    const number = standing.last + fresh.size + 1;
    const first = events(number, gathered);
    const at = first[0]?.at;
    if (at === undefined) throw new Conflict(`incident ${claim.id} would begin without an event`);
    const limit = gathered ? undefined : claim.limit?.name;
    const once = claim.once === undefined ? [] : [claim.once];
    fresh.set(claim.id, { id: claim.id, number, key, also: [], once, due: claim.due, at, limit, events: [...first] });
    const found = { id: claim.id, number };
    held.set(key, found);
    if (claim.once !== undefined) known.set(claim.once, found);
    return { ...found, opened: true };
  }

  function gather(opening: Opening, key: string): Opened & { joining?: number } {
    const { claim } = opening;
    const gatherer = held.get(key);
    if (gatherer) return { ...join(claim, gatherer, claim.key), gathered: true };
    const answer = open(opening, key, true);
    fresh.get(claim.id)?.also.push(claim.key);
    held.set(claim.key, { id: answer.id, number: answer.number });
    return { ...answer, gathered: true };
  }

  function decide(opening: Opening, since: number): Opened & { joining?: number } {
    const { claim } = opening;
    const before = claim.once === undefined ? undefined : known.get(claim.once);
    if (before) return { ...before, opened: false, known: true };
    const holder = held.get(claim.key);
    if (holder) return join(claim, holder, undefined);
    const { limit } = claim;
    if (limit === undefined) return open(opening, claim.key, false);
    const now = [...fresh.values()].filter((one) => one.limit === limit.name && one.at >= limit.since).length;
    return since + now < limit.most ? open(opening, claim.key, false) : gather(opening, limit.gather);
  }

  const answers = openings.map((opening, index) => decide(opening, standing.since[index] ?? 0));
  return { answers, fresh: [...fresh.values()], joining };
}
