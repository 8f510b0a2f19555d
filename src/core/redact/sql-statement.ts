import { quotedAt } from './value.ts';

/** Stands for a literal, as in a fingerprint. */
export const LITERAL = '?';

/** What stood before the next character: it tells a value from a name. */
type Before = 'start' | 'operator' | 'open' | 'comma' | 'keyword' | 'word' | 'name' | 'value' | 'close';

/** Where the statement ends, and what stands for it. */
export interface Masked {
  text: string;
  end: number;
}

/** What is known of the place where the statement stands. */
export interface Around {
  /** The quote that it stands in, with its backslashes. */
  enclosing: string;
  /** The text complains of a value that is too large: the ids that are just too large stay. */
  outOfRange: boolean;
  /** A migration prints its own source: a status in it is no customer's. */
  ownSource: boolean;
}

interface Walk extends Around {
  text: string;
  at: number;
  out: string;
  /** Up to here the text is copied or replaced. */
  done: number;
  before: Before;
  /** Left of the last operator stood a quoted name: a bare word after it is then a value (Laravel writes them without quotes). */
  named: boolean;
  word: string;
  /** Of each open parenthesis: whether it holds names of columns. */
  open: boolean[];
  /** MySQL's backticks were seen: double quotes are then texts, elsewhere they may be names. */
  backticks: boolean;
}

