import { randomUUIDv7 } from 'node:crypto';
import type { Clock } from './core/clock.ts';

/** Longest wait that a timer of Node takes without overflow. */
const LONGEST_MS = 2 ** 31 - 1;

/** This machine's time and ids. */
export const machineClock: Clock = {
  now: () => new Date(),
  newId: () => randomUUIDv7(),
  wakeAt: async (time, signal) => {
    while (!signal.aborted && Date.now() < time.getTime()) await pause(Math.min(time.getTime() - Date.now(), LONGEST_MS), signal);
  },
};

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
