/** Families of trouble: how they show, and which kind of change brings them about. Symptoms of a changed setting seldom name the setting. */
export type Family =
  | 'pool'
  | 'latency'
  | 'memory'
  | 'cpu'
  | 'database'
  | 'cache'
  | 'queue'
  | 'network'
  | 'rejected'
  | 'rate'
  | 'shape'
  | 'disk'
  | 'concurrency'
  /** One part does not fit another's version. */
  | 'runtime'
  /** What was sent is refused for its form. */
  | 'input'
  /** The call ended before its work. */
  | 'cancelled'
  /** Data are read where no transaction or session is open. */
  | 'session'
  /** More clients than a server takes: here a larger pool hurts. */
  | 'crowded';

/** What the symptoms say, by family. */
export const symptoms: readonly (readonly [Family, RegExp])[] = [
  [
    'pool',
    /\bpool\b|too many (?:connections|clients)|connection (?:limit|is not available|checkout)|could not obtain a (?:database )?connection|checkout timeout|max_?connections|exhausted|ConnectionTimeoutError|DatabaseConnections|acquir\w+ (?:a )?connection|ResourceExhausted|EMFILE|too many open files|threads? (?:busy|starv)/i,
  ],
  [
    'runtime',
    /unsupported|not supported|incompatib|NoSuchMethod|NoClassDef|ClassNotFound|undefined symbol|cannot find module|GLIBC|OPENSSL|ERR_OSSL|digital envelope|deprecat|removed in|shared object|cannot load library|\.so(?:\.\d+)*:|unexpected keyword argument|has no attribute|exec format|illegal instruction/i,
  ],
  [
    'input',
    /\b(?:400|422)\b|bad ?request|unprocessable|should not exist|(?:unknown|unrecogni[sz]ed|unexpected|unpermitted) (?:field|propert|argument|param|key|attribute)|is (?:empty|blank|required|missing|invalid|not allowed)|can't be blank|must (?:not )?be\b|validation (?:failed|error)|ValidationError|refus\w+ to \w+/i,
  ],
  [
    'cancelled',
    /context cancell?ed|operation was cancell?ed|OperationCanceled|TaskCanceled|CancelledError|ObjectDisposed|already (?:closed|disposed)|use of closed|AbortError/i,
  ],
  [
    'session',
    /no session\b|lazily initiali[sz]|DetachedInstance|not bound to a Session|no transaction is in progress|TransactionRequired|outside (?:of )?(?:a |an )?(?:transaction|atomic)/i,
  ],
  ['crowded', /too many (?:connections|clients)|max_connections|remaining connection slots|max_user_connections/i],
  ['latency', /time[d-]? ?out|timeout|deadline|latency|slow|p9[059]|duration|response.?time|\b50[234]\b|hang|stuck|\bqueue time/i],
  ['memory', /out ?of ?memory|\bOOM|heap|memory|\bRSS\b|\bGC\b|garbage|Killed\b|exit(?:Code)? ?137|FreeableMemory|evicted/i],
  ['cpu', /\bcpu\b|CPUUtilization|load average|throttl\w+ cpu|event loop|busy/i],
  ['database', /sql|mysql|postgres|mariadb|quer(?:y|ies)|deadlock|lock wait|table|rows? examined|database|\bdb\b|index|full scan/i],
  ['cache', /cache|redis|memcache|stampede|\bmiss(?:es)?\b|\bhit (?:rate|ratio)|\bttl\b|evict/i],
  ['queue', /queue|lag|backlog|consumer|attempts?\b|kafka|rabbit|sqs|sidekiq|celery|job|worker|dead.?letter|partition/i],
  [
    'network',
    /refused|unreachable|ENOTFOUND|EAI_AGAIN|getaddrinfo|no such host|dns|name resolution|ECONN|connection reset|upstream|socket|UNAVAILABLE|lookup \S+|\bdial(?:ing)? tcp|i\/o timeout|connect ?timeout|(?:not possible|unable|failed|cannot|could not) to? ?connect/i,
  ],
  [
    'rejected',
    /\b4(?:01|03|13|15|31)\b|too large|payload|origin|unauthori[sz]ed|forbidden|permission|denied|token|signature|credential|certificate|jwt|csrf|cors|secret/i,
  ],
  ['rate', /\b429\b|rate.?limit|too many requests|throttl|quota|retry storm|retries|request volume|traffic/i],
  [
    'shape',
    /undefined|null|nil\b|None\b|NoMethod|TypeError|AttributeError|KeyError|NullPointer|cannot read|unmarshal|deseriali[sz]|parse|JSON|schema|missing field|invalid value|validation|index out of|cast|panic/i,
  ],
  ['disk', /disk|no space|storage|inode|volume|FreeStorage|EBS/i],
  ['concurrency', /deadlock|race|concurrent|lock|contention|starv|blocked|mutex|synchroni/i],
];