/** Where a server's own words go on after the statement that they quote. */
const SERVER_WORDS =
  /(?:Duplicate (?:entry|key|column)|Unknown (?:column|table|database)|Table '|Column '|Field '|Column count|Cannot (?:add|delete|drop|truncate)|Can't |Data (?:too long|truncated)|Out of range|Incorrect |Lock wait|Deadlock|You have an error|ER_[A-Z]|[A-Z]?\w{0,40}Error\b|ERROR\b|SQLSTATE|duplicate key|violates |relation "|column "\w{1,64}" |syntax error|Check constraint|Invalid |Specified key|Truncated |with params|PARAMETERS|Params:|\[?parameters:|at line \d)/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:0x[0-9a-f]+|\d[\w.]*)/iy;
const KEYWORD =
  /^(?:select|distinct|from|where|and|or|not|in|like|ilike|rlike|regexp|between|is|null|values?|set|into|on|using|join|left|right|inner|outer|cross|group|order|by|having|limit|offset|as|case|when|then|else|end|union|all|any|exists|returning|escape|interval|duplicate|key|update|delete|insert|replace|ignore|conflict|do|nothing|with|for|asc|desc|true|false|default|div|mod)$/;
/** Ends a value, though it is a word. */
const CONSTANT = /^(?:null|true|false|default|asc|desc|end|nothing)$/;
/** A quoted text after one of these is a value, a double-quoted one too. */
const OPERATOR_WORD = /^(?:like|ilike|rlike|regexp|between|escape|interval|in|values?)$/;
/** Its parenthesis holds names. */
const NAMES_BEFORE = /^(?:into|key|index|references|using|unique|conflict|primary)$/;
const STATUS = /^[a-z_]{1,20}$/;
const NAME_SHAPE = /^[A-Za-z_][\w$ -]{0,63}$/;
/** A line that goes on with the statement. */
const NEXT_LINE =
  /[ \t]{0,80}(?:[()'"`,=*]|(?:select|from|where|and|or|set|values|on|using|join|left|right|inner|outer|cross|group|order|having|limit|offset|union|returning|when|else|end|case|as|in|not|like|between|is|for|into)\b)/iy;
const INSIDE_LINE = /[ \t]{0,80}[\w$'"`(),.?:%@+-]/y;
/** Ends a value that stands without quotes. */
const RAW_END = /\s(?:and|or|limit|order by|group by|having|for update|on duplicate|union|offset|returning|where)\b|,\s?[`"]|[\n;]/i;
/** A value without quotes is looked for so far. */
const LONGEST_RAW = 2_000;
const QUERY = /^\(\s{0,8}\(?\s{0,8}(?:select|with)\b/i;
/** A parenthesis that closes what the statement stands in. */
const CLOSED = /\)(?:[\s,;.)\]}"'\\]|$)/;
/** Integers that a 32-bit column just cannot hold: what a range error is about. */
const JUST_TOO_LARGE = { from: 2 ** 31 - 1, to: 2 ** 33 };

/** The statement that starts here with its literals as `?`. Ends where nothing of a statement follows: what a server says after it stays. */
export function maskStatement(text: string, start: number, { enclosing, outOfRange, ownSource }: Around): Masked {
  const walk: Walk = {
    text,
    at: start,
    out: '',
    done: start,
    before: 'start',
    named: false,
    word: '',
    open: [],
    enclosing,
    backticks: false,
    outOfRange,
    ownSource,
  };
  while (walk.at < text.length && step(walk));
  return { text: walk.out + text.slice(walk.done, walk.at), end: walk.at };
}

/** One token. False: the statement ends before it. */
function step(walk: Walk): boolean {
  const c = walk.text.charAt(walk.at);
  if (c === '\n' || walk.text.startsWith('\\n', walk.at)) return newLine(walk, c === '\n' ? 1 : 2);
  if (/\s/.test(c)) return move(walk, 1);
  if (c === ';' || c === ']' || c === '}') return false;
  if (c === '|' && /\s/.test(walk.text.charAt(walk.at + 1) || ' ')) return false;
  if (takesRaw(walk, c)) return rawValue(walk);
  if (c === '`') return backtick(walk);
  if (c === "'" || c === '"' || (c === '\\' && /^\\{1,15}["']/.test(walk.text.slice(walk.at, walk.at + 16)))) return quoted(walk);
  if (/\d/.test(c)) return number(walk);
  if (/[A-Za-z_\u0080-\uffff]/.test(c)) return word(walk);
  return sign(walk, c);
}

function move(walk: Walk, by: number, before?: Before): true {
  walk.at += by;
  if (before !== undefined) walk.before = before;
  return true;
}

/** What stands from `from` to `to` becomes `?`. */
function mask(walk: Walk, from: number, to: number): true {
  walk.out += walk.text.slice(walk.done, from) + LITERAL;
  walk.done = to;
  walk.at = to;
  walk.before = 'value';
  walk.named = false;
  return true;
}

function holds(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function newLine(walk: Walk, by: number): boolean {
  const goesOn = walk.open.length > 0 || walk.before === 'comma' || walk.before === 'operator' || walk.before === 'keyword';
  return holds(goesOn ? INSIDE_LINE : NEXT_LINE, walk.text, walk.at + by) === undefined ? false : move(walk, by);
}

function backtick(walk: Walk): boolean {
  if (walk.enclosing === '`' && (walk.before === 'close' || walk.before === 'value')) return false;
  const end = walk.text.indexOf('`', walk.at + 1);
  if (end < 0 || end - walk.at > 200) return move(walk, 1, 'word');
  walk.backticks = true;
  return move(walk, end + 1 - walk.at, 'name');
}

const wantsValue = (before: Before): boolean => before === 'operator' || before === 'open' || before === 'comma' || before === 'keyword';

function quoted(walk: Walk): boolean {
  const { text, at } = walk;
  const opening = /^\\{0,15}["']/.exec(text.slice(at, at + 16))?.[0] ?? '';
  const value = quotedAt(text, at + opening.length, opening);
  if (!wantsValue(walk.before) && (opening === walk.enclosing || value.close === '')) return false;
  const name = opening.endsWith('"') && !walk.backticks && isName(walk, value.text, value.end);
  if (name) return move(walk, value.end - at, 'name');
  if (walk.ownSource && STATUS.test(value.text)) return move(walk, value.end - at, 'value');
  // Two quotes in a row are one quote inside the text: both halves go.
  return walk.before === 'value' && walk.done === at ? skip(walk, value.end) : mask(walk, at, value.end);
}

function skip(walk: Walk, to: number): true {
  walk.done = to;
  return move(walk, to - walk.at);
}

/** PostgreSQL and SQLite quote names with double quotes. */
function isName(walk: Walk, inner: string, end: number): boolean {
  if (!NAME_SHAPE.test(inner)) return false;
  const next = walk.text.charAt(end);
  if (next === '.' || walk.text.charAt(walk.at - 1) === '.') return true;
  if (walk.before === 'operator' || (walk.before === 'keyword' && OPERATOR_WORD.test(walk.word))) return false;
  return walk.open.at(-1) ?? true;
}

function number(walk: Walk): boolean {
  const found = holds(NUMBER, walk.text, walk.at) ?? '';
  const value = /^\d+$/.test(found) ? Number(found) : 0;
  if (/^(?:limit|offset)$/.test(walk.word) && (walk.before === 'keyword' || walk.before === 'comma'))
    return move(walk, found.length, 'value');
  if (walk.outOfRange && value > JUST_TOO_LARGE.from && value < JUST_TOO_LARGE.to) return move(walk, found.length, 'value');
  return mask(walk, walk.at, walk.at + found.length);
}

function word(walk: Walk): boolean {
  if (holds(SERVER_WORDS, walk.text, walk.at) !== undefined) return false;
  const found = holds(WORD, walk.text, walk.at) ?? '';
  const lower = found.toLowerCase();
  walk.word = lower;
  const operator = OPERATOR_WORD.test(lower) && (walk.before !== 'name' || lower !== 'value');
  if (operator && walk.before === 'name') walk.named = true;
  move(walk, found.length, operator ? 'operator' : CONSTANT.test(lower) ? 'value' : KEYWORD.test(lower) ? 'keyword' : 'word');
  if (lower === 'into') return intoTable(walk);
  return lower === 'values' ? rows(walk) : true;
}

/** `INTO table (columns)`: the list holds names, whatever its quotes. */
function intoTable(walk: Walk): true {
  const found = holds(/\s{1,8}[\w`"\\.$]{1,200}\s{0,8}(?=\()/y, walk.text, walk.at);
  if (found === undefined) return true;
  walk.backticks ||= found.includes('`');
  walk.word = 'into';
  return move(walk, found.length, 'keyword');
}

/** Each row becomes `(?)`, whatever stands in it and however it is quoted. */
function rows(walk: Walk): true {
  for (;;) {
    const lead = holds(/\s{0,8},?\s{0,8}(?:row\s?)?(?=\()/iy, walk.text, walk.at);
    if (lead === undefined) return true;
    const from = walk.at + lead.length + 1;
    const to = endOfRow(walk.text, from);
    if (walk.outOfRange) return move(walk, lead.length);
    mask(walk, from, to);
    if (walk.text.charAt(to) !== ')') return true;
    move(walk, 1, 'close');
  }
}

/** `IN (…)` without a query in it. */
function list(walk: Walk): true {
  mask(walk, walk.at + 1, endOfRow(walk.text, walk.at + 1));
  return walk.text.charAt(walk.at) === ')' ? move(walk, 1, 'close') : true;
}

/** Of its closing parenthesis, or of the line when there is none. */
function endOfRow(text: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < text.length && text.charAt(at) !== '\n') {
    const c = text.charAt(at);
    const before = text.charAt(at - 1);
    if ((c === "'" || c === '"') && !/\w/.test(before)) {
      const opening = /\\{0,15}$/.exec(text.slice(Math.max(start, at - 15), at))?.[0] + c;
      const value = quotedAt(text, at + 1, opening);
      // Without an end it was an apostrophe of a value without quotes.
      at = value.close === '' ? at + 1 : value.end;
      continue;
    }
    if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return at;
    at++;
  }
  return at;
}

/** After `` `name` = `` neither a quote, nor a placeholder, nor a call, nor another name: a value that stands there as it is. */
function takesRaw(walk: Walk, c: string): boolean {
  if (walk.before !== 'operator' || !walk.named || !/[\w+\u0080-\uffff]/.test(c)) return false;
  const found = /^\w+/.exec(walk.text.slice(walk.at, walk.at + 64))?.[0] ?? '';
  return (
    !KEYWORD.test(found.toLowerCase()) &&
    !(walk.outOfRange && /^\d+$/.test(found)) &&
    !/^(?:\(|\.[`"\\])/.test(walk.text.slice(walk.at + found.length, walk.at + found.length + 2))
  );
}

function rawValue(walk: Walk): true {
  const ahead = walk.text.slice(walk.at, walk.at + LONGEST_RAW);
  const next = RAW_END.exec(ahead)?.index ?? ahead.length;
  const close = walk.open.length === 0 ? ahead.search(CLOSED) : ahead.indexOf(')');
  return mask(walk, walk.at, walk.at + (close < 0 ? next : Math.min(close, next)));
}

function sign(walk: Walk, c: string): boolean {
  if (c === '(') {
    if (walk.before === 'operator' && walk.word === 'in' && !walk.outOfRange && !QUERY.test(walk.text.slice(walk.at, walk.at + 20)))
      return list(walk);
    walk.open.push(walk.before === 'keyword' ? NAMES_BEFORE.test(walk.word) || walk.word === 'select' : walk.before === 'word');
    return move(walk, 1, 'open');
  }
  if (c === ')') return walk.open.pop() === undefined ? false : move(walk, 1, 'close');
  if (c === ',') return move(walk, 1, 'comma');
  if ('=<>!~'.includes(c)) {
    walk.named = walk.before === 'name' || (walk.before === 'operator' && walk.named);
    return move(walk, 1, 'operator');
  }
  if ('+-*/%|&^'.includes(c)) return move(walk, 1, walk.before === 'operator' ? 'operator' : 'keyword');
  if (/[$:@?]/.test(c)) return move(walk, /^[$:@?]+\w*/.exec(walk.text.slice(walk.at, walk.at + 80))?.[0].length ?? 1, 'value');
  return move(walk, 1, c === '.' ? 'keyword' : 'word');
}
