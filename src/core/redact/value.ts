/** Where the value that starts at `start` ends, and the quote it stands in. */
export interface Value {
  open: string;
  text: string;
  close: string;
  end: number;
}

const OPENING = /[ub]?(\\{0,15}["'])/y;
/** A comma, ampersand or the like ends a bare value only before white space or the next pair: passwords hold them, too. */
const NEXT_PAIR = /(?:\s|$|[\\"'{[:]{0,3}[\w.%-]{1,40}\\?["']?\s?[=:])/y;
/** A bracket or quote ends it when it closes what the pair stands in. */
const CLOSED = /(?:[\s,;:.)\]}"'`>|&\\]|$)/y;

export function valueAt(text: string, start: number): Value {
  OPENING.lastIndex = start;
  const quote = OPENING.exec(text)?.[1];
  return quote === undefined ? bareAt(text, start) : quotedAt(text, OPENING.lastIndex, quote);
}

/** Up to the quote that closes it or what it is nested in, or the end of the line when it was cut off. */
export function quotedAt(text: string, start: number, quote: string): Value {
  const mark = quote.slice(-1);
  let backslashes = 0;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') return { open: quote, text: text.slice(start, i), close: '', end: i };
    if (c === mark && closes(backslashes, quote.length - 1)) {
      const from = i - backslashes;
      return { open: quote, text: text.slice(start, from), close: text.slice(from, i + 1), end: i + 1 };
    }
    backslashes = c === '\\' ? backslashes + 1 : 0;
  }
  return { open: quote, text: text.slice(start), close: '', end: text.length };
}

/** A quote after this many backslashes closes the text whose opening quote stood after `nested`. */
function closes(backslashes: number, nested: number): boolean {
  if (backslashes % 2 === 0) return true;
  return nested > 0 && (backslashes <= nested || ((backslashes - 1) / 2) % 2 === 0);
}

export function bareAt(text: string, start: number): Value {
  let end = start;
  while (end < text.length && !endsAt(text, end)) end++;
  return { open: '', text: text.slice(start, end), close: '', end };
}

function endsAt(text: string, at: number): boolean {
  const c = text.charAt(at);
  if (/\s/.test(c)) return true;
  if (',;&|'.includes(c)) return holds(NEXT_PAIR, text, at + 1);
  return ')]}"\'`>\\'.includes(c) ? holds(CLOSED, text, at + 1) : text.startsWith('</', at);
}

function holds(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
