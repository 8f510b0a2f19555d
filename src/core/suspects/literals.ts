import { isSmall } from './words.ts';

/** Pieces of an error that stand in the code as they are: a path, a host, a port, a quoted name, the field that an error is about. */
export interface Literal {
  text: string;
  /** 0..1: how surely a changed line with it is what the error speaks of. */
  weight: number;
}

const TEXT_CHARS = 6_000;
const MOST = 40;

interface Grammar {
  /** The last group is the piece. */
  pattern: RegExp;
  weight: number;
  /** As it is sent: the code may write it with a capital. */
  sent?: true;
}

const grammars: readonly Grammar[] = [
  // `/v1/recommendations/for-user`: at least two parts, and no file of a stack.
  { pattern: /(?<![\w.])(?:https?:\/\/[^\s/"'<>]{1,200})?\/((?:[\w~-]{1,60}\/){1,8}[\w~.-]{1,60})(?![\w/])(?!:\d)/g, weight: 0.65 },
  // `payments.internal.acme.io`, and below the zone that it is in.
  { pattern: /(?<![\w.@/-])((?:[a-z\d-]{1,63}\.){2,6}[a-z]{2,12})(?![\w(])/g, weight: 0.65 },
  { pattern: /(?<![\w.@/-])[a-z\d-]{1,63}\.((?:[a-z\d-]{1,63}\.){2,5}[a-z]{2,12})(?![\w(])/g, weight: 0.6 },
  { pattern: /(?<!\.(?:go|rb|py|php|[cm]?[jt]sx?|java|kt|cs|rs|scala|exs?)):(\d{4,5})(?![\w.]|:\d)/g, weight: 0.5 },
  { pattern: /\bport[ =:]{1,3}(\d{4,5})\b/gi, weight: 0.5 },
  // `timed out after 2.5 seconds`: the limit itself.
  { pattern: /\b(?:after|within|exceeded|of) (\d+(?:\.\d+)?) ?(?:ms|s|sec(?:ond)?s?|milliseconds?|min(?:ute)?s?)\b/gi, weight: 0.5 },
  // `s3:PutObject`, as policies name what one may do.
  { pattern: /(?<![\w:/])([a-z][a-z\d-]{1,30}:[A-Z]\w{3,60})\b/g, weight: 0.65 },
  // `$.order.quantity`: the field of what was sent.
  { pattern: /\$\.(?:\w{1,60}\.){0,6}([A-Za-z_]\w{2,60})/g, weight: 0.5, sent: true },
  // `no match of right hand side value: {:error, :late}`: what came, as the code writes it.
  { pattern: /\b(?:side value|clause matching|unexpected value|got):? (\{[^{}\n]{4,60}\})/g, weight: 0.65 },
  { pattern: /['"`]([\w.$@/:-]{4,80})['"`]/g, weight: 0.4 },
  {
    pattern:
      /\b(?:field|column|propert(?:y|ies)|attribute|param(?:eter)?|argument|keyword|variable|option|setting|header|key|member)s?:? ['"`]?(?:\w{1,60}\.){0,4}([A-Za-z_][\w-]{2,60})/gi,
    weight: 0.45,
  },
];

/** What the error is about: `x.format is not a function`, `no function clause matching in App.Quiz.label/1`, `content of type pickle`. */
const subjects: readonly Grammar[] = [
  {
    pattern: /\b([A-Za-z_]\w{3,60}) (?:is|must be|was|cannot be|can't be) (?:empty|blank|required|missing|null|not allowed|not set)\b/g,
    weight: 0.45,
  },
  { pattern: /\b(?:[\w$]{1,40}\.){0,4}([\w$]{4,60}) is not (?:a (?:function|constructor|module)|defined|iterable)/g, weight: 0.5 },
  { pattern: /\b([\w$]{4,60})\.[\w$]{1,60} is not a (?:function|constructor)/g, weight: 0.5 },
  { pattern: /\bclause matching in (?:\w{1,60}\.){0,6}(\w{4,60})\/\d/g, weight: 0.5 },
  {
    pattern: /\b(?:type|kind|format|encoding|protocol|scheme|driver|adapter|engine|profile|queue|topic|named?) ['"`]?([a-z][\w-]{3,40})\b/g,
    weight: 0.35,
  },
];

const packages = /^(?:com|org|net|io|java|javax|jakarta|scala|kotlin|github)\./;
const source = /\.(?:rb|py|php|[cm]?[jt]sx?|go|java|kt|cs|scala|exs?|rs|erb|html?|txt|md|log)$/;
const plain =
  /^(?:true|false|null|none|undefined|string|number|object|int64|application|localhost|production|default|error|message|value|type|name)$/i;

/** At most forty, the first ones that the text tells. */
export function literalsOf(text: string): readonly Literal[] {
  const short = text.slice(0, TEXT_CHARS);
  const found = new Map<string, number>();
  for (const { pattern, weight, sent } of [...grammars, ...subjects]) {
    for (const match of short.matchAll(pattern)) {
      const piece = match.at(-1) ?? '';
      if (sent) found.set(`${piece[0]?.toUpperCase()}${piece.slice(1)}`, weight);
      if (found.size >= MOST || isSmall(piece.toLowerCase()) || plain.test(piece) || packages.test(piece) || source.test(piece)) continue;
      found.set(piece, Math.max(found.get(piece) ?? 0, weight));
    }
  }
  return [...found].map(([piece, weight]) => ({ text: piece, weight }));
}

/** Whether a line has the piece, as a whole. */
export function hasPiece(line: string, piece: string): boolean {
  for (let at = line.indexOf(piece); at >= 0; at = line.indexOf(piece, at + 1)) {
    const before = line[at - 1] ?? ' ';
    const after = line[at + piece.length] ?? ' ';
    if (!/\w/.test(before) && !/\w/.test(after)) return true;
  }
  return false;
}
