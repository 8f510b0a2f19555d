import type { LogLine } from './line.ts';

/** Anything that may be trouble: the coarse sieve that runs over the whole text. */
export const SIEVE =
  /rror|RROR|xception|XCEPTION|atal|FATAL|anic|PANIC|raceback|bort|ailed|ailure|AIL|enied|efused|imed out|nvalid|issing|ot found|annot |illed|CRIT|EMERG|Deadlock|Unmatched|undefined|No such|pending migration|SQLSTATE|level":[56]0/;

/** A class that says error, or the words with which a runtime ends. */
const STRONG = new RegExp(
  [
    String.raw`\b[A-Z]\w*(?:Error|Exception|Failure|Fault)\b|\bError: |^error: `,
    // Python's dotted, Ruby's and PHP's qualified names, as the head of a line or in the bracket at its end.
    String.raw`^(?:[a-z_]\w*\.)+[A-Z]\w+(?::|$)|^(?:[A-Z]\w*(?:::|\\))+[A-Z]\w*(?::| \()|\((?:[A-Z]\w*::)+[A-Z]\w*\)$`,
    String.raw`(?:^|[\s/])(?:rails|rake) aborted!|^panic: |^fatal(?: error)?: |^Fatal error|^goroutine \d+ \[|^Caused by:|Traceback \(most recent call`,
    String.raw`\bUncaught\b|\bUnhandled\b|\bSQLSTATE\[|\bERROR \d{4}\b|\bsegfault\b|Segmentation fault|[Oo]ut of memory\b|\bFAIL(?:ED)?\b|^Killed$`,
  ].join('|'),
);
/** Prose that says so. */
const WEAK =
  /\b(?:error|failed|failure|fatal|exception|denied|refused|timed out|abort(?:ed|ing)?|cannot|can't|could not|not found|missing|invalid|no such file|killed|deadlock|undefined|unmatched|pending migrations?)\b/i;

/** The word "error" where nothing is wrong. */
const HEALTHY =
  /\b(?:0|no|zero|without(?: any)?)\s+(?:\w+ )?(?:errors?|failures?|exceptions?|failed)\b|\b(?:errors?|failures?|failed|exceptions?|error_count)["']?\s*[:=]\s*["']?(?:0|null|nil|none|false|\[\]|\{\}|"")(?!\w|\.\d)|\berror[ _-]?(?:handler|handling|pages?|log|logs|logger|report(?:ing|er)?|track(?:ing|er)|rates?|budget|boundary|middleware|notifier|monitoring)\b|\b(?:Rollbar|Sentry|Bugsnag|Exception\w*) (?:is )?(?:initiali[sz]ed|loaded|configured|enabled|ready|started)\b/i;
/** A request for a path that holds the word, answered well: `GET /errors.css 200`. */
const SERVED = /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+.*\b[123]\d\d\b/;
const ACCESS_FAILED = /\s5\d\d(?:\s|$)/;
/** A migration echoes what it does; table names may hold the word. */
const ECHO = /^\s*(?:-- \w+\(|-> )/;

/** Patterns with a gap in them look no further: a hostile line must not cost more than its length. */
const HEAD = 600;
/** What a deploy does step by step: the last one before the end is where it stood. */
const STEP =
  /^==\s|^--\s\w+|\bmigrat(?:ing|ed|ion)\b|^\s*Applying |^\s*\d{4}_\d\d_\d\d_\d{6}_|\bALTER TABLE\b|\bCREATE (?:UNIQUE )?INDEX\b/i;

const RETRY = /\bretr(?:y|ies|ying|ied)\b|\bwill try again\b|\btrying again\b|\battempt \d+(?: of |\/)\d+|\breconnect(?:ing)?\b/i;
const GAVE_UP =
  /\bgiv(?:e|es|ing|en) up\b|\bgave up\b|exhausted|too many (?:retries|attempts)|max(?:imum)?\.? (?:number of )?(?:retries|attempts)|no more retries|retry limit/i;
const FINE =
  /\b(?:succeeded|successful(?:ly)?|connected|reconnected|recovered|established|is (?:up|ready|available|healthy)|completed|done|ok|migrated)\b/i;

/** `strong`: names an error. `weak`: says that something is not well. */
export function troubleOf(line: LogLine): 'strong' | 'weak' | undefined {
  const { text, level } = line;
  if (line.raw !== undefined || text === '' || ECHO.test(text)) return undefined;
  const strong = STRONG.test(text);
  if (level === 'info' || level === 'debug')
    return strong && !HEALTHY.test(text.slice(0, HEAD)) && line.more.length > 0 ? 'strong' : undefined;
  const head = text.slice(0, HEAD);
  if (HEALTHY.test(head) || (SERVED.test(head) && !ACCESS_FAILED.test(text) && level === undefined)) return undefined;
  if (level === 'error' || level === 'fatal') return 'strong';
  if (strong && level !== 'warn') return 'strong';
  return strong || WEAK.test(text) ? 'weak' : undefined;
}

export function isStep(text: string): boolean {
  return STEP.test(text);
}

/** Says that it will try again, so what comes after decides. */
export function isRetry(text: string): boolean {
  return RETRY.test(text) && !GAVE_UP.test(text);
}

export function isFine(line: LogLine): boolean {
  return FINE.test(line.text) && troubleOf(line) === undefined;
}
