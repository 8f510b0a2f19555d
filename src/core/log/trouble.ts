import type { LogLine } from './line.ts';

/** Anything that may be trouble: the coarse sieve that runs over the whole text. */
export const SIEVE =
  /rror|RROR|xception|XCEPTION|atal|FATAL|anic|PANIC|raceback|bort|ailed|ailure|AIL|enied|efused|imed out|nvalid|issing|ot found|annot |illed|CRIT|EMERG|Deadlock|Unmatched|undefined|No such|level":[56]0/g;

/** A class that says error, or the words with which a runtime ends. */
const STRONG =
  /\b[A-Z]\w*(?:Error|Exception|Failure|Fault)\b|\b[\w.\\]+(?:Error|Exception)(?:: |\s*$|\()|^(?:\S+ )?(?:rails |rake |bin\/rails )?aborted!|^panic: |^fatal(?: error)?: |^Traceback \(most recent|^Fatal error|Uncaught|Unhandled|\bSQLSTATE\[|\bERROR \d{4}\b|\bsegfault\b|Segmentation fault|\bOut of memory\b|heap out of memory|^goroutine \d+ \[|\bFAIL(?:ED)?\b|^Caused by:/;
/** Prose that says so. */
const WEAK =
  /\b(?:error|failed|failure|fatal|exception|denied|refused|timed out|abort(?:ed|ing)?|cannot|can't|could not|not found|missing|invalid|no such file|killed|deadlock|undefined|unmatched)\b/i;

/** The word "error" where nothing is wrong. */
const HEALTHY =
  /\b(?:0|no|zero|without(?: any)?)\s+(?:\w+ )?(?:errors?|failures?|exceptions?|failed)\b|\b(?:errors?|failures?|failed|exceptions?|error_count)["']?\s*[:=]\s*["']?(?:0|null|nil|none|false|\[\]|\{\}|"")(?!\w|\.\d)|\berror[ _-]?(?:handler|handling|pages?|log|logs|logger|report(?:ing|er)?|track(?:ing|er)|rates?|budget|boundary|middleware|notifier|monitoring)\b|\b(?:Rollbar|Sentry|Bugsnag|Exception\w*) (?:is )?(?:initiali[sz]ed|loaded|configured|enabled|ready|started)\b/i;
/** A request for a path that holds the word, answered well: `GET /errors.css 200`. */
const SERVED = /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+.*\b[123]\d\d\b/;
const ACCESS_FAILED = /\s5\d\d(?:\s|$)/;
/** A migration echoes what it does; table names may hold the word. */
const ECHO = /^\s*(?:-- \w+\(|-> )/;

const RETRY =
  /\bretr(?:y|ies|ying|ied)\b|\bwill try again\b|\btrying again\b|\battempt \d+(?: of |\/)\d+|\breconnect(?:ing)?\b|\bback(?:ing)?[ -]?off\b/i;
const GAVE_UP =
  /\bgiv(?:e|es|ing|en) up\b|\bgave up\b|exhausted|too many (?:retries|attempts)|max(?:imum)?\.? (?:number of )?(?:retries|attempts)|no more retries|retry limit/i;
const FINE =
  /\b(?:succeeded|successful(?:ly)?|connected|reconnected|recovered|established|is (?:up|ready|available|healthy)|completed|done|ok|migrated)\b/i;

/** `strong`: names an error. `weak`: says that something is not well. */
export function troubleOf(line: LogLine): 'strong' | 'weak' | undefined {
  const { text, level } = line;
  if (text === '' || ECHO.test(text)) return undefined;
  const strong = STRONG.test(text);
  if (level === 'info' || level === 'debug') return strong && !HEALTHY.test(text) && line.more.length > 0 ? 'strong' : undefined;
  if (HEALTHY.test(text) || (SERVED.test(text) && !ACCESS_FAILED.test(text) && level === undefined)) return undefined;
  if (level === 'error' || level === 'fatal') return 'strong';
  if (strong && level !== 'warn') return 'strong';
  return strong || WEAK.test(text) ? 'weak' : undefined;
}

/** Says that it will try again, so what comes after decides. */
export function isRetry(text: string): boolean {
  return RETRY.test(text) && !GAVE_UP.test(text);
}

export function isFine(line: LogLine): boolean {
  return FINE.test(line.text) && troubleOf(line) === undefined;
}
