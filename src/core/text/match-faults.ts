import { hintIndex } from './hint-index.ts';
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

const hinted = hintIndex(all.map(({ hints }) => hints));

/** One line may hold a wrapper's words and the cause's; each meaning counts once. */
function faultsOn(text: string, line: number): readonly Fault[] {
  const found: Fault[] = [];
  for (const index of hinted(text.toLowerCase())) {
    const signature = all[index];
    if (signature === undefined || (signature.byCode === undefined && found.some((f) => f.meaning === signature.meaning))) continue;
    const match = signature.grammar.exec(text);
    if (match === null) continue;
    const meaning = signature.byCode === undefined ? signature.meaning : signature.byCode[(match.groups?.code ?? '').toUpperCase()];
    if (meaning === undefined || found.some((f) => f.meaning === meaning)) continue;
    const captured = Object.entries(match.groups ?? {}).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
    );
    const says = { ...signature.says, ...Object.fromEntries(captured) };
    found.push({ meaning, text: text.trim().slice(0, TEXT_SHOWN), line, by: signature.by, says });
  }
  return found;
}
