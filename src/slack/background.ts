import { escapeMrkdwn } from '../core/escape.ts';
import type { Log } from './log.ts';

/** Work that follows an answer. Its failure is logged and told, never lost; `rest` waits for what is in hand. */
export interface Background {
  run: (what: string, work: () => Promise<void>, tell: (words: string) => Promise<void>) => void;
  rest: () => Promise<void>;
  /** Pieces of work in hand. */
  busy: () => number;
}

export function background(log: Log): Background {
  const inHand = new Set<Promise<void>>();
  return {
    run: (what, work, tell) => {
      const done = guarded(log, what, work, tell).finally(() => inHand.delete(done));
      inHand.add(done);
    },
    busy: () => inHand.size,
    rest: async () => {
      await Promise.allSettled(inHand);
    },
  };
}

async function guarded(log: Log, what: string, work: () => Promise<void>, tell: (words: string) => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(`slack: ${what} failed`, { error: wordsOf(error) });
    try {
      await tell(apology(error));
    } catch (second) {
      log.error('slack: and the person could not be told', { error: wordsOf(second) });
    }
  }
}

/** What a person reads when something of ours broke: what it was and what to do. */
export function apology(error: unknown): string {
  const fix = error instanceof Error && 'fix' in error && typeof error.fix === 'string' ? error.fix : 'Please try again; the log has more';
  return escapeMrkdwn(`⚠ That did not work: ${wordsOf(error)}. ${fix}.`);
}

export function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : 'an unknown fault').slice(0, 300);
}
