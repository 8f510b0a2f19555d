import type { Meaning } from './reading.ts';

/** One sentence of an error grammar. */
export interface Signature {
  meaning: Meaning;
  /** Pieces of the sentence in lower case, one for each of its wordings: lines with none of them are not looked at closer. */
  hints: readonly string[];
  /** Linear on a line of bounded length; named groups become facts. */
  grammar: RegExp;
  /** Facts that the grammar implies, the error number above all. */
  says?: Readonly<Record<string, string>>;
  /** Where the captured `code` decides what is meant; a code that is not in it means nothing. */
  byCode?: Readonly<Record<string, Meaning>>;
}

export interface SignatureSet {
  /** `mysql`, `postgres`, `network` … */
  by: string;
  signatures: readonly Signature[];
}

/** Compact rows for tables of signatures. */
export function row(
  meaning: Meaning,
  hint: string | readonly string[],
  grammar: RegExp,
  says?: Readonly<Record<string, string>>,
): Signature {
  return { meaning, hints: typeof hint === 'string' ? [hint] : hint, grammar, ...(says === undefined ? {} : { says }) };
}
