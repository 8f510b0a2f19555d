import { textKinds } from '../../core/text/guess-kind.ts';
import { bundleOfText } from '../../core/text/judge-text.ts';
import type { Unstamped } from '../record.ts';

/** A pasted text as evidence; guesses what it is when nobody said. */
export function pasted(kind: string, text: string, at: string, by: string): readonly Unstamped[] {
  const known = textKinds.find((k) => k === kind);
  return bundleOfText(known, text).evidence.map((evidence) => ({ type: 'pasted', by, evidence: { ...evidence, at } }));
}
