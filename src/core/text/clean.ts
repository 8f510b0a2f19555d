import { unframe } from './unframe.ts';
import { unwrap } from './unwrap.ts';

/** Bounds that keep a hostile text linear: the middle of what is longer is left out, heads and tails tell most. */
const TEXT_LIMIT = 2_000_000;
const LINE_LIMIT = 1_500;
const LINES_LIMIT = 6_000;

const ANSI = /\u001b\[[0-9;?]{0,20}[ -/]?[@-~]|\u001b[@-Z\\-_]|\u001b\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)/g;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** What log shippers and loggers put in front of a line. Tried again until none fits: they nest. */
const prefixes: readonly RegExp[] = [
  /^ ?[⨯✖✘❌×] +(?=[A-Z])/,
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z| ?[+-]\d{2}:?\d{2})? (?:stdout|stderr) [FP] /,
  /^(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} [\w.-]{1,120} )?[\w./-]{1,60}\[(?:\d{1,8}|[a-z][\w-]{0,40}\.[\w-]{1,40})\]: /,
  /^[A-Z], \[[^\]]{10,60}\] +[A-Z]{3,7} -- [^:]{0,40}: ?/,
  /^\[[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\] ?/i,
  /^\[\d{1,7}\] (?=[-*=|+A-Z!])/,
  /^\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z| ?[+-]\d{2}:?\d{2})?\]?(?:[ \t]+|: |$)/,
  /^\[\w{1,40}\] \d{1,8} +- +\d{1,2}\/\d{1,2}\/\d{4}, \d{1,2}:\d{2}:\d{2} [AP]M +(?:[A-Z]{3,7} \[[^\]]{1,80}\] )?/,
  /^\d{2}:\d{2}:\d{2}[.,]\d{3,6} +/,
  /^[\w.-]{1,60} +\| (?=\S)/,
  /^\[(?:pod|container)\/[^\]]{1,200}\] /,
  /^(?:[a-z0-9][\w.-]{2,60}-[a-z0-9]{5,10} [\w.-]{1,40} )(?=[A-Z[{"'(])/,
  /^\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|error|warn|warning|info|debug|fatal|critical)\]?(?: |:|\t)+ *(?:\d{1,8} --- +)?/,
  /^(?:\d{1,8} )?--- +/,
  /^\[[\w .#:@/*-]{1,80}\] +(?=[\w.$]{1,120} +: )/,
  /^[a-z][\w$]{0,40}(?:\.[\w$[\]-]{1,60}){1,12} +: /i,
  /^pid=\d{1,9} tid=\w{1,20} (?:\w{1,20}=\S{1,120} )*(?:[A-Z]{4,8}: )/,
  /^(?:production|staging|local|prod)\.(?:ERROR|CRITICAL|WARNING|INFO|DEBUG|EMERGENCY|ALERT|NOTICE): /,
];

export interface Line {
  text: string;
  /** `error`, `warn`, `info` … where the line names one. */
  level?: string;
}

/** A text as lines: colours, stamps, request ids and boxes taken off, JSON logs opened. Linear in the text's length. */
export function cleanLines(text: string): readonly Line[] {
  return unwrap(unframe(rawLines(text)))
    .flatMap(openJson)
    .map(stripped);
}

export function rawLines(text: string): readonly string[] {
  const bounded = text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT / 2)}\n${text.slice(-TEXT_LIMIT / 2)}`;
  const all = bounded.split(/\r\n|\n|\r/);
  const kept = all.length <= LINES_LIMIT ? all : [...all.slice(0, LINES_LIMIT / 2), ...all.slice(-LINES_LIMIT / 2)];
  return kept.map((line) => cut(line).replace(ANSI, '').replace(CONTROL, ''));
}

function cut(line: string): string {
  return line.length <= LINE_LIMIT * 2 ? line : `${line.slice(0, LINE_LIMIT)} … ${line.slice(-LINE_LIMIT)}`;
}

function stripped(line: Line): Line {
  let { text } = line;
  let level = line.level ?? levelOf(text);
  for (let pass = 0; pass < 4; pass++) {
    const before = text;
    for (const prefix of prefixes) text = text.replace(prefix, '');
    if (text === before) break;
    level ??= levelOf(text);
  }
  const shown = text.slice(0, LINE_LIMIT * 2 + 3).trimEnd();
  return level === undefined ? { text: shown } : { text: shown, level };
}

const LEVEL =
  /\b(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|EMERGENCY|PANIC)\b|\blevel=(\w{1,10})|\[(error|warn|warning|info|debug|fatal)\]/;

function levelOf(text: string): string | undefined {
  const match = LEVEL.exec(text.slice(0, 120));
  const word = match?.[1] ?? match?.[2] ?? match?.[3];
  return word?.toLowerCase().replace('warning', 'warn');
}

/** A JSON log line becomes its message, its error and its stack; anything else stays as it is. */
function openJson(line: string): readonly Line[] {
  const start = line.indexOf('{');
  if (start < 0 || start > 80 || !line.trimEnd().endsWith('}') || !/"(?:msg|message|error|err|exception)"\s*:/.test(line))
    return [{ text: line }];
  const json = parsed(line.slice(start));
  if (json === undefined) return [{ text: line }];
  const level = ['level', 'severity', 'lvl', 'levelname'].map((name) => json[name]).find((value) => typeof value === 'string');
  const texts = [
    'msg',
    'message',
    'error',
    'err',
    'exception',
    'error.message',
    'stack',
    'stack_trace',
    'exc_info',
    'error.stack_trace',
  ].flatMap((name) => textsIn(json[name]));
  const before = line.slice(0, start).trim();
  const lines = unwrap(
    [...(before === '' ? [] : [before]), ...texts, ...requestIn(json.req)].flatMap((text) => text.split('\n')).slice(0, 200),
  );
  return lines.map((text) => ({ text: cut(text), ...(typeof level === 'string' ? { level: level.toLowerCase() } : {}) }));
}

/** The request that a logger of Node puts beside its message: only a line that says so shows that the process was serving. */
function requestIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { method, url }: Readonly<Record<string, unknown>> = { ...value };
  return typeof method === 'string' && typeof url === 'string' ? [`${method} ${url}`] : [];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const name = [fields.type, fields.class, fields.name].find((v) => typeof v === 'string');
  const message = fields.message;
  const head = typeof message === 'string' ? [typeof name === 'string' && !message.startsWith(name) ? `${name}: ${message}` : message] : [];
  const code = typeof fields.code === 'string' ? [`  code: '${fields.code}'`] : [];
  return [...head, ...code, ...textsIn(fields.stack ?? fields.backtrace ?? fields.cause)];
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    // Not JSON after all: the caller keeps the line as it stood.
    return undefined;
  }
}
