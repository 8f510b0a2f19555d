import type { Change } from './change.ts';
import { type Mechanism, mechanisms } from './mechanisms.ts';
import type { Family } from './symptoms.ts';

/** Those kinds of change that may bring any of the families, and that this change is. */
export function habitsOf(change: Change, families: ReadonlySet<Family>): readonly Mechanism[] {
  return mechanisms.filter((m) => m.families.some((f) => families.has(f)) && isOf(m, change));
}

function isOf(m: Mechanism, change: Change): boolean {
  if (m.path !== undefined && !change.files.some((f) => m.path?.test(f.path))) return false;
  return (
    (m.added !== undefined && count(change.added, m.added) > count(change.removed, m.added)) ||
    (m.removed !== undefined && count(change.removed, m.removed) > count(change.added, m.removed)) ||
    (m.touched !== undefined && (count(change.added, m.touched) > 0 || count(change.removed, m.touched) > 0)) ||
    (m.moved !== undefined && count(change.moved, m.moved) > 0)
  );
}

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.reduce((n, text) => (pattern.test(text) ? n + 1 : n), 0);
}
