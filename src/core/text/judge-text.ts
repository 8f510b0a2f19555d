import { diagnose } from '../diagnose.ts';
import type { Diagnosis } from '../diagnosis.ts';
import type { Bundle, Evidence } from '../evidence.ts';
import { isRecord } from '../is-record.ts';
import { guessKind, type TextKind, textKinds } from './guess-kind.ts';
import { readText } from './read-text.ts';

/** Judges a pasted text alone; guesses its kind when it is not told. */
export function judgeText(kind: TextKind | undefined, text: string): Diagnosis {
  return diagnose(bundleOfText(kind, text));
}

/** The evidence bundle that a text alone makes. */
export function bundleOfText(kind: TextKind | undefined, text: string): Bundle {
  const known = kind ?? guessKind(text);
  return bundleOf(readText(known === 'processlist' ? 'db_log' : known, text));
}

function bundleOf(evidence: Evidence): Bundle {
  return { version: 1, openedAt: evidence.at, evidence: [evidence] };
}

/** One line of `diagnose --texts`: `{ kind, text }`, or `{ kind: "processlist", rows }`. */
export function judgeTextLine(line: unknown): Diagnosis | { error: string } {
  if (!isRecord(line)) return { error: 'a line is a JSON object: { "kind": …, "text": … }' };
  const kind = textKinds.find((known) => known === line.kind);
  if (line.kind !== undefined && kind === undefined) return { error: `"kind" is one of ${textKinds.join(', ')}` };
  if (typeof line.text !== 'string') return { error: '"text" is missing' };
  return judgeText(kind, line.text);
}
