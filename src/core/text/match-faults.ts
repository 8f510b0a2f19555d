import type { Fault } from './reading.ts';
import { signatureSets } from './signatures/index.ts';

const TEXT_SHOWN = 400;
const FAULTS_LIMIT = 400;

/** Every sentence of a known error grammar in these lines, in order. */
export function matchFaults(lines: readonly string[]): readonly Fault[] {
  const found: Fault[] = [];
  for (const [line, text] of lines.entries()) {
    if (found.length >= FAULTS_LIMIT) break;
    if (text.length < 4) continue;
    found.push(...faultsOn(text, line));
  }
  return found;
}

const all = signatureSets.flatMap(({ by, signatures }) => signatures.map((signature) => ({ by, ...signature })));

/** Signatures by the first three letters of their hints: a line is walked once, not once per hint. */
const byGram = new Map<number, { hint: string; index: number }[]>();
for (const [index, { hints }] of all.entries()) {
  for (const hint of hints) {
    const key = gramAt(hint, 0);
    const same = byGram.get(key);
    if (same === undefined) byGram.set(key, [{ hint, index }]);
    else same.push({ hint, index });
  }
}

/** Three letters as a number; a shorter hint fills up with nothing and is found by its first letters alone. */
function gramAt(text: string, at: number): number {
  return ((text.charCodeAt(at) & 0xff) << 16) | ((text.charCodeAt(at + 1) & 0xff) << 8) | (text.charCodeAt(at + 2) & 0xff);
}

/** Indexes of the signatures of which a hint stands in the line, in the order in which they are asked. */
function hinted(lower: string): readonly number[] {
  const found = new Set<number>();
  for (let at = 0; at + 3 <= lower.length; at += 1) {
    const here = byGram.get(gramAt(lower, at));
    if (here === undefined) continue;
    for (const { hint, index } of here) if (!found.has(index) && lower.startsWith(hint, at)) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
}

/** One line may hold a wrapper's words and the cause's; each meaning counts once. */
function faultsOn(text: string, line: number): readonly Fault[] {
  const found: Fault[] = [];
  for (const index of hinted(text.toLowerCase())) {
    const signature = all[index];
    if (signature === undefined || found.some((f) => f.meaning === signature.meaning)) continue;
    const match = signature.grammar.exec(text);
    if (match === null) continue;
    const captured = Object.entries(match.groups ?? {}).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
    );
    const says = { ...signature.says, ...Object.fromEntries(captured) };
    found.push({ meaning: signature.meaning, text: text.trim().slice(0, TEXT_SHOWN), line, by: signature.by, says });
  }
  return found;
}
