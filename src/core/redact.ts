import { hideKnown } from './redact/known.ts';
import type { Hide } from './redact/mark.ts';
import { pairs } from './redact/pairs.ts';
import { people } from './redact/people.ts';
import { hidePrivateKeys } from './redact/private-keys.ts';
import { sqlLiterals } from './redact/sql-literals.ts';
import { tokens } from './redact/tokens.ts';
import { urls } from './redact/urls.ts';

const secrets: readonly Hide[] = [hidePrivateKeys, ...tokens, ...pairs, ...urls, ...people];
const all: readonly Hide[] = [...sqlLiterals, ...secrets];

/** What one pass takes away can uncover a boundary for another pattern; it settles in two, rarely three. */
const PASSES = 6;

/**
 * Hides tokens, keys, passwords, e-mail addresses, card and phone numbers, and the literals of quoted SQL in text from outside. What a diagnosis
 * needs survives: ids, tables, constraints, hosts, shas, digests, UUIDs, package names, file and line. `known`: our own credentials, hidden wherever they stand.
 * Linear in the length of the text; running it again changes nothing.
 */
export function redact(text: string, known: readonly string[] = []): string {
  return hidden(text, known, all);
}

/** For what is there to be pasted: commands of ours, whose SQL holds no literal but our own. */
export function redactCommand(text: string, known: readonly string[] = []): string {
  return hidden(text, known, secrets);
}

function hidden(text: string, known: readonly string[], kinds: readonly Hide[]): string {
  let before = hideKnown(text, known);
  for (let pass = 0; pass < PASSES; pass++) {
    const after = kinds.reduce((said, kind) => kind(said), before);
    if (after === before) break;
    before = after;
  }
  return before;
}
