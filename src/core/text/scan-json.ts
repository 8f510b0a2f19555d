/** One scalar of a JSON text, with the keys above it. */
export interface Scalar {
  key: string;
  value: string | number | boolean;
  /** Names of the objects above, lists left out: `body`, `trace_chain`, `exception`. */
  path: readonly string[];
  /** Counts objects: scalars of one object share it. */
  object: number;
}

const DEPTH_LIMIT = 64;
const SCALARS_LIMIT = 20_000;

/**
 * Reads the scalars of a JSON text that may be cut anywhere and may stand between other lines: a pasted payload often is both.
 * One pass over the characters, no recursion; what does not fit is skipped.
 */
export function scanJson(text: string): readonly Scalar[] {
  const found: Scalar[] = [];
  const stack: { key: string; object: number; list: boolean }[] = [];
  let objects = 0;
  let key: string | undefined;
  let pending: string | undefined;
  // A text without its end goes to the end of all: it is looked for once.
  const token = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[{}[\]:,]|-?\d[\d.eE+-]{0,40}|true|false|null/g;
  for (let match = token.exec(text); match !== null && found.length < SCALARS_LIMIT; match = token.exec(text)) {
    const piece = match[0];
    const top = stack.at(-1);
    if (piece === '{' || piece === '[') {
      if (stack.length >= DEPTH_LIMIT) break;
      objects += 1;
      stack.push({ key: key ?? '', object: objects, list: piece === '[' });
      key = undefined;
    } else if (piece === '}' || piece === ']') {
      stack.pop();
      key = undefined;
    } else if (piece === ':') {
      key = pending;
    } else if (piece === ',') {
      key = undefined;
      pending = undefined;
    } else if (top !== undefined) {
      const value = scalarOf(piece);
      if (key === undefined && typeof value === 'string' && !top.list) pending = value;
      else if (key !== undefined && value !== undefined) {
        found.push({ key, value, path: stack.map((s) => s.key).filter((name) => name !== ''), object: top.object });
        key = undefined;
      }
    }
  }
  return found;
}

function scalarOf(piece: string): string | number | boolean | undefined {
  if (piece.startsWith('"')) return unquoted(piece);
  if (piece === 'true' || piece === 'false') return piece === 'true';
  if (piece === 'null') return undefined;
  const number = Number(piece);
  return Number.isFinite(number) ? number : undefined;
}

function unquoted(piece: string): string {
  try {
    const value: unknown = JSON.parse(piece);
    return typeof value === 'string' ? value : piece.slice(1, -1);
  } catch {
    // A raw control character or a broken escape: the text between the quotes is still worth reading.
    return piece.slice(1, -1);
  }
}
