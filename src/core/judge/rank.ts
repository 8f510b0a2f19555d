import type { Confidence } from '../diagnosis.ts';
import { compare } from '../facts.ts';
import type { Rule } from '../rule.ts';
import type { Settled } from './settle.ts';

const confidenceRank: Readonly<Record<Confidence, number>> = { confirmed: 3, likely: 2, possible: 1 };

/** Strongest first; between equals the one with more grounds, then the rule nearer to the root. Then each root before what it explains. */
export function rank(all: readonly Settled[], rules: readonly Rule[]): readonly Settled[] {
  const order = new Map(rules.map((rule, i) => [rule.id, i]));
  const sorted = all.toSorted(
    (a, b) =>
      weight(b) - weight(a) ||
      (order.get(a.hypothesis.rule) ?? 0) - (order.get(b.hypothesis.rule) ?? 0) ||
      b.grounds.length - a.grounds.length ||
      compare(keyOf(a), keyOf(b)),
  );
  return rootsFirst(sorted);
}

function weight(one: Settled): number {
  if (one.information) return 0;
  const strong = one.grounds.filter((g) => g.strength !== 'sign').length;
  const signals = new Set(one.grounds.map((g) => g.signal)).size;
  return confidenceRank[one.hypothesis.confidence] * 1e4 + Math.min(strong, 9) * 100 + Math.min(signals, 9);
}

function keyOf(one: Settled): string {
  return one.grounds.map((g) => g.from.key).join(' ');
}

/** A root stands first only when it is at least likely itself: a guess does not push aside what was seen. */
function rootsFirst(sorted: readonly Settled[]): readonly Settled[] {
  const placed = new Set<Settled>();
  const sure = sorted.filter((root) => root.hypothesis.confidence !== 'possible' && root.explains.length > 0);
  const rootsOf = new Map<string, readonly Settled[]>();
  for (const { hypothesis } of sorted) {
    const { rule } = hypothesis;
    if (!rootsOf.has(rule))
      rootsOf.set(
        rule,
        sure.filter((root) => root.explains.includes(rule)),
      );
  }
  const place = (one: Settled, above: readonly Settled[]): void => {
    if (placed.has(one) || above.includes(one)) return;
    const roots = (rootsOf.get(one.hypothesis.rule) ?? []).filter((root) => explains(root, one));
    for (const root of roots) place(root, [...above, one]);
    placed.add(one);
  };
  for (const one of sorted) place(one, []);
  return [...placed];
}

/** Whether the first is a root of the second: its rule says so, and their tables do not contradict. */
export function explains(root: Settled, one: Settled): boolean {
  if (root === one || !root.explains.includes(one.hypothesis.rule)) return false;
  if (root.touches.length === 0 || one.touches.length === 0) return true;
  const tables = new Set(root.touches.map(bare));
  return one.touches.some((table) => tables.has(bare(table)));
}

function bare(table: string): string {
  return (table.split('.').at(-1) ?? table).replaceAll('`', '').replaceAll('"', '').toLowerCase();
}
