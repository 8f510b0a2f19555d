import type { IncidentEvent } from './incident.ts';

/** Where every event is kept. The only state. Every method throws `StoreDown` when the store cannot be reached, read or written. */
export interface Journal {
  /**
   * Claims the key and stores the first events in one transaction. The key is unique while the incident is open:
   * when one is open under it, only `claim.join` is stored, and its id is returned with `opened: false`. `number` counts up from 1.
   * `gathered` tells the maker of the first events that they open the incident of `claim.limit`.
   */
  open: (claim: Claim, events: (number: number, gathered: boolean) => readonly IncidentEvent[]) => Promise<Opened>;
  /**
   * Appends in one transaction with the next due time (null: nothing is due; absent: keep what is). Throws `Conflict` when the journal has moved on;
   * `'any'` is for what stands by itself, whatever came before (an alert). `dueBy` brings the due time forward, never back.
   * `once`: a key that is remembered for ever; when it is known already nothing is stored and `false` is returned.
   */
  append: (
    id: string,
    expectedVersion: number | 'any',
    events: readonly IncidentEvent[],
    then?: { due?: string | null; dueBy?: string; once?: string },
  ) => Promise<boolean>;
  /**
   * An alert that says nothing new, as most of a storm are: `once` is remembered with the open incident that holds the key, and nothing else is stored.
   * `stored` is false when it was known. Undefined when no open incident holds the key: then nothing is remembered.
   */
  count: (key: string, once: string) => Promise<{ id: string; number: number; stored: boolean } | undefined>;
  /** Empty when there is no such incident. With `types` only events of these: cheap, however much else there is. */
  read: (id: string, types?: readonly IncidentEvent['type'][]) => Promise<readonly IncidentEvent[]>;
  /** What came after the first `version` events: for whoever has folded those already. */
  readAfter: (id: string, version: number) => Promise<readonly IncidentEvent[]>;
  /** Newest first. */
  list: (which: 'open' | 'all', limit: number) => Promise<readonly Listed[]>;
  findByNumber: (number: number) => Promise<string | undefined>;
  /** The open incident that holds this key. */
  findByKey: (key: string) => Promise<{ id: string; number: number } | undefined>;
  /** Frees its keys: the next alert of such a key opens a new incident. */
  close: (id: string) => Promise<void>;
  /** Small facts outside of incidents: `once` keys of alerts, the last weekly line. Returns false when it was there. */
  once: (key: string) => Promise<boolean>;
  /** Keys remembered that begin so, in their order: the last 5,000 of them. */
  recall: (prefix: string) => Promise<readonly string[]>;
  /** Incidents due at or before this time, earliest first. */
  dueBefore: (time: string) => Promise<readonly Due[]>;
  /** The whole journal as lines of JSON, for backup, reading and moving to another store. */
  exportLines: () => AsyncIterable<string>;
  /** Takes an export in, into an empty journal only. Returns how many incidents came. */
  importLines: (lines: AsyncIterable<string> | Iterable<string>) => Promise<number>;
  /** Throws when the store cannot be written; for `/readyz`. */
  ping: () => Promise<void>;
  shut: () => Promise<void>;
}

export interface Claim {
  /** Of the incident, if one is opened. */
  id: string;
  key: string;
  due: string;
  /** Remembered for ever with its incident. When it is known already nothing is stored, and that incident is answered with `known: true`. */
  once?: string;
  /** Stored when the key is claimed already; that incident is then due by `joinDue`, if given. */
  join?: readonly IncidentEvent[];
  joinDue?: string;
  limit?: Limit;
}

/**
 * When `most` incidents were opened under this name since that time, the next ones are gathered: the key is claimed for the open
 * incident of the key `gather`, which is opened if there is none.
 */
export interface Limit {
  name: string;
  most: number;
  since: string;
  gather: string;
}

export interface Opened {
  id: string;
  number: number;
  opened: boolean;
  known?: true;
  gathered?: true;
}

export interface Listed {
  id: string;
  number: number;
  key: string;
  open: boolean;
}

export interface Due {
  id: string;
  due: string;
}

export class Conflict extends Error {
  override name = 'Conflict';
}

/** The store itself failed: full, read-only, corrupt, held by another process, unreachable. `fix` says what to do. */
export class StoreDown extends Error {
  override name = 'StoreDown';
  readonly fix: string;
  /** Its end is in the world's hands (a server that is away, a full disk): worth to go on without and to try again. */
  readonly passing: boolean;
  constructor(message: string, fix: string, { passing = false, ...options }: ErrorOptions & { passing?: boolean } = {}) {
    super(message, options);
    this.fix = fix;
    this.passing = passing;
  }
}

/** Hands out what is due; nothing else. One turn of an incident runs at a time, over all processes. */
export interface Turns {
  /**
   * Starts handing out, beginning with all that fell due while nobody ran. `turn` answers when the incident is due again (null: not by itself).
   * A turn that throws is logged and tried again, later each time.
   */
  start: (turn: (id: string, signal: AbortSignal) => Promise<string | null>) => Promise<void>;
  /** Asks for a turn now, beside whatever is planned: a click, an alert. During a turn of this incident: one more after it. */
  nudge: (id: string) => Promise<void>;
  /** Turns that run or are about to, in this process. */
  busy: () => number;
  /** Aborts the signal of running turns and waits for them to end. What is planned stays planned. */
  shut: () => Promise<void>;
}
