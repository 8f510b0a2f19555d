import type { Fault, Meaning, Run, Thrown } from './reading.ts';
import { passedTestsUpTo } from './test-report.ts';

/**
 * How much a meaning tells about the cause, when one text holds several. A wrapper ("migration failed", "connection pool is empty",
 * "SIGTERM") says less than what it wraps, whatever the order of the lines: pipes mix standard output and errors.
 */
const weights: Readonly<Record<Meaning, number>> = {
  'key-exhausted': 96,
  'key-mismatch': 95,
  'orphan-row': 94,
  'object-exists': 93,
  'duplicate-entry': 92,
  'out-of-range': 91,
  'no-column': 90,
  'no-table': 89,
  'bad-data': 88,
  'ddl-unsupported': 87,
  'cannot-drop': 86,
  'parent-in-use': 85,
  'sql-syntax': 84,
  'read-only': 83,
  'disk-full': 82,
  deadlock: 81,
  'lock-wait': 80,
  'too-many-connections': 79,
  'history-conflict': 78,
  'migration-guard': 78,
  irreversible: 77,
  'privilege-denied': 76,
  'access-denied': 75,
  'no-database': 74,
  'tls-expired': 73,
  'no-attribute': 72,
  'stale-plan': 72,
  pending: 71,
  'no-module': 70,
  'missing-setting': 69,
  'bad-setting': 68,
  'cache-refusing': 67,
  'port-taken': 66,
  'cannot-exec': 65,
  'full-scan': 64.2,
  'slow-query': 64,
  'connection-lost': 63,
  'query-killed': 62,
  'no-host': 61,
  refused: 60,
  'http-rejected': 59,
  'http-down': 58,
  'tls-unverified': 57,
  'timed-out': 56,
  reset: 55,
  'pool-empty': 56.5,
  'no-memory': 53,
  'request-timeout': 50,
  'replication-lag': 49,
  'replica-stopped': 97,
  'definition-lock': 80.2,
  'long-open': 48.5,
  'object-forbidden': 48,
  'node-down': 48,
  'image-absent': 70.5,
  'eviction-blocked': 47,
  'migration-hidden': 46,
  terminated: 44,
  concurrent: 43,
  'status-only': 20,
  thrown: 10,
};

/** What a system does that a client may try again: only the last word of such a story counts. */
const retryable: ReadonlySet<Meaning> = new Set([
  'refused',
  'timed-out',
  'no-host',
  'reset',
  'lock-wait',
  'deadlock',
  'cache-refusing',
  'connection-lost',
  'concurrent',
  'too-many-connections',
  'http-down',
  'http-rejected',
  'terminated',
  'pool-empty',
  'access-denied',
  'missing-setting',
]);

/** Said to a user or a crawler, not by a broken system. */
const HARMLESS =
  /(?:RecordNotFound|RoutingError|NotFoundHttpException|Http404|InvalidAuthenticityToken|TokenMismatchException|ParameterMissing|BadRequestError|NoResourceFoundException|ResponseStatusException: 404|CardError|card_declined|Your card was declined|UnknownHttpMethod|InvalidCrossOriginRequest|ClientAbortException|ModelNotFoundException|DisallowedHost|NotAcceptable|UnknownFormat|MethodNotAllowed|Phoenix\.Router\.NoRouteError|Ecto\.NoResultsError|AccessDeniedHttpException|AuthenticationException: Unauthenticated|ValidationException|RecordInvalid|^(?:Unauthorized|Forbidden|NotFound|BadRequest|UnprocessableEntity)(?:Error|Exception))/;
/** What a server tells of a client that went away; the pool opens another. */
const CLIENT_LEFT =
  /could not (?:receive data from|send data to) client|unexpected EOF on client connection|Aborted connection \d|communication packets/;

const GOOD_AGAIN =
  /\battempt \d{1,3}\W{1,3}ok\b|\b(?:ready|connected|reconnected|listening on|(?:saved|stored|sent|done|completed|ok|worked) (?:after|on|at) (?:attempt |try )?\d{1,3}\b|established|recovered|restored|is up|succeeded|retry succeeded|accepting connections|(?:is|now|became) available|available after|Started \w+ in|started successfully|healthy)\b|Booted|booted in/i;
const FAILED_AGAIN = /\b(?:not ready|not connected|disconnected|failed|error|giving up|exhausted|aborted|refused|timed out)\b/i;

/** It is not there, and that is all right. */
const TOLERATED = /\b(?:using (?:the )?defaults?|fall(?:ing|s)? back|skipp(?:ing|ed)|optional|ignor(?:ing|ed))\b/i;

/** What to do if it ever happens, as notes of a release print it; what Django's own checks warn of. */
const ADVICE =
  /^\S{1,80}: \(\w{1,40}\.W\d{3}\) |^\s*(?:If |When |In case |Tip: |Note: ).{0,200}?\b(?:check|wait|run|see|try|make sure|retry|restart|set|use)\b/;

