import { HASH_SEED, HASH_STEP, wordFlags, wordFlagsOf, wordIndex, words } from './words.ts';

/*
 * One pass over a statement, left to right, that reduces it to its shape: literals become `?`, comments and white space vanish, lists and rows
 * that repeat an element collapse, keywords fold to lower case. Every token is mixed into a 64-bit state; text is only written when a tape is
 * given, so a list of 50,000 statements costs no text per row. Every character is read a bounded number of times, whatever the input.
 */

/** The tokens of the shape, in order. A token that ends in `(` binds to the next without a space. */
export type Tape = string[];

/** Classes of ASCII characters. Below WORD_END: part of a word. */
const LOWER = 1;
const DIGIT = 2;
const UPPER = 4;
const WORD_END = 8;
const SPACE = 8;
const QUOTE = 9;
const BACKTICK = 10;
const OPEN = 11;
const CLOSE = 12;
const COMMA = 13;
const DOT = 14;
const SEMICOLON = 15;
const HASH = 16;
const MINUS = 17;
const PLUS = 18;
const SLASH = 19;
const MARK = 20;
const STAR = 21;
const OTHER = 22;
const ELLIPSIS = 23;

/** By UTF-16 unit; all of them, so that the scan needs no bounds check. */
const CLASS = new Uint8Array(65536).fill(LOWER).fill(OTHER, 0, 128);
for (let c = 0; c <= 32; c++) CLASS[c] = SPACE;
for (let c = 48; c <= 57; c++) CLASS[c] = DIGIT;
for (let c = 65; c <= 90; c++) {
  CLASS[c] = UPPER;
  CLASS[c + 32] = LOWER;
}
for (const [chars, kind] of [
  ['_$@', LOWER],
  ['\'"', QUOTE],
  ['`', BACKTICK],
  ['(', OPEN],
  [')', CLOSE],
  [',', COMMA],
  ['.', DOT],
  [';', SEMICOLON],
  ['#', HASH],
  ['-', MINUS],
  ['+', PLUS],
  ['/', SLASH],
  ['?', MARK],
  ['*', STAR],
  ['…', ELLIPSIS],
] as const) {
  for (const char of chars) CLASS[char.charCodeAt(0)] = kind;
}

/** What stood before: below VALUE a value may follow, so a sign belongs to the literal. */
const AT_START = 0;
const AT_KEYWORD = 1;
const AT_OPERATOR = 2;
const AT_OPEN = 3;
const AT_COMMA = 4;
const AT_TEST = 5;
const VALUE = 6;
const AT_LITERAL = 6;
const AT_WORD = 7;
const AT_CLOSE = 8;
const AT_DOT = 9;

/** What a parenthesis holds. */
const PLAIN = 0;
const LIST = 1;
const ROW = 2;

/** Parentheses nested deeper than this are still balanced, but no longer collapsed. */
const DEPTH = 64;
/** Different elements remembered per list. */
const ELEMENTS = 256;

interface Frame {
  kind: number;
  /** State before the element in hand. */
  baseA: number;
  baseB: number;
  /** Length of the tape before the element in hand. */
  mark: number;
  elements: number;
  firstA: number;
  firstB: number;
  /** Elements after the first that differ from it; made when there is one. */
  others: Set<number> | undefined;
}

const frames: readonly Frame[] = Array.from({ length: DEPTH }, () => ({
  kind: PLAIN,
  baseA: 0,
  baseB: 0,
  mark: 0,
  elements: 0,
  firstA: 0,
  firstB: 0,
  others: undefined,
}));

const A_SEED = 0x1b873593;
const B_SEED = 0x6d2b79f5;
const A_STEP = 0x85ebca6b;
const B_STEP = 0xc2b2ae35;

const mixA = (a: number, w: number): number => {
  const x = Math.imul(a ^ w, A_STEP);
  return (x << 13) | (x >>> 19);
};
const mixB = (b: number, w: number): number => {
  const x = Math.imul(b + w, B_STEP);
  return (x << 15) | (x >>> 17);
};

/** 53 bits of the state as one exact number. */
export const keyOf = (a: number, b: number): number => (a >>> 0) * 0x200000 + (b & 0x1fffff);

