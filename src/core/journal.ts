import type { IncidentEvent } from './incident.ts';

/** Where every event is kept. The only state. */
export interface Journal {
  /**
   * Claims the key and stores the first events in one transaction. The key is unique while the incident is open:
   * when one is open under it, nothing is stored and its id is returned with `opened: false`. `number` counts up from 1.
   */
  open: (
    claim: { id: string; key: string; due: string },
    events: (number: number) => readonly IncidentEvent[],
  ) => Promise<{ id: string; number: number; opened: boolean }>;
  /**
   * Appends in one transaction with the next due time (null: nothing is due; absent: keep what is). Throws `Conflict` when the journal has moved on.
   * `once`: a key that is remembered for ever; when it is known already nothing is stored and `false` is returned.
   */
  append: (
    id: string,
    expectedVersion: number,
    events: readonly IncidentEvent[],
    then?: { due?: string | null; once?: string },
  ) => Promise<boolean>;
  read: (id: string) => Promise<readonly IncidentEvent[]>;
  /** Newest first. */
  list: (which: 'open' | 'all', limit: number) => Promise<readonly { id: string; number: number; key: string; open: boolean }[]>;
  findByNumber: (number: number) => Promise<string | undefined>;
  /** Frees the key: the next alert of this key opens a new incident. */
  close: (id: string) => Promise<void>;
  /** Small facts outside of incidents: `once` keys of alerts, the last weekly line. Returns false when it was there. */
  once: (key: string) => Promise<boolean>;
  /** Throws when the store cannot be written; for `/readyz`. */
  ping: () => Promise<void>;
  shut: () => Promise<void>;
}

export class Conflict extends Error {
  override name = 'Conflict';
}

/** Hands out what is due; nothing else. One turn of an incident runs at a time, over all processes. */
export interface Turns {
  /** Starts handing out. `turn` answers when the incident is due again (null: not by itself). */
  start: (turn: (id: string, signal: AbortSignal) => Promise<string | null>) => Promise<void>;
  /** Asks for a turn now, beside whatever is planned: a click, an alert. */
  nudge: (id: string) => Promise<void>;
  shut: () => Promise<void>;
}
