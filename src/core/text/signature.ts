import type { Meaning } from './reading.ts';

/** One sentence of an error grammar. */
export interface Signature {
  meaning: Meaning;
  /** A piece of the sentence in lower case: lines without it are not looked at closer. */
  hint: string;
  /** Linear on a line of bounded length; named groups become facts. */
  grammar: RegExp;
  /** Facts that the grammar implies, the error number above all. */
  says?: Readonly<Record<string, string>>;
}

export interface SignatureSet {
  /** `mysql`, `postgres`, `network` … */
  by: string;
  signatures: readonly Signature[];
}

/** Compact rows for tables of signatures. */
export function row(meaning: Meaning, hint: string, grammar: RegExp, says?: Readonly<Record<string, string>>): Signature {
  return { meaning, hint, grammar, ...(says === undefined ? {} : { says }) };
}