/** The UTF-16 unit, 0 beyond the end: reading NaN there would cost the engine its optimised code. */
const unit = (sql: string, i: number): number => (i < sql.length ? sql.charCodeAt(i) : 0);

/** Index behind a quoted string; beyond the end when it is not closed. Doubled quotes and backslashes stay inside. */
function stringEnd(sql: string, from: number, quote: number): number {
  const n = sql.length;
  let i = from;
  while (i < n) {
    const c = unit(sql, i++);
    if (c === 92) i++;
    else if (c === quote) {
      if (i >= n || unit(sql, i) !== quote) return i;
      i++;
    }
  }
  return n + 1;
}

/** Index behind a number, -1 when it is an identifier that begins with digits. */
function numberEnd(sql: string, from: number): number {
  let i = from + 1;
  const n = sql.length;
  let kind = DIGIT;
  while (i < n) {
    kind = CLASS[unit(sql, i)] ?? SPACE;
    if (kind !== DIGIT) break;
    i++;
  }
  if (i >= n || (kind >= WORD_END && kind !== DOT)) return i;
  i = from;
  const second = unit(sql, i + 1) | 32;
  if (unit(sql, i) === 48 && (second === 120 || second === 98)) {
    i += 2;
    while (isHex(unit(sql, i))) i++;
    return isWord(unit(sql, i)) ? -1 : i;
  }
  while (isDigit(unit(sql, i))) i++;
  if (unit(sql, i) === 46) {
    i++;
    while (isDigit(unit(sql, i))) i++;
  }
  if ((unit(sql, i) | 32) === 101) {
    const sign = unit(sql, i + 1);
    const digits = sign === 43 || sign === 45 ? i + 2 : i + 1;
    if (isDigit(unit(sql, digits)) || digits >= sql.length) {
      i = digits;
      while (isDigit(unit(sql, i))) i++;
    }
  }
  return isWord(unit(sql, i)) ? -1 : i;
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isHex = (c: number): boolean => (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 102);
/** NaN, beyond the end, is no word. */
const isWord = (c: number): boolean => (CLASS[c] ?? OTHER) < WORD_END;

/** Index of the next character that is not white space. */
function afterSpace(sql: string, from: number): number {
  const n = sql.length;
  let i = from;
  while (i < n && unit(sql, i) <= 32) i++;
  return i;
}

/** Index of the next character that is neither white space nor comment. */
function afterGap(sql: string, from: number): number {
  let i = from;
  for (;;) {
    i = afterSpace(sql, i);
    const c = unit(sql, i);
    const block = c === 47 && unit(sql, i + 1) === 42;
    if (!block && c !== 35 && !(c === 45 && unit(sql, i + 1) === 45 && !(unit(sql, i + 2) > 32))) return i;
    const end = block ? sql.indexOf('*/', i + 2) : sql.indexOf('\n', i);
    if (end < 0) return sql.length;
    i = end + (block ? 2 : 1);
  }
}

/** Where a `_charset'…'`, `x'…'`, `b'…'` or `n'…'` has its quote; -1 when the word is none. */
function introduced(sql: string, start: number, end: number): number {
  const first = unit(sql, start);
  if (first === 95) {
    const at = afterSpace(sql, end);
    const c = unit(sql, at);
    return c === 39 || c === 34 ? at : -1;
  }
  if (end !== start + 1 || unit(sql, end) !== 39) return -1;
  const letter = first | 32;
  return letter === 120 || letter === 98 || letter === 110 ? end : -1;
}

/** Operators of two and three characters; the rest is one. */
const LONG_OPERATORS = ['<=>', '->>', '<=', '>=', '<>', '!=', ':=', '->', '||', '&&', '<<', '>>'];

function operatorLength(sql: string, i: number, c: number): number {
  if (c !== 60 && c !== 62 && c !== 33 && c !== 58 && c !== 45 && c !== 124 && c !== 38) return 1;
  return LONG_OPERATORS.find((operator) => sql.startsWith(operator, i))?.length ?? 1;
}

/** Index in `words` of a word in mixed case; -1 when it is none of ours. */
function foldedIndex(sql: string, start: number, end: number): number {
  let h = HASH_SEED;
  for (let i = start; i < end; i++) {
    const c = unit(sql, i);
    h = Math.imul(h ^ (c >= 65 && c <= 90 ? c + 32 : c), HASH_STEP);
  }
  return wordIndex(h);
}

/**
 * Key of the statement's shape, 53 bits; negative when the statement is cut: it ends inside a string, comment, name or parenthesis, or where no
 * statement ends. Writes the tokens to the tape when there is one.
 */
export function scan(sql: string, tape?: Tape): number {
  const n = sql.length;
  let i = 0;
  let a = A_SEED;
  let b = B_SEED;
  let depth = 0;
  let before = AT_START;
  let cut = false;
  let executable = 0;
  let afterList = false;
  let afterCall = false;
  let endsOpen = false;
  let semicolon = false;
  /** State before the signs in hand: they go when a literal follows. */
  let signed = false;
  let unsignedA = 0;
  let unsignedB = 0;
  let unsignedMark = 0;
  /** Depth at which rows of VALUES are being read, -1 when none; 1 more state: a comma after a row is held back until we know what follows. */
  let rowsAt = -1;
  let heldComma = false;

  while (i < n) {
    const c = sql.charCodeAt(i);
    const kind = CLASS[c] ?? OTHER;
    if (kind === SPACE) {
      i++;
      continue;
    }

    // Comments, and the mark of a cut.
    if (kind >= DOT) {
      if (kind === HASH || (kind === MINUS && unit(sql, i + 1) === 45 && !(unit(sql, i + 2) > 32))) {
        const line = sql.indexOf('\n', i);
        i = line < 0 ? n : line + 1;
        continue;
      }
      if (kind === SLASH && unit(sql, i + 1) === 42) {
        const executes = unit(sql, i + 2);
        if (executes === 33 || (executes === 77 && unit(sql, i + 3) === 33)) {
          executable++;
          i += executes === 33 ? 3 : 4;
          while (isDigit(unit(sql, i))) i++;
          continue;
        }
        const end = sql.indexOf('*/', i + 2);
        cut ||= end < 0;
        i = end < 0 ? n : end + 2;
        continue;
      }
      if (executable > 0 && kind === STAR && unit(sql, i + 1) === 47) {
        executable--;
        i += 2;
        continue;
      }
      if (kind === ELLIPSIS || (kind === DOT && i >= n - 4 && /^\.\.\.\s*$/.test(sql.slice(i)))) {
        cut = true;
        i = kind === ELLIPSIS ? i + 1 : n;
        continue;
      }
    }

    // One token: its hashes, its text on the tape, and what it means for the next.
    let w = 0;
    let v = 0;
    let text = '';
    let now = AT_OPERATOR;
    let flags = 0;
    const start = i;
    let literal = false;

    if (kind < WORD_END && !(kind === DIGIT && before !== AT_DOT)) {
      let seen = kind;
      w = HASH_SEED;
      while (i < n) {
        const d = sql.charCodeAt(i);
        const k = CLASS[d] ?? OTHER;
        if (k >= WORD_END) break;
        seen |= k;
        w = Math.imul(w ^ d, HASH_STEP);
        v = (Math.imul(v, 31) + d) | 0;
        i++;
      }
      const quote = c === 95 || i === start + 1 ? introduced(sql, start, i) : -1;
      if (quote >= 0) {
        i = stringEnd(sql, quote + 1, sql.charCodeAt(quote));
        literal = true;
      } else {
        let index = before === AT_DOT ? -1 : wordIndex(w);
        if (index < 0 && (seen & UPPER) !== 0 && before !== AT_DOT) index = foldedIndex(sql, start, i);
        const known = index < 0 ? 0 : (wordFlagsOf[index] ?? 0);
        if (index < 0 || ((known & wordFlags.call) !== 0 && unit(sql, afterGap(sql, i)) !== 40)) {
          now = AT_WORD;
          if (tape) text = sql.slice(start, i);
        } else if ((known & wordFlags.constant) !== 0 && before < AT_TEST) {
          literal = true;
        } else {
          flags = known;
          w = index;
          v = index;
          if (tape) text = words[index] ?? '';
          now = (flags & wordFlags.test) !== 0 ? AT_TEST : (flags & wordFlags.keyword) !== 0 ? AT_KEYWORD : AT_WORD;
        }
      }
    } else if (kind === DIGIT || (kind === DOT && before !== AT_WORD && before !== AT_CLOSE && isDigit(unit(sql, i + 1)))) {
      const end = numberEnd(sql, i);
      if (end < 0) {
        w = HASH_SEED;
        while (isWord(unit(sql, i))) {
          const d = sql.charCodeAt(i++);
          w = Math.imul(w ^ d, HASH_STEP);
          v = (Math.imul(v, 31) + d) | 0;
        }
        if (i === start) i++;
        now = AT_WORD;
        if (tape) text = sql.slice(start, i);
      } else {
        i = end;
        literal = true;
      }
    } else if (kind === QUOTE) {
      i = stringEnd(sql, i + 1, c);
      if (i > n) cut = true;
      if (before === AT_LITERAL) continue;
      literal = true;
    } else if (kind === MARK) {
      i++;
      literal = true;
    } else if (kind === BACKTICK) {
      w = 96;
      i++;
      let closed = false;
      while (i < n) {
        const d = sql.charCodeAt(i++);
        if (d === 96) {
          if (unit(sql, i) !== 96) {
            closed = true;
            break;
          }
          i++;
        }
        w = Math.imul(w ^ d, HASH_STEP);
        v = (Math.imul(v, 31) + d) | 0;
      }
      cut ||= !closed;
      now = AT_WORD;
      if (tape) text = closed ? sql.slice(start, i) : `${sql.slice(start, i)}\``;
    } else {
      w = c;
      v = c;
      i++;
      if (kind === COMMA) now = AT_COMMA;
      else if (kind === OPEN) now = AT_OPEN;
      else if (kind === CLOSE) now = AT_CLOSE;
      else if (kind === DOT) now = AT_DOT;
      else if (kind === STAR && (before < VALUE || before === AT_DOT)) now = AT_CLOSE;
      else {
        for (let more = operatorLength(sql, start, c); more > 1; more--) {
          w = Math.imul(w, HASH_STEP) ^ unit(sql, i++);
        }
        v = w;
      }
      if (tape) text = sql.slice(start, i);
    }
    if (literal) {
      if (i > n) cut = true;
      w = 63;
      v = 63;
      text = '?';
      now = AT_LITERAL;
    }

    if (signed && literal) {
      a = unsignedA;
      b = unsignedB;
      if (tape) tape.length = unsignedMark;
    }
    // A semicolon counts only when something follows it.
    if (kind === SEMICOLON) {
      semicolon = true;
      signed = false;
      continue;
    }
    if (semicolon) {
      semicolon = false;
      a = mixA(a, 59);
      b = mixB(b, 59);
      tape?.push(';');
      before = AT_START;
    }

    const sign = (kind === MINUS || kind === PLUS) && i === start + 1 && before < VALUE;
    if (sign && !signed) {
      unsignedA = a;
      unsignedB = b;
      unsignedMark = tape?.length ?? 0;
    }
    signed = sign;

    // Between two rows of VALUES.
    if (rowsAt === depth) {
      if (kind === COMMA && !heldComma && before === AT_CLOSE) {
        heldComma = true;
        before = AT_COMMA;
        continue;
      }
      if ((flags & wordFlags.row) !== 0) {
        before = AT_KEYWORD;
        continue;
      }
      if (now !== AT_OPEN) {
        rowsAt = -1;
        if (heldComma) {
          heldComma = false;
          a = mixA(a, 44);
          b = mixB(b, 44);
          tape?.push(',');
        }
      }
    }

    const frame =
      (before === AT_OPEN || now === AT_COMMA || now === AT_CLOSE) && depth > 0 && depth <= DEPTH ? frames[depth - 1] : undefined;
    if (frame !== undefined && frame.kind === LIST) {
      if (before === AT_OPEN && (flags & wordFlags.query) !== 0) {
        // A subquery, no list.
        frame.kind = PLAIN;
        a = frame.baseA;
        b = frame.baseB;
      } else if (now === AT_COMMA || now === AT_CLOSE) {
        const again = endElement(frame, a, b, tape);
        a = again ? frame.baseA : mixA(frame.baseA, a);
        b = again ? frame.baseB : mixB(frame.baseB, b);
        if (now === AT_COMMA) {
          frame.baseA = a;
          frame.baseB = b;
          if (tape) {
            frame.mark = tape.length;
            tape.push(',');
          }
          a = A_SEED;
          b = B_SEED;
          before = AT_COMMA;
          endsOpen = false;
          continue;
        }
      }
    }

    if (now === AT_OPEN) {
      const rowStarts = rowsAt === depth;
      const opened = depth < DEPTH ? frames[depth] : undefined;
      if (opened !== undefined && rowStarts) {
        opened.kind = ROW;
        opened.baseA = a;
        opened.baseB = b;
        opened.mark = tape?.length ?? 0;
        if (opened.elements > 0) tape?.push(',');
        heldComma = false;
        a = A_SEED;
        b = B_SEED;
      }
      depth++;
      a = mixA(a, w);
      b = mixB(b, v);
      if (tape) {
        if (afterCall && tape.length > 0) tape[tape.length - 1] += '(';
        else tape.push('(');
      }
      if (opened !== undefined && !rowStarts) {
        opened.kind = afterList ? LIST : PLAIN;
        if (afterList) {
          opened.baseA = a;
          opened.baseB = b;
          opened.mark = tape?.length ?? 0;
          opened.elements = 0;
          opened.others = undefined;
          a = A_SEED;
          b = B_SEED;
        }
      }
    } else {
      a = mixA(a, w);
      b = mixB(b, v);
      tape?.push(text);
      if (now === AT_CLOSE && kind === CLOSE && depth > 0) {
        depth--;
        const closed = depth < DEPTH ? frames[depth] : undefined;
        if (closed !== undefined && closed.kind === ROW) {
          const again = endElement(closed, a, b, tape);
          a = again ? closed.baseA : mixA(closed.baseA, a);
          b = again ? closed.baseB : mixB(closed.baseB, b);
          closed.kind = PLAIN;
          rowsAt = depth;
        }
      }
    }

    if ((flags & wordFlags.rows) !== 0 && depth < DEPTH) {
      rowsAt = depth;
      heldComma = false;
      const next = frames[depth];
      if (next !== undefined) {
        next.elements = 0;
        next.others = undefined;
      }
    }
    afterList = (flags & wordFlags.list) !== 0;
    afterCall = (flags & wordFlags.call) !== 0;
    endsOpen = (flags & wordFlags.open) !== 0 || now === AT_OPERATOR || now === AT_DOT || now === AT_COMMA;
    before = now;
  }

  cut ||= depth > 0 || executable > 0 || endsOpen || heldComma;
  // What is left open of lists and rows: an element that repeats, or was only begun, does not count.
  for (let d = Math.min(depth, DEPTH) - 1; d >= 0; d--) {
    const frame = frames[d];
    if (frame === undefined || frame.kind === PLAIN) continue;
    const begun = frame.elements > 0 && (frame.kind === ROW || (a === A_SEED && b === B_SEED));
    if (begun && tape) tape.length = frame.mark;
    const again = begun || endElement(frame, a, b, tape);
    a = again ? frame.baseA : mixA(frame.baseA, a);
    b = again ? frame.baseB : mixB(frame.baseB, b);
  }
  return cut ? -1 - keyOf(mixA(a, 0x2026), b) : keyOf(a, b);
}

/** Whether this list has had this element already; then its text is taken off the tape. Remembers it otherwise. */
function endElement(frame: Frame, a: number, b: number, tape: Tape | undefined): boolean {
  if (frame.elements === 0) {
    frame.elements = 1;
    frame.firstA = a;
    frame.firstB = b;
    return false;
  }
  const empty = a === A_SEED && b === B_SEED;
  if (!empty && (a !== frame.firstA || b !== frame.firstB)) {
    const key = keyOf(a, b);
    frame.others ??= new Set();
    if (!frame.others.has(key)) {
      if (frame.others.size < ELEMENTS) frame.others.add(key);
      frame.elements++;
      return false;
    }
  }
  if (tape) tape.length = frame.mark;
  return true;
}
