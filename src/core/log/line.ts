/** One line of a log, read: what is left when the wrapping of kubelet, terminal and JSON is taken off. */
export interface LogLine {
  text: string;
  /** From the kubelet's stamp or the JSON record, as written; `timeOf` reads it. */
  stamp: string | number | undefined;
  level: Level | undefined;
  /** Further lines that stood in the record: a stack trace in a JSON field. */
  more: readonly string[];
  /** The line as it came, where it was only glanced at because nothing in it can be trouble; `readLine` reads it wholly. */
  raw?: string;
}

export type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug';

const KUBELET_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) /;
/** Colours, cursor movement, window titles. */
const ANSI = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;
const LEVEL_WORD =
  /(?:^|[\s[|"'=:.(<])(fatal|panic|emerg(?:ency)?|alert|crit(?:ical)?|severe|error|err|warn(?:ing)?|notice|info|debug|trace)(?=[\s\]|:"',)>]|$)/i;
/** Ruby's logger: `E, [2026-…`; klog: `E1121 21:23:13`. */
const LEVEL_LETTER = /^([FEWID])(?:, \[|\d{4} \d\d:)/;
const LEVEL_HEAD = 90;
const LEVELS: Record<string, Level> = { F: 'fatal', E: 'error', W: 'warn', I: 'info', D: 'debug' };
/** pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
const NUMBERED: readonly Level[] = ['debug', 'debug', 'info', 'warn', 'error', 'fatal'];

export function readLine(raw: string): LogLine {
  const stamp = raw.match(KUBELET_TIME)?.[0];
  const text = plain(stamp === undefined ? raw : raw.slice(stamp.length));
  const record = text.startsWith('{') && text.trimEnd().endsWith('}') ? jsonOf(text) : undefined;
  if (record) return { ...record, stamp: stamp?.trimEnd() ?? record.stamp };
  return { text, stamp: stamp?.trimEnd(), level: levelOf(text), more: [] };
}

/** A line without anything that may be trouble: most lines of most logs, so nothing is worked out that may never be asked. */
export function glance(raw: string): LogLine {
  const space = raw.charCodeAt(4) === 45 && raw.charCodeAt(10) === 84 ? raw.indexOf(' ', 19) : -1;
  const stamped = space > 0 && space <= 40;
  const text = stamped ? raw.slice(space + 1) : raw;
  return {
    text: text.includes('\x1b') ? plain(text) : text,
    stamp: stamped ? raw.slice(0, space) : undefined,
    level: undefined,
    more: [],
    raw,
  };
}

/** UTC ISO of a stamp: text, or the epoch in seconds or milliseconds. */
export function timeOf(stamp: LogLine['stamp']): string | undefined {
  const ms = typeof stamp === 'number' ? (stamp < 1e11 ? stamp * 1000 : stamp) : stamp === undefined ? Number.NaN : Date.parse(stamp);
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined;
}

function plain(text: string): string {
  const bare = text.includes('\x1b') ? text.replace(ANSI, '') : text;
  // A progress bar redraws its line: only what it showed last counts.
  const end = bare.trimEnd();
  return end.includes('\r') ? end.slice(end.lastIndexOf('\r') + 1) : end;
}

function levelOf(text: string): Level | undefined {
  const letter = text.match(LEVEL_LETTER)?.[1];
  if (letter !== undefined) return LEVELS[letter];
  const word = text.slice(0, LEVEL_HEAD).match(LEVEL_WORD)?.[1];
  // `error` in lower case is a level only where one is written: `level=error`, `[error]`; in prose it is a word.
  if (word === undefined || (word === word.toLowerCase() && !isWritten(text, word))) return undefined;
  return named(word);
}

function isWritten(text: string, word: string): boolean {
  return new RegExp(`(?:\\b(?:level|lvl|severity)["']?[=:]\\s*["']?|\\[)${word}\\b`, 'i').test(text.slice(0, LEVEL_HEAD + 20));
}

function named(word: string): Level | undefined {
  const low = word.toLowerCase();
  if (/^(?:fatal|panic|emerg|alert|crit)/.test(low)) return 'fatal';
  if (/^(?:err|severe)/.test(low)) return 'error';
  if (low.startsWith('warn')) return 'warn';
  return /^(?:debug|trace|verbose)/.test(low) ? 'debug' : /^(?:info|notice)/.test(low) ? 'info' : undefined;
}

/** A record of a JSON logger, as one line a person can read, its stack below. Undefined: not JSON, or no message in it. */
function jsonOf(text: string): LogLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // looks like JSON and is not: read as plain text
  }
  // Docker's own wrapping.
  const inner = word(value, ['log']);
  if (inner !== undefined && word(value, ['stream']) !== undefined) return readLine(inner.replace(/\n$/, ''));
  const failure = part(value, ['err', 'error', 'exception', 'exc']);
  const message = word(value, ['message', 'msg', 'event', 'short_message', 'text']);
  const kind = word(failure, ['class', 'type', 'name', 'exception_class']) ?? word(value, ['error.type', 'error.class', 'exception_class']);
  const said = typeof failure === 'string' ? failure : (word(failure, ['message', 'msg']) ?? word(value, ['error.message']));
  const error = kind !== undefined && said !== undefined && !said.startsWith(kind) ? `${kind}: ${said}` : (said ?? kind);
  if (message === undefined && error === undefined) return undefined;
  const stack = lines(
    part(failure, ['stack', 'backtrace', 'trace', 'stacktrace']) ??
      part(value, ['stack', 'stack_trace', 'backtrace', 'error.stack', 'exc_info']),
  );
  const level = jsonLevel(part(value, ['level', 'severity', 'lvl', 'loglevel', 'level_name', 'levelname', 'log.level', 's']));
  const parts = [level?.toUpperCase(), message, error !== undefined && !message?.includes(error) ? error : undefined];
  const time = part(value, ['time', 'timestamp', '@timestamp', 'ts', 'datetime']);
  const stamp = typeof time === 'string' || typeof time === 'number' ? time : undefined;
  const flat = parts
    .filter((p) => p !== undefined)
    .join(' ')
    .split('\n');
  return { text: flat[0] ?? '', stamp, level, more: [...flat.slice(1), ...stack.filter((line) => !flat.some((f) => f.endsWith(line)))] };
}

function jsonLevel(value: unknown): Level | undefined {
  if (typeof value === 'number') return NUMBERED[Math.min(5, Math.max(0, Math.floor(value / 10) - 1))];
  return typeof value === 'string' ? named(value) : undefined;
}

function part(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = names.find((name) => Object.hasOwn(value, name) && Reflect.get(value, name) !== null);
  return found === undefined ? undefined : Reflect.get(value, found);
}

function word(value: unknown, names: readonly string[]): string | undefined {
  const found = part(value, names);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function lines(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split('\n');
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string') : [];
}
