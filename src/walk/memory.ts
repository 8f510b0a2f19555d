/** What a process remembers of an incident between turns. Nothing here is state: all of it can be forgotten. */
export interface Memory {
  /** The brief shown last, as JSON: an unchanged card is not edited. */
  shown?: string;
  /** When the card may be edited next, UTC ISO. */
  nextEdit?: string;
  /** The evidence judged last. */
  judged?: string;
  /** The look whose recovery was judged last. */
  recovered?: number;
  /** The cause for which ended incidents were searched. */
  recalled?: string;
  /** Steps that failed, and when they are tried again. */
  failed: Map<string, { times: number; again: string }>;
  /** Ends the turn's wait: a click or an alert came in. */
  wake: (() => void) | undefined;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export function blank(): Memory {
  return { failed: new Map(), wake: undefined };
}

/** Doubling waits, so that a neighbour that is down is asked at most once a minute. */
export function noteFailure(memory: Memory, key: string, now: Date): void {
  const times = (memory.failed.get(key)?.times ?? 0) + 1;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (times - 1), LONGEST_WAIT_MS);
  memory.failed.set(key, { times, again: new Date(now.getTime() + wait).toISOString() });
}
