import { blockAround, headline, normalised } from './log/block.ts';
import { glance, type LogLine, readLine, timeOf } from './log/line.ts';
import { isFine, isRetry, isStep, SIEVE, troubleOf } from './log/trouble.ts';
import { redact } from './redact.ts';

export interface LogScan {
  /** What matters, in order: at most 60 lines of at most 400 characters. Empty for an empty log. */
  lines: readonly string[];
  /** Every distinct error, first seen first. */
  errors: readonly LogError[];
  /** Times of the first and the last line, UTC ISO, where lines carry one. */
  firstAt: string | undefined;
  lastAt: string | undefined;
}

export interface LogError {
  /** The line that names it. */
  text: string;
  /** Without times, ids and numbers: equal for repetitions. */
  message: string;
  level: string | undefined;
  count: number;
  /** UTC ISO, in order, where the lines carry one; at most 1,000. */
  times: readonly string[];
  /** Position of the first occurrence in what was read closely. */
  from: number;
  to: number;
  strong: boolean;
}

const MAX_LINES = 60;
const MAX_CHARS = 400;
const STEPS = 5;
const FINE_LINES = 50;
const TIMES = 1_000;
/** A text up to this size is read line by line; of a larger one only the surroundings of possible errors, and the end. */
const WHOLE = 256 * 1024;
const FIRST_SPOTS = 40;
const LAST_SPOTS = 60;
const BEFORE_BYTES = 2 * 1024;
const AFTER_BYTES = 8 * 1024;
const END_BYTES = 32 * 1024;
/** A longer line is no line of a log; its head tells what it is. */
const LINE_BYTES = 8 * 1024;

/** Picks from a log what a person would: the first error with its trace, what ran before it, what else failed, how it ended. */
export function scanLog(text: string): LogScan {
  const lines = close(text).flatMap((part) => readLines(part));
  const errors = errorsOf(lines);
  const stamp = (line: LogLine | undefined) => timeOf(line?.stamp);
  const stamped = (line: LogLine) => line.stamp !== undefined;
  return { lines: pick(lines, errors), errors, firstAt: stamp(lines.find(stamped)), lastAt: stamp(lines.findLast(stamped)) };
}

/** The parts of a large text that are worth reading. */
function close(text: string): readonly string[] {
  if (text.length <= WHOLE) return [text];
  const spots = spotsIn(text);
  const chosen = spots.length <= FIRST_SPOTS + LAST_SPOTS ? spots : [...spots.slice(0, FIRST_SPOTS), ...spots.slice(-LAST_SPOTS)];
  const ranges: [number, number][] = [];
  for (const spot of [...chosen, text.length - END_BYTES]) {
    const from = Math.max(0, spot - BEFORE_BYTES);
    const to = Math.min(text.length, spot + (spot >= text.length - END_BYTES ? text.length : AFTER_BYTES));
    const last = ranges.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else ranges.push([from, to]);
  }
  return ranges.map(([from, to]) => text.slice(from === 0 ? 0 : text.indexOf('\n', from) + 1, to));
}

/** Where lines stand that may be trouble. One pass, one hit a line. */
function spotsIn(text: string): readonly number[] {
  const spots: number[] = [];
  const sieve = new RegExp(SIEVE, 'g');
  for (let hit = sieve.exec(text); hit; hit = sieve.exec(text)) {
    spots.push(hit.index);
    const end = text.indexOf('\n', hit.index);
    if (end < 0) break;
    sieve.lastIndex = end;
  }
  return spots;
}

function readLines(text: string): readonly LogLine[] {
  const raw = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (raw === '') return [];
  return raw.split('\n').flatMap((line) => {
    const short = line.length > LINE_BYTES ? line.slice(0, LINE_BYTES) : line;
    if (!SIEVE.test(short)) return glance(short);
    const read = readLine(short);
    return [read, ...read.more.map((more): LogLine => ({ ...blank, text: indented(more), stamp: read.stamp }))];
  });
}

/** A stack out of a JSON field belongs to its record, whatever its lines look like. */
function indented(line: string): string {
  return /^\s/.test(line) ? line : `  ${line}`;
}

/** The errors that were not followed by a retry that went well, repetitions counted. */
function errorsOf(lines: readonly LogLine[]): readonly LogError[] {
  const found = new Map<string, LogError>();
  const fine = fineLines(lines);
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? blank;
    const trouble = troubleOf(line);
    if (trouble === undefined) {
      i++;
      continue;
    }
    const [from, to] = blockAround(lines, i);
    const retries = lines.slice(from, to + 2).filter((l) => isRetry(l.text));
    const tried = [...lines.slice(from, to), ...retries];
    const healed = retries.length > 0 && fine.some((f) => f.at >= to && isAbout(f.text, tried));
    if (!healed) add(found, line, headline(lines, from, to) ?? line, trouble === 'strong', from, to);
    i = to;
  }
  return [...found.values()];
}

/** The last lines that say something went well; earlier ones cannot matter more. */
function fineLines(lines: readonly LogLine[]): readonly { at: number; text: string }[] {
  const fine: { at: number; text: string }[] = [];
  for (let i = lines.length - 1; i >= 0 && fine.length < FINE_LINES; i--) {
    const line = lines[i];
    if (line && isFine(line)) fine.push({ at: i, text: line.text });
  }
  return fine;
}

