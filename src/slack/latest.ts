import type { Pace } from './pace.ts';

/**
 * Shows only the newest of many: while one is on its way or waits for its turn, newer values replace older ones.
 * Resolves when this value or a newer one was shown.
 */
export function latest<V>(
  pace: Pace,
  show: (key: string, value: V) => Promise<void>,
): (lane: string, key: string, value: V) => Promise<void> {
  const wanted = new Map<string, { value: V; shown: Promise<void> }>();
  return (lane, key, value) => {
    const waiting = wanted.get(key);
    if (waiting) {
      waiting.value = value;
      return waiting.shown;
    }
    const entry = { value, shown: Promise.resolve() };
    wanted.set(key, entry);
    entry.shown = pace(lane, () => {
      wanted.delete(key);
      return show(key, entry.value);
    });
    return entry.shown;
  };
}