interface Surroundings {
  lines: readonly string[];
  chain: readonly Thrown[];
  run: Run | undefined;
}

/** The faults that still stand, deciding first, one of each meaning. */
export function decide(found: readonly Fault[], { lines, chain: thrown, run }: Surroundings): readonly Fault[] {
  const tested = passedTestsUpTo(lines);
  const all = found.filter((fault) => fault.line > tested);
  const chain = thrown.filter(({ line }) => line > tested);
  if (run !== undefined && (run.outcome === 'done' || run.outcome === 'idle') && run.framework !== 'gh-ost') {
    return all.filter((f) => f.meaning === 'pending' && run.outcome !== 'done' && run.steps.length === 0);
  }
  if (run?.framework === 'gh-ost' && run.outcome === 'done') return [];
  const standing = specific(all).filter((fault) => !madeGood(fault, lines) && !isEcho(fault, lines) && !isHarmless(fault, chain));
  const unknown = standing.length === 0 ? thrownFault(chain) : [];
  const sorted = [...standing, ...unknown].toSorted((a, b) => weight(b) - weight(a) || b.line - a.line);
  return [...Map.groupBy(sorted, (f) => f.meaning).values()].flatMap(joined);
}

/** One fault a meaning: the same trouble is often said in several ways, each with details of its own. */
function joined(same: readonly Fault[]): readonly Fault[] {
  const first = same[0];
  if (first === undefined) return [];
  const also = same.toSorted((a, b) => a.line - b.line).find((f) => shapeOf(f.text) !== shapeOf(first.text))?.text;
  return [
    {
      ...first,
      ...(also === undefined ? {} : { also }),
      says: Object.assign(
        {},
        ...same
          .slice(0, 20)
          .toReversed()
          .map((f) => f.says),
      ),
    },
  ];
}

const shapeOf = (text: string): string => text.replace(/\d+/g, '0').toLowerCase();

/** `connection timed out` beside "pool limit reached" on one line is the same thing said twice: the special words win. */
function specific(all: readonly Fault[]): readonly Fault[] {
  const generic: ReadonlySet<Meaning> = new Set(['timed-out', 'thrown']);
  const special = new Set(all.filter((f) => !generic.has(f.meaning)).map((f) => f.line));
  return all.filter((f) => !generic.has(f.meaning) || !special.has(f.line));
}

function weight(fault: Fault): number {
  return weights[fault.meaning] + (Object.keys(fault.says).length > 1 ? 0.5 : 0);
}

/** Retried and then fine is fine: a line of success stands behind it and nothing of its kind after that. */
function madeGood(fault: Fault, lines: readonly string[]): boolean {
  if (!retryable.has(fault.meaning)) return false;
  for (let i = lines.length - 1; i > fault.line; i--) {
    const line = lines[i] ?? '';
    if (/^\s+at |^\s*from /.test(line)) continue;
    if (GOOD_AGAIN.test(line) && !FAILED_AGAIN.test(line) && line.length < 400) return true;
    if (FAILED_AGAIN.test(line)) return false;
  }
  return false;
}

/** What a migration only tells (`-> WARNING: found 3 orphans`, `-- Lock timeout. Retrying`), source lines, and settings that are listed. */
function isEcho(fault: Fault, lines: readonly string[]): boolean {
  if (fault.meaning === 'full-scan') return false;
  const line = lines[fault.line] ?? '';
  return (
    /^\s*(?:->|-- (?!-)|#|\/\/)|^Completed \d{3} /.test(line) ||
    ADVICE.test(line) ||
    CLIENT_LEFT.test(line) ||
    (fault.meaning === 'missing-setting' && TOLERATED.test(line)) ||
    /^\s*(?:if|throw|raise|return|const|let|var|def|class|function) ?[\s(!]/.test(line)
  );
}

function isHarmless(fault: Fault, chain: readonly Thrown[]): boolean {
  if (fault.meaning !== 'http-rejected' && fault.meaning !== 'no-attribute') return false;
  const last = chain.at(-1);
  return last !== undefined && HARMLESS.test(`${last.class}: ${last.message}`) && chain.length === 1;
}

/** An exception that no grammar knows: the deepest cause speaks. */
function thrownFault(chain: readonly Thrown[]): readonly Fault[] {
  const bad = chain.filter((t) => !HARMLESS.test(`${t.class}: ${t.message}`));
  const last = bad.at(-1);
  if (last === undefined) return [];
  return [
    {
      meaning: 'thrown',
      text: `${last.class}: ${last.message}`.slice(0, 400),
      line: last.line,
      by: 'exception',
      says: { exception: last.class },
    },
  ];
}