/** Whether a good line speaks of what was tried again: it says so, or they have a word in common. */
function isAbout(fine: string, tried: readonly LogLine[]): boolean {
  if (isRetry(fine) || / migrated \(/.test(fine)) return true;
  const words = stems(fine);
  return tried.some((line) => stems(line.text).some((stem) => words.includes(stem)));
}

function stems(text: string): readonly string[] {
  return (text.toLowerCase().match(/[a-z]{5,}/g) ?? []).slice(0, 40).map((word) => word.slice(0, 6));
}

const blank: LogLine = { text: '', stamp: undefined, level: undefined, more: [] };

function add(found: Map<string, LogError>, line: LogLine, named: LogLine, strong: boolean, from: number, to: number): void {
  const message = normalised(named.text).slice(0, MAX_CHARS);
  const was = found.get(message);
  const at = timeOf(line.stamp);
  const added = at !== undefined && (was?.times.length ?? 0) < TIMES ? [at] : [];
  if (was) found.set(message, { ...was, count: was.count + 1, times: [...was.times, ...added] });
  else found.set(message, { text: clipped(named.text), message, level: line.level, count: 1, times: added, from, to, strong });
}

/** Chooses line numbers in order of worth until the page is full, then shows them in their own order. */
function pick(lines: readonly LogLine[], errors: readonly LogError[]): readonly string[] {
  const folded = fold(lines, 0, lines.length);
  if (folded.length <= MAX_LINES) return folded;
  const chosen = new Set<number>();
  const room = () => MAX_LINES - chosen.size;
  const take = (from: number, to: number, most: number) => {
    if (room() > 0) for (const i of elided(lines, from, to, Math.min(most, room()))) chosen.add(i);
  };
  const strong = errors.filter((error) => error.strong);
  const [first, ...others] = strong.length > 0 ? strong : errors;
  if (first) {
    take(first.from, first.to, 30);
    take(Math.max(0, first.from - 5), first.from, 5);
  }
  for (const i of lastSteps(lines)) take(i, i + 1, 1);
  take(Math.max(0, lines.length - 5), lines.length, 5);
  // The last failure is the one that ended it; those between fill what is left.
  for (const error of others.toReversed()) take(error.from, error.to, 8);
  for (const error of errors.toReversed()) take(error.from, error.to, 4);
  if (!first) take(Math.max(0, lines.length - 30), lines.length, 30);
  return withGaps(
    lines,
    [...chosen].toSorted((a, b) => a - b),
  );
}

/** What a deploy was doing when it ended. */
function lastSteps(lines: readonly LogLine[]): readonly number[] {
  const steps: number[] = [];
  for (let i = lines.length - 1; i >= 0 && steps.length < STEPS; i--) if (isStep(lines[i]?.text ?? '')) steps.push(i);
  return steps;
}

/** Up to `most` line numbers of a block: its head, every cause with what follows, its end. */
function elided(lines: readonly LogLine[], from: number, to: number, most: number): readonly number[] {
  const all = Array.from({ length: to - from }, (_, i) => from + i).filter((i) => lines[i]?.text.trim() !== '');
  if (all.length <= most) return all;
  const worth = (i: number, n: number) => {
    const text = lines[i]?.text ?? '';
    if (n === 0) return 0;
    if (troubleOf(lines[i] ?? blank) !== undefined || /^\s*(?:Caused by|\[cause\]|Original message|Tasks: TOP)/.test(text)) return 1;
    return n < 8 || n >= all.length - 2 ? 2 : 3;
  };
  return all
    .map((i, n) => ({ i, worth: worth(i, n) }))
    .toSorted((a, b) => a.worth - b.worth)
    .slice(0, Math.max(0, most))
    .map(({ i }) => i);
}

/** Chosen lines with a mark where some were left out; the marks count as lines. */
function withGaps(lines: readonly LogLine[], chosen: readonly number[]): readonly string[] {
  const shown: string[] = [];
  let next = 0;
  let run: LogLine[] = [];
  for (const i of chosen) {
    if (i > next && run.length > 0) shown.push(...fold(run, 0, run.length));
    if (i > next) run = [];
    const left = lines.slice(next, i).filter((line) => line.text.trim() !== '').length;
    if (left > 0) shown.push(`… ${left} line${left === 1 ? '' : 's'}`);
    run.push(lines[i] ?? blank);
    next = i + 1;
  }
  shown.push(...fold(run, 0, run.length));
  return shown.length <= MAX_LINES ? shown : withGaps(lines, thinned(lines, chosen));
}

/** Drops what is worth least until the marks fit, too: first a line that stands alone between two gaps, else the last but one. */
function thinned(lines: readonly LogLine[], chosen: readonly number[]): readonly number[] {
  const alone = chosen.findLastIndex(
    (i, n) => chosen[n - 1] !== i - 1 && chosen[n + 1] !== i + 1 && troubleOf(lines[i] ?? blank) === undefined,
  );
  const drop = alone >= 0 ? alone : Math.max(0, chosen.length - 2);
  return chosen.filter((_, n) => n !== drop);
}

/** Equal neighbours once, with their number; runs of blank lines once; each line at its length. Stops when the page is full. */
function fold(lines: readonly LogLine[], from: number, to: number): readonly string[] {
  const shown: string[] = [];
  for (let i = from; i < to && shown.length <= MAX_LINES; ) {
    const line = lines[i] ?? blank;
    const text = line.raw === undefined ? line.text : readLine(line.raw).text;
    let n = 1;
    while (i + n < to && lines[i + n]?.text === line.text) n++;
    shown.push(n > 1 && text.trim() !== '' ? `${clipped(text)} (×${n})` : clipped(text));
    i += n;
  }
  while (shown.at(-1)?.trim() === '') shown.pop();
  return shown;
}

/** The end of a long line matters, too: a database error is followed by its statement, a wrapped one by its cause. */
function clipped(text: string): string {
  if (text.length <= MAX_CHARS - 10) return text;
  // Redacted first: of a secret that is cut in two, neither half is known any more.
  const safe = redact(text);
  return `${safe.slice(0, 280)} … ${safe.slice(-100)}`;
}
