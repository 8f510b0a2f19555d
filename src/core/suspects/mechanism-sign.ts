import type { Change } from './change.ts';
import type { Clues } from './clues.ts';
import type { Mechanism } from './mechanisms.ts';
import { setting } from './setting-sign.ts';
import type { Rarity, Sign } from './sign.ts';

/** A change whose nature brings this family of symptoms: a setting's value, or a habit of code. */
export function mechanism(change: Change, of: readonly Mechanism[], clues: Clues, rarity: Rarity, here: boolean): Sign | undefined {
  const found = [...setting(change, clues), ...habits(change, of, clues, rarity), ...looped(change, clues, rarity)].toSorted(
    (a, b) => b.p - a.p,
  );
  const [first, second] = found;
  if (!first) return undefined;
  const p = 1 - (1 - first.p) * (1 - (second?.p ?? 0) * 0.3);
  return { ...first, p: Math.min(0.72, p * (here || clues.services.size === 0 ? 1 : 0.85)) };
}

/** Once per item where it was once: the more items, the slower. */
function looped(change: Change, clues: Clues, rarity: Rarity): readonly Sign[] {
  const sign = (says: string, p: number): readonly Sign[] => [
    { p: p * sizeOf(change) * (0.6 + 0.4 * rarity(LOOPS)), says, hard: false, nature: true },
  ];
  const slow =
    (['latency', 'cpu', 'pool', 'rate'] as const).some((f) => clues.families.has(f)) || (clues.families.has('database') && !clues.outside);
  if (!slow) return [];
  if (change.loops.calls) return sign('asks once per item, inside a loop', 0.5);
  return change.loops.nested && (clues.families.has('cpu') || clues.families.has('latency')) ? sign('loops inside a loop', 0.5) : [];
}

/** In a large change everything occurs. */
const SMALL_LINES = 60;

function sizeOf({ added, removed }: Change): number {
  const lines = added.length + removed.length;
  return lines <= SMALL_LINES ? 1 : Math.max(0.6, (SMALL_LINES / lines) ** 0.25);
}

function habits(change: Change, of: readonly Mechanism[], clues: Clues, rarity: Rarity): readonly Sign[] {
  const size = sizeOf(change);
  return of.map((m) => {
    const main = m.families[0] !== undefined && clues.families.has(m.families[0]) ? 1 : 0.8;
    return { p: m.weight * main * size * (0.6 + 0.4 * rarity(habitKey(m))), says: m.says, hard: false, nature: true };
  });
}

/** How work inside loops is counted among the commits. */
export const LOOPS = '\u0001loops';

/** How it is counted among the commits: a habit that all of them show tells little. */
export function habitKey(m: Mechanism): string {
  return `\u0001${m.says}`;
}
