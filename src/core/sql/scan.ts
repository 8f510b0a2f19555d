import { HASH_SEED, HASH_STEP, wordFlags, wordFlagsOf, wordIndex, words } from './words.ts';

/*
 * One pass over a statement, left to right, that reduces it to its shape: literals become `?`, comments and white space vanish, lists and rows
 * that repeat an element collapse, keywords fold to lower case. Every token is mixed into a 64-bit state; text is only written when a tape is
 * given, so a list of 50,000 statements costs no text per row. Every character is read a bounded number of times, whatever the input.
 */

/** The tokens of the shape, in order. A token that ends in `(` binds to the next without a space. */
export type Tape = string[];

/*
 * What the pass reads at every byte is bound here once more: the engine knows a constant of this module by its value, an import only by its place,
 * and asks there each time (a seventh of the whole).
 */
const SEED = HASH_SEED;
const STEP = HASH_STEP;
const flagsOf = wordFlagsOf;
const IS_CALL = wordFlags.call;
const IS_CONSTANT = wordFlags.constant;
const IS_KEYWORD = wordFlags.keyword;
const IS_LIST = wordFlags.list;
const IS_OPEN = wordFlags.open;
const IS_QUERY = wordFlags.query;
const IS_ROW = wordFlags.row;
const IS_ROWS = wordFlags.rows;
const IS_TEST = wordFlags.test;

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

/** By byte; those of characters beyond ASCII are parts of words. */
const CLASS = new Uint8Array(256).fill(LOWER).fill(OTHER, 0, 128);
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

const MARK_CODE = 63;
const LESS = 60;
const EQUAL = 61;
const GREATER = 62;

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

/** The state of an element that is one literal. */
const LITERAL_A = mixA(A_SEED, MARK_CODE);
const LITERAL_B = mixB(B_SEED, MARK_CODE);

/** 53 bits of the state as one exact number. */
export const keyOf = (a: number, b: number): number => (a >>> 0) * 0x200000 + (b & 0x1fffff);

/** The byte there. Behind the end stand zeros. */
const at = (sql: Uint8Array, i: number): number => sql[i] ?? 0;

/** Index behind the line; beyond the end when it is the last. */
function lineEnd(sql: Uint8Array, from: number, n: number): number {
  let i = from;
  while (i < n && at(sql, i) !== 10) i++;
  return i + 1;
}

/** Index behind a comment; beyond the end when it is not closed. */
function commentEnd(sql: Uint8Array, from: number, n: number): number {
  let i = from;
  while (i < n && !(at(sql, i) === 42 && at(sql, i + 1) === 47)) i++;
  return i < n ? i + 2 : n + 1;
}

/** Index behind a quoted string; beyond the end when it is not closed. Doubled quotes and backslashes stay inside. */
function stringEnd(sql: Uint8Array, from: number, n: number, quote: number): number {
  let i = from;
  while (i < n) {
    const c = at(sql, i++);
    if (c === 92) i++;
    else if (c === quote) {
      if (at(sql, i) !== quote) return i;
      i++;
    }
  }
  return n + 1;
}

/** Index behind a number, -1 when it is an identifier that begins with digits. */
function numberEnd(sql: Uint8Array, from: number): number {
  let i = from + 1;
  let kind = CLASS[at(sql, i)] ?? OTHER;
  while (kind === DIGIT) kind = CLASS[at(sql, ++i)] ?? OTHER;
  if (kind >= WORD_END && kind !== DOT) return i;
  i = from;
  const second = at(sql, i + 1) | 32;
  if (at(sql, i) === 48 && (second === 120 || second === 98)) {
    i += 2;
    while (isHex(at(sql, i))) i++;
    return isWord(at(sql, i)) ? -1 : i;
  }
  while (isDigit(at(sql, i))) i++;
  if (at(sql, i) === 46) {
    i++;
    while (isDigit(at(sql, i))) i++;
  }
  if ((at(sql, i) | 32) === 101) {
    const sign = at(sql, i + 1);
    const digits = sign === 43 || sign === 45 ? i + 2 : i + 1;
    if (isDigit(at(sql, digits)) || at(sql, digits) === 0) {
      i = digits;
      while (isDigit(at(sql, i))) i++;
    }
  }
  return isWord(at(sql, i)) ? -1 : i;
}

/**
 * Index behind the last comma of the plain literals that go on from here in a list whose first element is one: they add nothing to the shape.
 * Long lists are a good part of what a process list holds. What is no such literal is left to the whole scan.
 */
