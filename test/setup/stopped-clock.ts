import type { Clock } from '../../src/core/clock.ts';

/** Stands still until it is told to move; ids count up. Those who wait are woken when their time has come. */
export function stoppedClock(iso: string): Clock & { pass: (ms: number) => void } {
  let at = Date.parse(iso);
  let ids = 0;
  const sleepers = new Set<{ time: number; wake: () => void }>();
  return {
    now: () => new Date(at),
    newId: () => `id-${++ids}`,
    pass: (ms) => {
      at += ms;
      for (const sleeper of [...sleepers]) if (sleeper.time <= at) sleeper.wake();
    },
    wakeAt: (time, signal) =>
      new Promise((resolve) => {
        const sleeper = { time: time.getTime(), wake: () => resolve(void sleepers.delete(sleeper)) };
        sleepers.add(sleeper);
        signal.addEventListener('abort', sleeper.wake, { once: true });
        if (signal.aborted || sleeper.time <= at) sleeper.wake();
      }),
  };
}
