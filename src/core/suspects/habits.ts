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
    (m.added !== undefined && isMore(change.added, change.removed, m.added)) ||
    (m.removed !== undefined && isMore(change.removed, change.added, m.removed)) ||
    (m.touched !== undefined && isTouched(change, m.touched)) ||
    (m.moved !== undefined && change.moved.some((text) => m.moved?.test(text)))
  );
}

/** What follows the pattern differs before and after: a line that changed only before it does there what it did. */
function isTouched({ added, removed }: Change, pattern: RegExp): boolean {
  const now = tailsOf(added, pattern);
  const before = tailsOf(removed, pattern);
  return now.length !== before.length || now.some((tail) => !before.includes(tail));
}

function tailsOf(lines: readonly string[], pattern: RegExp): readonly string[] {
  const tails: string[] = [];
  for (const text of lines) {
    const at = text.search(pattern);
    if (at >= 0) tails.push(text.slice(at).trimEnd());
  }
  return tails;
}

/** More of these lines have it than of the others, which mostly need not be asked. */
function isMore(lines: readonly string[], others: readonly string[], pattern: RegExp): boolean {
  const n = count(lines, pattern);
  return n > 0 && n > count(others, pattern);
}

function count(lines: readonly string[], pattern: RegExp): number {
  let n = 0;
  for (const text of lines) if (pattern.test(text)) n += 1;
  return n;
}
