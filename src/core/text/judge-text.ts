import { diagnose } from '../diagnose.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { processRows, readProcesslist } from '../digest.ts';
import { processlistEvidence } from '../digest-findings.ts';
import type { Bundle, Evidence } from '../evidence.ts';
import { isRecord } from '../is-record.ts';
import { guessKind, type TextKind, textKinds } from './guess-kind.ts';
import { NO_TIME, readText } from './read-text.ts';

/** Judges a pasted text alone; guesses its kind when it is not told. */
export function judgeText(kind: TextKind | undefined, text: string): Diagnosis {
  return diagnose(bundleOfText(kind, text));
}

/** The evidence bundle that a text alone makes. A process list in a shape that nobody knows is blind, never empty. */
export function bundleOfText(kind: TextKind | undefined, text: string): Bundle {
  const known = kind ?? guessKind(text);
  if (known !== 'processlist') return bundleOf(readText(known, text));
  const rows = readProcesslist(text);
  return bundleOf(rows === undefined ? unreadable('the text is no process list') : processlistEvidence(rows, NO_TIME, 0));
}

/** One line of `diagnose --texts`: `{ kind, text }`, or `{ kind: "processlist", rows }`. */
export function judgeTextLine(line: unknown): Diagnosis | { error: string } {
  if (!isRecord(line)) return { error: 'a line is a JSON object: { "kind": …, "text": … }' };
  const kind = textKinds.find((known) => known === line.kind);
  if (line.kind !== undefined && kind === undefined) return { error: `"kind" is one of ${textKinds.join(', ')}` };
  if (kind === 'processlist' && typeof line.text !== 'string') {
    const rows = Array.isArray(line.rows) ? processRows(line.rows) : undefined;
    return rows === undefined ? { error: '"rows" is no process list' } : diagnose(bundleOf(processlistEvidence(rows, NO_TIME, 0)));
  }
  if (typeof line.text !== 'string') return { error: '"text" is missing' };
  return judgeText(kind, line.text);
}

function bundleOf(evidence: Evidence): Bundle {
  return { version: 1, openedAt: evidence.at, evidence: [evidence] };
}

function unreadable(why: string): Evidence {
  const fix = 'paste the rows of SHOW FULL PROCESSLIST as JSON, as mysql -B prints them, or as the client draws them';
  return { check: 'text', at: NO_TIME, tookMs: 0, outcome: { status: 'blind', why, fix } };
}
