import type { Change } from './change.ts';
import type { Clues } from './clues.ts';
import { mechanisms } from './mechanisms.ts';
import { setting } from './setting-sign.ts';
import type { Sign } from './sign.ts';

/** A change whose nature brings this family of symptoms: a setting's value, or a habit of code. */
export function mechanism(change: Change, clues: Clues, here: boolean): Sign | undefined {
  const found = [...setting(change, clues), ...habits(change, clues), ...looped(change, clues)].toSorted((a, b) => b.p - a.p);
  const [first, second] = found;
  if (!first) return undefined;
  const p = 1 - (1 - first.p) * (1 - (second?.p ?? 0) * 0.3);
  return { ...first, p: Math.min(0.72, p * (here || clues.services.size === 0 ? 1 : 0.85)) };
}

/** Once per item where it was once: the more items, the slower. */
function looped(change: Change, clues: Clues): readonly Sign[] {
  const sign = (says: string, p: number): readonly Sign[] => [{ p, says, hard: false, nature: true }];
  const slow = (['latency', 'cpu', 'database', 'pool', 'rate'] as const).some((f) => clues.families.has(f));
  if (!slow) return [];
  if (change.loops.calls) return sign('asks once per item, inside a loop', 0.5);
  return change.loops.nested && (clues.families.has('cpu') || clues.families.has('latency')) ? sign('loops inside a loop', 0.5) : [];
}

function habits(change: Change, clues: Clues): readonly Sign[] {
  return mechanisms.flatMap((m) => {
    if (!m.families.some((f) => clues.families.has(f))) return [];
    if (m.path !== undefined && !change.files.some((f) => m.path?.test(f.path))) return [];
    const gained = m.added ? count(change.added, m.added) - count(change.removed, m.added) : 0;
    const lost = m.removed ? count(change.removed, m.removed) - count(change.added, m.removed) : 0;
    const touched = m.touched ? count(change.added, m.touched) + count(change.removed, m.touched) : 0;
    const moved = m.moved ? count(change.moved, m.moved) : 0;
    if (gained <= 0 && lost <= 0 && touched <= 0 && moved <= 0) return [];
    const main = m.families[0] !== undefined && clues.families.has(m.families[0]) ? 1 : 0.8;
    return [{ p: m.weight * main, says: m.says, hard: false, nature: true }];
  });
}

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.reduce((n, text) => (pattern.test(text) ? n + 1 : n), 0);
}
