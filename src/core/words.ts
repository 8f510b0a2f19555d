/** Small words of the card: durations, counts, times, lists. Always with their unit. */
import type { Line, Span } from './brief.ts';

type Piece = string | number | Span | Line | undefined;

/** Builds a line from a template. What stands in `${}` may come from outside: it stays text, only the renderer writes markup. */
export function line(words: TemplateStringsArray, ...pieces: readonly Piece[]): Line {
  return join(words.flatMap((word, i) => [word, pieces[i]]));
}

/** Joins pieces to one line; neighbours that are plain text become one span. */
export function join(pieces: readonly Piece[], between = ''): Line {
  const out: Span[] = [];
  const add = (span: Span): void => {
    const last = out.at(-1);
    if (typeof span === 'string' && typeof last === 'string') out[out.length - 1] = last + span;
    else if (span !== '') out.push(span);
  };
  pieces
    .filter((piece) => piece !== undefined)
    .forEach((piece, i) => {
      if (i > 0) add(between);
      for (const span of isLine(piece) ? piece : [typeof piece === 'number' ? count(piece) : piece]) add(span);
    });
  return out;
}

function isLine(piece: Exclude<Piece, undefined>): piece is Line {
  return Array.isArray(piece);
}

export function time(iso: string): Span {
  return { time: iso, style: 'time' };
}

export function seconds(iso: string): Span {
  return { time: iso, style: 'seconds' };
}

export function user(id: string): Span {
  return { user: id };
}

export function bold(text: string): Span {
  return { bold: text };
}

/** `94 s`, `11 min`, `5 h 02 min`, `3 days`. */
export function duration(inSeconds: number): string {
  const s = Math.max(0, Math.round(inSeconds));
  if (s < 100) return `${s} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.round(hours / 24)} days`;
}

export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** `11 min ago`, `just now`. */
export function ago(iso: string, now: string): string {
  const s = secondsBetween(iso, now);
  return s < 5 ? 'just now' : `${duration(s)} ago`;
}

/** `1,480`, `0.4`: thousands apart, no more digits than a person can use. */
export function count(value: number): string {
  const rounded = Math.abs(value) >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
  return rounded.toLocaleString('en-US');
}

/** `35 G`, `310 M`, `4 M`, `12 k`, `840`. */
export function approximately(value: number): string {
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= size) return `${count(value / size)} ${letter}`;
  }
  return count(value);
}

/** `1 commit`, `7 releases`, `no queries`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return value === 1 ? `1 ${one}` : `${value === 0 ? 'no' : count(value)} ${many}`;
}

export function errorsAMinute(value: number): string {
  return `${count(value)} ${count(value) === '1' ? 'error' : 'errors'}/min`;
}

/** As people say a commit: seven digits. A version that is no sha stays as it is. */
export function shortSha(sha: string): string {
  return /^[0-9a-f]{8,64}$/i.test(sha) ? sha.slice(0, 7) : sha;
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `a, b, c and 4 more`. */
export function firstFew(items: readonly string[], most: number): string {
  return items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
}

export function upperFirst(text: string): string {
  // An address at the beginning stays one.
  return /^[a-z+]{2,12}:\/\//.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

export function plusMinutes(iso: string, minutes: number): string {
  return new Date(Date.parse(iso) + minutes * 60_000).toISOString();
}
