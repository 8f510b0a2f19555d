import type { Clock } from '../../src/core/clock.ts';

/** Stands still until it is told to move; then everything that waited for a time up to the new one wakes, in order. */
export function movingClock(iso: string): Clock & { pass: (ms: number) => Promise<void> } {
  let at = Date.parse(iso);
  let ids = 0;
  const waiting = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => new Date(at),
    newId: () => `id-${++ids}`,
    wakeAt: (time, signal) =>
      new Promise((resolve) => {
        if (time.getTime() <= at || signal.aborted) return resolve();
        const entry = { at: time.getTime(), wake: resolve };
        waiting.add(entry);
        signal.addEventListener('abort', () => {
          waiting.delete(entry);
          resolve();
        });
      }),
    async pass(ms) {
      const until = at + ms;
      for (;;) {
        const next = [...waiting].toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > until) break;
        at = next.at;
        waiting.delete(next);
        next.wake();
        await settled();
      }
      at = until;
      await settled();
    },
  };
}

/** Lets everything that can go on without the clock go on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
