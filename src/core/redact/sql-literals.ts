import { type Hide, hide } from './mark.ts';
import { LITERAL, maskStatement } from './sql-statement.ts';

const NAME = '[\\w`"\\\\.$\\[\\]]{1,200}';
/** Where a statement, or a piece of one whose beginning was cut off, surely starts. */
const START = new RegExp(
  [
    'select\\s{1,8}(?:distinct\\b|count\\(|[\\w`"\\\\.$*(\'@?])',
    'insert\\s{1,8}(?:\\w{4,20}\\s{1,8})?into\\b',
    'replace\\s{1,8}into\\b',
    `update\\s{1,8}(?:ignore\\s{1,8}|only\\s{1,8})?${NAME}\\s{1,8}(?:(?:as\\s{1,8})?\\w{1,20}\\s{1,8})?set\\b`,
    'delete\\s{1,8}from\\b',
    'values\\s{0,8}\\((?!\\))',
    `where\\s{1,8}\\({0,4}${NAME}\\s{0,8}(?:[=<>!]|(?:not\\s{1,8})?(?:in|i?like|between)\\b)`,
    `(?:and|or|set)\\s{1,8}\\({0,4}[\\w\\\\.$]{0,60}[\`"]${NAME}\\s{0,8}[=<>!]`,
    'call\\s{1,8}\\w{1,64}\\(',
  ].join('|'),
  'gi',
);
const FROM = /\bfrom\b/gi;
/** A list of columns may be long. */
const FROM_WITHIN = 20_000;
const OUT_OF_RANGE = /out of range|overflow/i;

/** Literals of SQL become `?` wherever a statement is quoted in a log line or an error: data of customers, of no use to a diagnosis. */
export const sqlLiterals: readonly Hide[] = [
  hideLiterals,
  // PostgreSQL quotes the row that a constraint refused, MySQL's deadlock report the rows that were locked.
  hide(/(Failing row contains \()[^\n]+/g, (_, head = '') => `${head}${LITERAL}).`),
  hide(/(\bhex )[0-9a-f]+(; asc )[^\n]{0,400}?(?=;;|$)/gm, (_, hex = '', asc = '') => `${hex}${LITERAL}${asc}${LITERAL}`),
  // Values that a driver or mapper prints beside its statement.
  hide(
    /(\[parameters: |\bwith params |-- PARAMETERS: |\bParams: )([[{(])([^\n]*)/g,
    (_, head = '', open = '', list = '') => head + open + bound(list),
  ),
  hide(/(\bparameters: )(\$\d[^\n]*)/g, (_, head = '', list = '') => head + bound(list)),
  hide(/(\bbinding parameter \[?\(?\d{1,4}[^\n]{0,40}?(?:- |<- )\[)[^\n]*?(?=\]\s*$)/gm, (_, head = '') => head + LITERAL),
  hide(/\[\[\\?"[\w.]{1,64}\\?", ?[^\n]*/g, boundPairs),
  hide(/( near ')([^\n]{0,200}?)(?=' at line \d)/g, (_, head = '', piece = '') => head + fragment(piece)),
];

const QUOTED = String.raw`\\?"(?:[^"\\\n]|\\(?!")|\\"(?=[\w@])){0,4000}\\?"|'(?:[^'\\\n]|\\.){0,4000}'`;
/** `varchar(4)` keeps its length. */
const LONE_NUMBER = /(?<![\w`$.:@"'-]|\w\()\d[\w.:-]*/g;
/** Names of fields stay: `'email': 'x@y'`. */
const BOUND = new RegExp(`((?:${QUOTED})\\s?(?::|=>))|(?:${QUOTED})`, 'g');
/** Rails writes pairs: `["email", "x@y"]`. */
const PAIR = new RegExp(`(\\[\\\\?"[\\w.]{1,64}\\\\?", ?)(?:${QUOTED}|\\d[\\w.:-]*)`, 'g');

function bound(list: string): string {
  return list.replace(BOUND, (_, name: string | undefined) => name ?? LITERAL).replace(LONE_NUMBER, LITERAL);
}

function boundPairs(list: string): string {
  return list.replace(PAIR, `$1${LITERAL}`);
}

/** The piece may begin inside a literal: then its quotes are odd. */
function fragment(piece: string): string {
  const odd = (piece.match(/'/g)?.length ?? 0) % 2 === 1;
  return (odd ? piece.replace(/^[^']*'/, LITERAL) : piece).replace(/'[^'\n]*'|"[^"\n]*"/g, LITERAL).replace(LONE_NUMBER, LITERAL);
}

function hideLiterals(text: string): string {
  let out = '';
  let done = 0;
  let outOfRange: boolean | undefined;
  const from = nextFrom(text);
  for (const match of text.matchAll(START)) {
    const start = match.index;
    if (start < done || /[\w.]/.test(text.charAt(start - 1))) continue;
    if (/^select/i.test(match[0]) && !isQuery(text, start, from)) continue;
    outOfRange ??= OUT_OF_RANGE.test(text);
    const masked = maskStatement(text, start, { ...around(text, start), outOfRange });
    out += text.slice(done, start) + masked.text;
    done = masked.end;
  }
  return out + text.slice(done);
}

/** "Select an option" is no query. */
function isQuery(text: string, start: number, from: (at: number) => number): boolean {
  return from(start) - start <= FROM_WITHIN || /^select\s{1,8}(?:\w{1,40}\(|['"\d@])/i.test(text.slice(start, start + 60));
}

/** Finds the next FROM for growing places, reading the text once. */
function nextFrom(text: string): (at: number) => number {
  let next = -1;
  return (at) => {
    while (next < at) {
      FROM.lastIndex = Math.max(at, next + 1);
      next = FROM.exec(text)?.index ?? Number.POSITIVE_INFINITY;
    }
    return next;
  };
}

/** The quote that opens right before the statement, with its backslashes; and whether Rails prints a migration's own line. */
function around(text: string, start: number): { enclosing: string; ownSource: boolean } {
  const before = text.slice(Math.max(0, start - 16), start);
  return { enclosing: /\\{0,15}["'`]$/.exec(before)?.[0] ?? '', ownSource: /(?:^|\W)execute\("$/.test(before) };
}