function behindLiterals(sql: Uint8Array, from: number, n: number): number {
  let behind = from;
  for (;;) {
    let i = afterSpace(sql, behind, n);
    let c = at(sql, i);
    if (c === 45 || c === 43) c = at(sql, ++i);
    if (isDigit(c)) i = numberEnd(sql, i);
    else if (c === 39) i = stringEnd(sql, i + 1, n, c);
    else return behind;
    if (i < 0 || i > n) return behind;
    i = afterSpace(sql, i, n);
    if (at(sql, i) !== 44) return behind;
    behind = i + 1;
  }
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isHex = (c: number): boolean => (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 102);
/** NaN, beyond the end, is no word. */
const isWord = (c: number): boolean => (CLASS[c] ?? OTHER) < WORD_END;

/** Index of the next character that is not white space. */
function afterSpace(sql: Uint8Array, from: number, n: number): number {
  let i = from;
  while (i < n && at(sql, i) <= 32) i++;
  return i;
}

/** Index of the next character that is neither white space nor comment. */
function afterGap(sql: Uint8Array, from: number, n: number): number {
  let i = from;
  for (;;) {
    i = afterSpace(sql, i, n);
    const c = at(sql, i);
    const block = c === 47 && at(sql, i + 1) === 42;
    if (!block && c !== 35 && !(c === 45 && at(sql, i + 1) === 45 && !(at(sql, i + 2) > 32))) return i;
    i = block ? commentEnd(sql, i + 2, n) : lineEnd(sql, i, n);
    if (i > n) return n;
  }
}

/** Where a `_charset'…'`, `x'…'`, `b'…'` or `n'…'` has its quote; -1 when the word is none. */
function introduced(sql: Uint8Array, start: number, end: number, n: number): number {
  const first = at(sql, start);
  if (first === 95) {
    const quote = afterSpace(sql, end, n);
    const c = at(sql, quote);
    return c === 39 || c === 34 ? quote : -1;
  }
  if (end !== start + 1 || at(sql, end) !== 39) return -1;
  const letter = first | 32;
  return letter === 120 || letter === 98 || letter === 110 ? end : -1;
}

/** Length of the operator that begins here: `<=>` and `->>` have three characters, some two, the rest one. */
function operatorLength(sql: Uint8Array, i: number, c: number): number {
  const next = at(sql, i + 1);
  if (c === LESS) return next === EQUAL ? (at(sql, i + 2) === GREATER ? 3 : 2) : next === GREATER || next === LESS ? 2 : 1;
  if (c === GREATER) return next === EQUAL || next === GREATER ? 2 : 1;
  if (c === 45) return next === GREATER ? (at(sql, i + 2) === GREATER ? 3 : 2) : 1;
  if (c === 33 || c === 58) return next === EQUAL ? 2 : 1;
  return (c === 124 || c === 38) && next === c ? 2 : 1;
}

/** Index in `words` of a word in mixed case; -1 when it is none of ours. */
function foldedIndex(sql: Uint8Array, start: number, end: number): number {
  let h = SEED;
  for (let i = start; i < end; i++) {
    const c = at(sql, i);
    h = Math.imul(h ^ (c >= 65 && c <= 90 ? c + 32 : c), STEP);
  }
  return wordIndex(h);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Read beyond the end at most; zeros, which are white space. */
const PAD = 8;
/** A buffer of this size is kept; larger statements bring their own. */
const KEPT = 256 * 1024;
const kept = new Uint8Array(KEPT);

const textOf = (sql: Uint8Array, from: number, to: number): string => decoder.decode(sql.subarray(from, to));

/** Where a closing `...` or `…` begins, with which tools mark what they have cut; the length when there is none. */
function markOfCut(sql: Uint8Array, n: number): number {
  let end = n;
  while (end > 0 && at(sql, end - 1) <= 32) end--;
  const [a, b, c] = end < 3 ? [0, 0, 0] : [at(sql, end - 3), at(sql, end - 2), at(sql, end - 1)];
  return (a === 46 && b === 46 && c === 46) || (a === 0xe2 && b === 0x80 && c === 0xa6) ? end - 3 : n;
}

/**
 * Key of the statement's shape, 53 bits; negative when the statement is cut. Bytes are scanned, not the string: strings come in many
 * representations (whole, sliced, joined, of one or two bytes a character), and a scan that has met them all is half as fast.
 */
export function scan(sql: string, tape?: Tape): number {
  const buffer = sql.length * 3 + PAD > KEPT ? new Uint8Array(sql.length * 3 + PAD) : kept;
  const { written } = encoder.encodeInto(sql, buffer);
  const n = markOfCut(buffer, written);
  // Not by fill(): for so few bytes its call costs more than they do.
  for (let i = n; i < written + PAD; i++) buffer[i] = 0;
  return scanBytes(buffer, n, n < written, tape);
}

/**
 * Key of the shape of the first n bytes, behind which zeros stand; negative when the statement is cut: it ends inside a string, comment, name or parenthesis, or where no
 * statement ends. Writes the tokens to the tape when there is one.
 */
export function scanBytes(sql: Uint8Array, n: number, marked: boolean, tape?: Tape): number {
  let i = 0;
  let a = A_SEED;
  let b = B_SEED;
  let depth = 0;
  let before = AT_START;
  let cut = marked;
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
    const c = at(sql, i);
    const kind = CLASS[c] ?? OTHER;
    if (kind === SPACE) {
      i++;
      continue;
    }

    // Comments, and the mark of a cut.
    if (kind >= DOT) {
      if (kind === HASH || (kind === MINUS && at(sql, i + 1) === 45 && !(at(sql, i + 2) > 32))) {
        i = lineEnd(sql, i, n);
        // Dots that end a comment cut nothing.
        if (i > n) cut &&= !marked;
        continue;
      }
      if (kind === SLASH && at(sql, i + 1) === 42) {
        const executes = at(sql, i + 2);
        if (executes === 33 || (executes === 77 && at(sql, i + 3) === 33)) {
          executable++;
          i += executes === 33 ? 3 : 4;
          while (isDigit(at(sql, i))) i++;
          continue;
        }
        i = commentEnd(sql, i + 2, n);
        cut ||= i > n;
        continue;
      }
      if (executable > 0 && kind === STAR && at(sql, i + 1) === 47) {
        executable--;
        i += 2;
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
      w = SEED;
      while (i < n) {
        const d = at(sql, i);
        const k = CLASS[d] ?? OTHER;
        if (k >= WORD_END) break;
        seen |= k;
        w = Math.imul(w ^ d, STEP);
        v = (Math.imul(v, 31) + d) | 0;
        i++;
      }
      const quote = c === 95 || i === start + 1 ? introduced(sql, start, i, n) : -1;
      if (quote >= 0) {
        i = stringEnd(sql, quote + 1, n, at(sql, quote));
        literal = true;
      } else {
        let index = before === AT_DOT ? -1 : wordIndex(w);
        if (index < 0 && (seen & UPPER) !== 0 && before !== AT_DOT) index = foldedIndex(sql, start, i);
        const known = index < 0 ? 0 : (flagsOf[index] ?? 0);
        if (index < 0 || ((known & IS_CALL) !== 0 && at(sql, afterGap(sql, i, n)) !== 40)) {
          now = AT_WORD;
          if (tape) text = textOf(sql, start, i);
        } else if ((known & IS_CONSTANT) !== 0 && before < AT_TEST) {
          literal = true;
        } else {
          flags = known;
          w = index;
          v = index;
          if (tape) text = words[index] ?? '';
          now = (flags & IS_TEST) !== 0 ? AT_TEST : (flags & IS_KEYWORD) !== 0 ? AT_KEYWORD : AT_WORD;
        }
      }
    } else if (kind === DIGIT || (kind === DOT && before !== AT_WORD && before !== AT_CLOSE && isDigit(at(sql, i + 1)))) {
      const end = numberEnd(sql, i);
      if (end < 0) {
        w = SEED;
        while (isWord(at(sql, i))) {
          const d = at(sql, i++);
          w = Math.imul(w ^ d, STEP);
          v = (Math.imul(v, 31) + d) | 0;
        }
        if (i === start) i++;
        now = AT_WORD;
        if (tape) text = textOf(sql, start, i);
      } else {
        i = end;
        literal = true;
      }
    } else if (kind === QUOTE) {
      i = stringEnd(sql, i + 1, n, c);
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
        const d = at(sql, i++);
        if (d === 96) {
          if (at(sql, i) !== 96) {
            closed = true;
            break;
          }
          i++;
        }
        w = Math.imul(w ^ d, STEP);
        v = (Math.imul(v, 31) + d) | 0;
      }
      cut ||= !closed;
      now = AT_WORD;
      if (tape) text = closed ? textOf(sql, start, i) : `${textOf(sql, start, i)}\``;
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
          w = Math.imul(w, STEP) ^ at(sql, i++);
        }
        v = w;
      }
      if (tape) text = textOf(sql, start, i);
    }
    if (literal) {
      if (i > n) cut = true;
      w = MARK_CODE;
      v = MARK_CODE;
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
      if ((flags & IS_ROW) !== 0) {
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
      if (before === AT_OPEN && (flags & IS_QUERY) !== 0) {
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
          if (frame.firstA === LITERAL_A && frame.firstB === LITERAL_B) i = behindLiterals(sql, i, n);
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

    if ((flags & IS_ROWS) !== 0 && depth < DEPTH) {
      rowsAt = depth;
      heldComma = false;
      const next = frames[depth];
      if (next !== undefined) {
        next.elements = 0;
        next.others = undefined;
      }
    }
    afterList = (flags & IS_LIST) !== 0;
    afterCall = (flags & IS_CALL) !== 0;
    endsOpen = (flags & IS_OPEN) !== 0 || now === AT_OPERATOR || now === AT_DOT || now === AT_COMMA;
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
