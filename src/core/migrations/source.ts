/** Finds calls and their arguments in source text, in one pass: strings and comments are known, brackets are matched. */
export interface Source {
  text: string;
  /** For each opening quote or bracket, the index after its end; 0 elsewhere. */
  skip: Int32Array;
}

export interface Call {
  /** `t.string`, `op.add_column`, `migrations.AddField`. */
  name: string;
  args: readonly string[];
  start: number;
  /** Index after the closing bracket. */
  end: number;
}

const FILE_CHARS = 262_144;

type Comments = 'hash' | 'slash' | 'sql';

const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** Comments become blanks, so that nothing in them is read. */
export function source(raw: string, comments: Comments): Source {
  const text = raw.slice(0, FILE_CHARS);
  const skip = new Int32Array(text.length + 1);
  const blanks: [number, number][] = [];
  const open: { at: number; close: string }[] = [];
  // What never closes once never closes after it either: looking again from each would be quadratic.
  const endless = new Set<string>();
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    const commentEnd = endOfComment(text, i, comments, endless);
    if (commentEnd > 0) {
      blanks.push([i, commentEnd]);
      i = commentEnd - 1;
    } else if ((c === "'" || c === '"' || c === '`') && !endless.has(c)) {
      const end = stringEnd(text, i);
      if (end === 0) endless.add(c);
      else {
        skip[i] = end;
        i = end - 1;
      }
    } else if (closing[c]) open.push({ at: i, close: closing[c] });
    else if (c === open.at(-1)?.close) {
      const opened = open.pop();
      if (opened) skip[opened.at] = i + 1;
    }
  }
  return { text: blanked(text, blanks), skip };
}

/** Index after the comment that begins here; 0 when none does. */
function endOfComment(text: string, at: number, comments: Comments, endless: Set<string>): number {
  const c = text[at];
  const hash = c === '#' && (comments !== 'slash' || /[\n\r]/.test(text[at - 1] ?? '\n'));
  const line =
    hash || (comments === 'slash' && c === '/' && text[at + 1] === '/') || (comments === 'sql' && c === '-' && text[at + 1] === '-');
  if (line) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (comments === 'hash' || c !== '/' || text[at + 1] !== '*' || text[at + 2] === '!' || endless.has('/*')) return 0;
  const end = text.indexOf('*/', at + 2);
  if (end < 0) endless.add('/*');
  return end < 0 ? 0 : end + 2;
}

function blanked(text: string, blanks: readonly (readonly [number, number])[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const [from, to] of blanks) {
    pieces.push(text.slice(at, from), text.slice(from, to).replace(/[^\n]/g, ' '));
    at = to;
  }
  return pieces.join('') + text.slice(at);
}

/** Calls with brackets, in order, nested ones included. */
export function calls(src: Source): readonly Call[] {
  const found: Call[] = [];
  for (const m of src.text.matchAll(/(?<![\w$])[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]*){0,6}[!?]?\s{0,3}\(/g)) {
    const at = m.index + m[0].length - 1;
    const end = src.skip[at] ?? 0;
    if (end > 0) found.push({ name: m[0].slice(0, -1).trim(), args: split(src, at + 1, end - 1), start: m.index, end });
  }
  return found;
}

/** The text between two positions, cut at commas that are not inside brackets or strings. */
export function split(src: Source, from: number, to: number): readonly string[] {
  const parts: string[] = [];
  let start = from;
  for (let i = from; i < to; i += 1) {
    const next = src.skip[i] ?? 0;
    if (next > i) i = next - 1;
    else if (src.text[i] === ',') {
      parts.push(src.text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = src.text.slice(start, to).trim();
  return last === '' && parts.length === 0 ? [] : last === '' ? parts : [...parts, last];
}

/** `'x'`, `"x"`, `` `x` `` or `:x` as x; undefined when it is no plain literal. */
export function literal(arg: string | undefined): string | undefined {
  const m = /^\s*(?:[rbu]{0,2}(['"`])([^'"`]*)\1|:([A-Za-z_]\w*[?!]?)|:"([^"]*)")/.exec(arg ?? '');
  return m?.[2] ?? m?.[3] ?? m?.[4];
}

/** All literals of `'a'`, `:a`, `['a', 'b']`, `[:a]`, `%i[a b]`. */
export function literals(arg: string | undefined): readonly string[] {
  const words = /^\s*%[iIwW][[({]([^\])}]*)/.exec(arg ?? '');
  if (words) return (words[1] ?? '').split(/\s+/).filter(Boolean);
  return [...(arg ?? '').matchAll(/(['"`])([^'"`]*)\1|(?<![\w:]):([A-Za-z_]\w*)/g)].map((m) => m[2] ?? m[3] ?? '').filter(Boolean);
}

/** The value of `name: value`, `name=value`, `'name' => value` or `:name => value` among arguments. */
export function option(args: readonly string[], name: string): string | undefined {
  const pattern = new RegExp(`^\\s*(?:['":]?${name}['"]?\\s*(?:=>|:(?!:)|=(?!=)))\\s*([\\s\\S]*)$`);
  for (const arg of args) {
    const m = pattern.exec(arg);
    if (m) return (m[1] ?? '').trim();
  }
  return undefined;
}

/** The index after the string's end; 0 when it never closes: then it was an apostrophe. */
function stringEnd(text: string, at: number): number {
  const quote = text[at] ?? '';
  const triple = text.startsWith(quote.repeat(3), at) && quote !== '`' ? quote.repeat(3) : quote;
  for (let i = at + triple.length; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text.startsWith(triple, i)) return i + triple.length;
  }
  return 0;
}
