/**
 * Trouble that reaches our code from outside, by the words of drivers, runtimes and protocols. Its stack tells who was waiting, not who is
 * guilty: every call of that file would fail. Only a change of how we call, how much, or what we hold meanwhile can have brought it.
 */
import type { Family } from './symptoms.ts';

/** How it shows, and which families of change can bring that about. The first that fits tells. */
const origins: readonly (readonly [RegExp, readonly Family[]])[] = [
  // What outgrew its column: no change of code does.
  [/out of range (?:value )?for (?:column|type|\S*::?Type)|\bout of range for \S*Integer|integer out of range/i, []],
  [/no space left on device|\bENOSPC\b|\bdisk (?:is )?full|disk quota|Disk error|table .{1,80} is full/i, ['disk']],
  [/\bOOM command not allowed|\bMISCONF\b|\bCLUSTERDOWN\b|\bLOADING Redis/i, ['memory', 'cache']],
  [/read[- ]only (?:option|mode|replica|transaction)|\bREADONLY\b|not (?:the )?(?:primary|master)|failover/i, ['network']],
  [/lock wait timeout|deadlock/i, ['concurrency', 'database']],
  [
    /connection not available|connection is not available|could not obtain a (?:database )?connection|pool (?:timeout|exhausted|timed out)|too[ _]many[ _](?:connections|clients)|remaining connection slots/i,
    ['pool', 'crowded', 'concurrency', 'latency', 'database'],
  ],
  // It turned us away.
  [/\b429\b|too many requests|rate limit|reduce your request rate|\bquota\b|\bthrottl/i, ['rate', 'rejected', 'cache']],
  [
    /\b401\b|unauthori[sz]ed|(?:api |access )?(?:key|token|credentials?) (?:(?:has|have) been |has |was |is )?(?:revoked|expired|invalid|disabled)|signature (?:does not match|mismatch|is invalid|verification failed)|invalid signature|InvalidSignature|\b403 forbidden|authentication (?:failed|credentials)|\baccess denied for|not authorized to perform|\bAccessDenied\b|insufficient privileges?|permission denied for/i,
    ['rejected', 'network', 'input'],
  ],
  [
    /certificate (?:has )?(?:expired|verify failed|is not (?:yet )?valid)|certificate problem|SSL_connect|handshake (?:failed|failure|error)|\bx509\b|PKIX path/i,
    ['network', 'rejected', 'runtime'],
  ],
  // The database does not let us in.
  [
    /username\/password|password authentication failed|login failed for user|issue connecting to|\bConnectionNotEstablished\b|\bDatabaseConnectionError\b|(?:could not|can't|cannot|unable to|failed to) connect\b/i,
    ['network', 'rejected', 'runtime', 'crowded'],
  ],
  // Too slow, wherever that comes from; a worker that is killed for its slowness is our own code.
  [
    /(?<!worker[ _-])\btime(?:d[ _-]?|[ -]?)outs?\b|(?<!worker[ _-])Timeout(?:Error|Exception|Expired)?\b|deadline exceeded|max_execution_time|\bETIMEDOUT\b|\b504\b(?!\d)|gateway time-?out/i,
    ['latency', 'network', 'pool', 'database', 'cpu', 'concurrency', 'rate', 'cache', 'queue'],
  ],
  // The network and the other side.
  [
    /\bECONN\w+|\bEAI_AGAIN\b|\bENOTFOUND\b|\bEHOSTUNREACH\b|\bEPIPE\b|getaddrinfo|name resolution|no such host|nxdomain|connection (?:was )?(?:refused|reset|closed|aborted|lost)|unreachable|socket hang up|broken pipe|cannot assign requested address|max retries exceeded|\bupstream (?:connect|request)|lost connection|server has gone away|server closed the connection|terminating connection/i,
    ['network', 'runtime', 'crowded', 'rate', 'memory'],
  ],
  [
    /\b50[23]\b(?!\d)|service unavailable|bad gateway|all shards failed|no living connections|no (?:healthy|available) (?:upstream|node|server|host)s?\b/i,
    ['network', 'rate', 'memory'],
  ],
];

/** Families of change that can bring trouble from outside; undefined where it came from our own code. */
export function originOf(text: string): ReadonlySet<Family> | undefined {
  const found = origins.find(([pattern]) => pattern.test(text));
  return found && new Set(found[1]);
}
