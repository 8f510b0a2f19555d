import type { LogLine } from './line.ts';

/** Frames, causes, pointers and notes that belong to the line above, in the ways of Ruby, Python, Java, Node, PHP and Go. */
const BELONGS =
  /^(?:\s+\S|from \S|Caused by:|The above exception|During handling of|\.\.\. \d+ more|#\d+ |Stack trace:|\s*thrown in |goroutine \d+ |created by |\[signal |exit status |Tasks: TOP|\(See full trace|Original message:|Emitted '|Require stack:|- \/|Originating from:|\[?cause\]?: |[}\])]\s*$|Node\.js v\d|(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LINE \d+):|\s*\^+\s*$)/;
/** `/app/x.rb:3:in 'change'`, `app/models/order.rb:12:in …`. */
const RUBY_FRAME = /^(?:\S+ )?\S+\.rb:\d+:in /;
/** `main.work(0xc000…)`, followed by an indented file. */
const GO_FRAME = /^[\w./*()[\]{}·-]+\((?:0x[0-9a-f]+|\.\.\.|[{}, ])*\)\s*$/;
/** Python ends its traceback with the error itself, not indented. */
const PYTHON_END = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: |$)/;
const TRACEBACK = /Traceback \(most recent call last\)/;
/** Before the error itself: Node shows the source line with a pointer first. */
const SOURCE_LINE = /^(?:\/|node:|file:|[A-Za-z]:\\)\S*:\d+$/;
const SEARCH_BACK = 6;
const BLANKS = 2;
const FRAMES = 60;
const RAKE_LINES = 150;

/** Begins with the name of an error and says something: `Mysql2::Error: …`, `java.lang.IllegalStateException: …`, `panic: …`. */
const NAMES = /^(?:Caused by: |Uncaught )?(?:[\w$]+(?:::|\.|\\))*[A-Z][\w$]*(?: \([^)]*\))?: \S|^(?:panic|fatal error|error): \S/;
const HEADING = /An error has occurred|^Traceback|^Tasks: TOP/;

/** A tag that a logger writes before every line of one request: `[4f2c9d1a-…] `. */
const TAG = /^(?:\[[0-9a-f-]{8,}\] ?)+/;

/** Where the block around `at` begins and ends (exclusive): the error, its frames and its causes, blank lines between them included. */
export function blockAround(lines: readonly LogLine[], at: number): readonly [number, number] {
  return [startOf(lines, at), endOf(lines, at)];
}

function startOf(lines: readonly LogLine[], at: number): number {
  for (let back = 1; back <= SEARCH_BACK && at - back >= 0; back++) {
    if (SOURCE_LINE.test(lines[at - back]?.text ?? '')) return at - back;
  }
  // The log may begin, or the window may open, in the middle of a Python traceback.
  if (!PYTHON_END.test(lines[at]?.text ?? '')) return at;
  let from = at;
  while (from > 0 && at - from < FRAMES && /^\s+\S/.test(lines[from - 1]?.text ?? '')) from--;
  return from;
}

function endOf(lines: readonly LogLine[], at: number): number {
  const rake = rakeEnd(lines, at);
  let end = rake ?? at + 1;
  let traceback = TRACEBACK.test(lines[at]?.text ?? '');
  let paragraph = false;
  for (let i = end; i < lines.length; i++) {
    const text = (lines[i]?.text ?? '').replace(TAG, '');
    if (text.trim() === '') {
      if (blanksFrom(lines, i) > BLANKS) break;
      continue; // counts only when something that belongs follows
    }
    const closes = traceback && PYTHON_END.test(text);
    // Below a heading stands a paragraph of free text.
    const headed = i <= end + 1 && isHeading(lines[end - 1]?.text ?? '');
    paragraph = headed || (paragraph && i === end);
    if (!closes && !paragraph && !belongs(text, traceback)) break;
    if (closes) traceback = false;
    if (TRACEBACK.test(text)) traceback = true;
    end = i + 1;
  }
  return end;
}

/** Rake tells its failure in paragraphs of free text, and closes with the tasks that led there. */
function rakeEnd(lines: readonly LogLine[], at: number): number | undefined {
  if (!/(?:rails|rake) aborted!$/.test(lines[at]?.text ?? '')) return undefined;
  const close = lines.slice(at, at + RAKE_LINES).findIndex((line) => /^(?:Tasks: TOP|\(See full trace)/.test(line.text));
  return close < 0 ? undefined : at + close + 1;
}

/** "StandardError: An error has occurred, all later migrations canceled:" stands above the error itself. */
function isHeading(text: string): boolean {
  return /:\s*(?:\([\w:]+\))?$|aborted!$/.test(text);
}

function belongs(text: string, traceback: boolean): boolean {
  return BELONGS.test(text) || RUBY_FRAME.test(text) || GO_FRAME.test(text) || TRACEBACK.test(text) || (traceback && text.startsWith(' '));
}

function blanksFrom(lines: readonly LogLine[], from: number): number {
  let n = 0;
  while (from + n < lines.length && (lines[from + n]?.text ?? '').trim() === '') n++;
  return n;
}

/** The line of a block that names the error: not the heading above it, and of a Python traceback the end. */
export function headline(lines: readonly LogLine[], from: number, to: number): LogLine | undefined {
  const block = lines.slice(from, to);
  const named = block.filter(({ text }) => NAMES.test(text.replace(TAG, '')) && !HEADING.test(text));
  const python = block.some(({ text }) => TRACEBACK.test(text));
  return python ? named.filter(({ text }) => PYTHON_END.test(text)).at(-1) : named[0];
}

/** A line without what differs from one occurrence to the next: times, ids, numbers. */
export function normalised(text: string): string {
  return text
    .replace(/^(?:[FEWID], )?\[\d{4}-[^\]]*\]\s*/, '')
    .replace(/^\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-][\d:]+)?\s*/, '')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>')
    .replace(/\b0x[0-9a-f]+\b/gi, '<n>')
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{12,}\b/gi, '<id>')
    .replace(/(?<![A-Za-z_\d])\d+(?:\.\d+)*/g, '<n>')
    .replace(/\s+/g, ' ')
    .trim();
}
