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
    (m.touched !== undefined && isTouched(change, m.touched)) ||
    (m.moved !== undefined && count(change.moved, m.moved) > 0)
  );
}

/** What follows the pattern differs before and after: a line that changed only before it does there what it did. */
function isTouched({ added, removed }: Change, pattern: RegExp): boolean {
  const tails = (lines: readonly string[]) => new Set(lines.flatMap((text) => tailOf(text, pattern)));
  const [now, before] = [tails(added), tails(removed)];
  return now.size !== before.size || [...now].some((tail) => !before.has(tail));
}

function tailOf(text: string, pattern: RegExp): readonly string[] {
  const at = text.search(pattern);
  return at < 0 ? [] : [text.slice(at).trim()];
}

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.reduce((n, text) => (pattern.test(text) ? n + 1 : n), 0);
}
