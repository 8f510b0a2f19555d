import { habitKey, LOOPS } from './mechanism-sign.ts';
import type { Seen } from './score.ts';
import { SERVICE } from './service-sign.ts';
import type { Rarity } from './sign.ts';

/** Weighs by how few of the commits have it: what all of them touch tells nothing. */
export function rarityOf(seen: readonly Seen[]): Rarity {
  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { change, pieces, habits, place } of seen) {
    for (const text of pieces) count(`\u0000${text}`);
    for (const habit of habits) count(habitKey(habit));
    if (change.loops.calls || change.loops.nested) count(LOOPS);
    if (place !== undefined) count(SERVICE);
    for (const name of change.identifiers.keys()) count(name);
    for (const name of change.words.keys()) if (!change.identifiers.has(name)) count(name);
  }
  const total = Math.log(seen.length + 1) || 1;
  return (name) => {
    const n = counts.get(name) ?? 1;
    return n === 1 ? 1 : Math.max(0.1, Math.log((seen.length + 1) / n) / total);
  };
}
