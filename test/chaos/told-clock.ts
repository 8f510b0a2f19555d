import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import { type FromBot, isToBot } from './protocol.ts';

export interface ToldClock extends Clock {
  /** The last message that was heard. */
  seen: () => number;
}

/** The story's clock inside the bot's own process: flows like the machine's, jumps when the parent says so, wakes when the parent wakes. */
export function toldClock(startsAt: number, tell: (message: FromBot) => void): ToldClock {
  const waiting = new Map<number, () => void>();
  let anchor = { story: startsAt, real: performance.now() };
  let ids = 0;
  let seen = 0;
  const time = () => Math.floor(anchor.story + performance.now() - anchor.real);

  process.on('message', (message: unknown) => {
    if (!isToBot(message)) return;
    // Never back: the parent's word was a moment on its way.
    anchor = { story: Math.max(message.now, time()), real: performance.now() };
    if (message.wake !== undefined) waiting.get(message.wake)?.();
    // After all that was woken has taken its first step.
    setImmediate(() => {
      seen = Math.max(seen, message.seq);
    });
  });

  return {
    now: () => new Date(time()),
    newId: () => randomUUID(),
    seen: () => seen,
    wakeAt(at, signal) {
      return new Promise((resolve) => {
        if (signal.aborted || at.getTime() <= time()) return resolve();
        const id = ++ids;
        const end = () => {
          waiting.delete(id);
          signal.removeEventListener('abort', forget);
          resolve();
        };
        const forget = () => {
          tell({ say: 'forget', id });
          end();
        };
        waiting.set(id, end);
        signal.addEventListener('abort', forget, { once: true });
        tell({ say: 'wait', id, at: at.getTime() });
      });
    },
  };
}
