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

/** One line may hold a wrapper's words and the cause's; each meaning counts once. */
function faultsOn(text: string, line: number): readonly Fault[] {
  const lower = text.toLowerCase();
  const found: Fault[] = [];
  for (const { by, signatures } of signatureSets) {
    for (const { meaning, hints, grammar, says } of signatures) {
      if (!hints.some((hint) => lower.includes(hint)) || found.some((f) => f.meaning === meaning)) continue;
      const match = grammar.exec(text);
      if (match === null) continue;
      const captured = Object.entries(match.groups ?? {}).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
      );
      found.push({ meaning, text: text.trim().slice(0, TEXT_SHOWN), line, by, says: { ...says, ...Object.fromEntries(captured) } });
    }
  }
  return found;
}
