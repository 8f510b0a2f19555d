/** What the crash tests' parent and the bot's process say to each other: only time, and who is busy. */
export interface ToBot {
  /** Counts up; the bot says which it has seen. */
  seq: number;
  /** Story milliseconds since the epoch. */
  now: number;
  /** The wait that is over. */
  wake?: number;
}

export type FromBot =
  | { say: 'ready'; url: string }
  | { say: 'wait'; id: number; at: number }
  | { say: 'forget'; id: number }
  | { say: 'state'; seen: number; busy: boolean };

export function isToBot(value: unknown): value is ToBot {
  return typeof value === 'object' && value !== null && 'seq' in value && 'now' in value;
}

export function isFromBot(value: unknown): value is FromBot {
  return typeof value === 'object' && value !== null && 'say' in value;
}
