import { scan, type Tape } from './sql/scan.ts';

/** A token that binds to what stands before it, and one that binds to what follows. */
const CLOSES = new Set([',', ')', '.', ';']);
const OPENS = new Set(['(', '.']);

function written(tape: Tape, cut: boolean): string {
  let text = '';
  let glued = true;
  for (const token of tape) {
    text += glued || CLOSES.has(token) ? token : ` ${token}`;
    glued = OPENS.has(token) || token.endsWith('(');
  }
  return cut ? `${text}${text === '' ? '' : ' '}…` : text;
}

/**
 * The shape of a statement: literals as `?`, lists and rows collapsed, comments gone, white space and keywords' case folded. Holds no literal.
 * A statement that was cut ends in `…`. A fingerprint's own fingerprint is itself.
 */
export function fingerprint(sql: string): string {
  const tape: Tape = [];
  const key = scan(sql, tape);
  return written(tape, key < 0);
}

/** The same shape as one number, without building its text; negative when the statement was cut. */
export function fingerprintKey(sql: string): number {
  return scan(sql);
}
