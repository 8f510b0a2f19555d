import type { Family } from './symptoms.ts';

export interface Mechanism {
  /** The families whose symptoms it can bring. */
  families: readonly Family[];
  says: string;
  weight: number;
  /** What a changed line of the given side looks like. */
  added?: RegExp;
  removed?: RegExp;
  /** On either side. */
  touched?: RegExp;
  /** The same line, in another place. */
  moved?: RegExp;
  /** Only in these files. */
  path?: RegExp;
}

/** Changes of code that bring trouble by their nature. */
export const mechanisms: readonly Mechanism[] = [
  {
    families: ['session'],
    says: 'no longer opens the transaction or session that its data need',
    weight: 0.6,
    removed: /@Transactional|\btransaction\b|\bsession\b|\batomic\b|JOIN FETCH|JoinFetch|joinedload|selectinload|EntityGraph|\.Include\(/i,
  },
  {
    families: ['input'],
    says: 'takes only what fits more strictly',
    weight: 0.5,
    added:
      /forbid\w*|whitelist|\bstrict\w*|additionalProperties|\brequired?\b|\bNot(?:Null|Blank|Empty)\b|\bvalidates?\b|max_?length|accept_?(?:content|only)/i,
  },
  {
    families: ['input', 'shape'],
    says: 'refuses fields that nobody knows',
    weight: 0.6,
    added: /\benable\(.{0,60}FAIL_ON_UNKNOWN|deny_?unknown|DisallowUnknown|unknown.{0,20}\b(?:raise|forbid|strict)/i,
    removed: /\bdisable\(.{0,60}FAIL_ON_UNKNOWN|ignore_?unknown/i,
  },
  {
    families: ['database', 'cpu', 'queue', 'rate', 'latency'],
    says: 'changes how often it runs',
    weight: 0.55,
    touched: /(?:->|\.)(?:every\w*|hourly\w*|daily\w*|weekly\w*|monthly\w*|cron)\(|\b(?:cron|crontab|fixedRate|fixedDelay|every)\s*[:=(]/,
  },
  {
    families: ['cancelled'],
    says: 'changes how long the call may live',
    weight: 0.5,
    touched: /\bctx\b|Context\(|CancellationToken|AbortSignal|\bsignal\b|\bDispose\b|\busing\b/,
  },
  {
    families: ['pool', 'memory', 'latency'],
    says: 'no longer releases what it took',
    weight: 0.5,
    removed:
      /\b(?:close|release|dispose|disconnect|end|return_?[cC]onnection|cancel|defer|finally|ensure|with_connection|using)\b\s*[({.;]?|^\s*(?:finally|ensure|with|using|defer)\b|\btry\s*\(/,
  },
  {
    families: ['pool', 'latency', 'concurrency', 'database'],
    says: 'holds a transaction or lock around more work',
    weight: 0.45,
    added:
      /\b(?:transaction|@Transactional|with_lock|lock!|synchronized|Mutex|mu\.Lock|FOR UPDATE|select_for_update|lockForUpdate|GET_LOCK|advisory_lock)\b/i,
  },
  {
    families: ['pool', 'crowded'],
    says: 'takes connections by hand',
    weight: 0.45,
    touched: /\bgetConnection\(|\bget_connection\(|\.(?:acquire|checkout|check_out)\b|pool\.connect\(|\.raw_connection\b|\bDriverManager\b/,
  },
  {
    families: ['concurrency'],
    says: 'changes what is locked, or in which order',
    weight: 0.45,
    touched: /\b\w*lock(?:All|Row|For\w*|_\w+|!)?\s*[(!]|\bFOR UPDATE\b/i,
  },
  {
    families: ['crowded', 'pool', 'network', 'memory'],
    says: 'makes clients or connections in another place',
    weight: 0.5,
    touched:
      /\bnew (?:Prisma\w*|Http\w*|Redis|Mongo\w*|Sequelize|DataSource|Pool|\w*Client|\w*Connection)\b|createPool\(|createConnection\(|create_engine\(|(?:Redis|Faraday|Mysql2::Client|PG)\.(?:new|connect)\b|sql\.Open\(|\bConnectionPool\b/,
  },
  {
    families: ['latency', 'concurrency', 'pool'],
    says: 'holds a lock for longer',
    weight: 0.5,
    added: /\bdefer\s+[\w.]+\.R?Unlock\(/,
    moved: /\b(?:un)?lock\b|\bsynchronized\b|\bmutex\b|\btransaction\b/i,
  },
  {
    families: ['latency'],
    says: 'does one after the other what it did at once',
    weight: 0.5,
    removed:
      /Promise\.all\w*\(|asyncio\.gather|errgroup|WaitGroup|CompletableFuture\.allOf|Task\.WhenAll|parallelStream|ThreadPoolExecutor|Concurrent::|async with TaskGroup|join_all|Parallel\.|\.parallel\(/,
  },
  {
    families: ['memory', 'pool', 'cpu', 'latency', 'cancelled'],
    says: 'starts work that nobody may wait for',
    weight: 0.45,
    added:
      /\bgo func\b|\bgo \w+(?:\.\w+)*\(|make\(chan \w+\)|new Thread\(|Thread\.new\b|Task\.Run\(|create_task\(|ensure_future\(|set(?:Interval)\(|tokio::spawn|GlobalScope\.launch|executor\.submit\(/,
  },
  {
    families: ['network', 'latency'],
    says: 'changes who may reach whom',
    weight: 0.6,
    touched:
      /\bNetworkPolicy\b|\bpolicyTypes\b|\begress\b|security_?group|\bfirewall|\biptables\b|\bAuthorizationPolicy\b|\bPeerAuthentication\b|\bpodSelector\b/i,
  },
  {
    families: ['network', 'latency'],
    says: 'changes how names are resolved',
    weight: 0.55,
    touched: /^\s*(?:forward|file|rewrite|hosts|template|proxy|upstream)\s+\S|\bnameserver\b|\bndots\b|dnsPolicy/,
    path: /coredns|corefile|(?:^|\/)dns|resolv\.conf|unbound|named\.conf|zone/i,
  },
  {
    families: ['runtime', 'rejected', 'network', 'shape', 'memory', 'latency'],
    says: 'changes the base image',
    weight: 0.55,
    touched: /^\s*FROM\s+\S/,
    path: /Dockerfile|Containerfile/,
  },
  {
    families: ['shape', 'input'],
    says: 'changes the type or name of what it hands over',
    weight: 0.4,
    added:
      /\bString\(|\.toString\(|\bstr\(|\bint\(|\bfloat\(|\.to_[sif]\b|parseInt\(|parseFloat\(|\bNumber\(|JSON\.stringify\(|strconv\.|json:"|@JsonProperty|@SerializedName|\bserde\(/,
  },
  {
    families: ['latency', 'database', 'cpu', 'pool'],
    says: 'asks once per item, or loads what it did not before',
    weight: 0.4,
    removed:
      /\b(?:includes|preload|eager_load|select_related|prefetch_related|JoinFetch|JOIN FETCH|dataloader|batch\w*|bulk\w*|limit|paginate|LIMIT|per_page|page_size|pluck|select)\b\s*[(:]|\bLIMIT\b/,
  },
  {
    families: ['latency', 'database', 'cpu', 'pool'],
    says: 'adds a query or call inside a loop',
    weight: 0.3,
    added:
      /(?:\.each|\.map|forEach|for\s*\(|for \w+ in|\.flatMap|range)\b.*(?:find|where|query|get|fetch|select|load|call|request)|\bfind_each\b|\.objects\.(?:get|filter)\(/,
  },
  {
    families: ['latency', 'database', 'cpu', 'cache', 'rate', 'pool'],
    says: 'takes a cache away',
    weight: 0.5,
    removed: /cache|memoi[sz]|@lru_cache|\|\|=|redis\.|Rails\.cache|@Cacheable|lru/i,
  },
  {
    families: ['cache', 'database', 'latency', 'cpu'],
    says: 'turns a cache off',
    weight: 0.55,
    added: /\bdummy|null_?(?:store|cache)|no[-_]?(?:store|cache|op)\b|cach\w*["']?\s*[:=]\s*(?:false|off|none|nil|null|["']array)/i,
  },
  {
    families: ['latency', 'rate', 'pool', 'cpu', 'queue'],
    says: 'retries more',
    weight: 0.4,
    added: /\bretr(?:y|ies)\b|\battempts?\b|backoff/i,
  },
  {
    families: ['latency', 'rate', 'network'],
    says: 'takes a limit, breaker, retry or fallback away',
    weight: 0.4,
    removed:
      /\b(?:retr(?:y|ies)|backoff|jitter|circuit\w*|breaker|fallback|throttle|limiter|rate_?limit\w*|semaphore|timeout|rescue|catch|except)\b/i,
  },
  {
    families: ['latency', 'cpu', 'concurrency'],
    says: 'blocks or works hard where requests are served',
    weight: 0.4,
    added:
      /\bsleep\s*\(|Thread\.sleep|time\.sleep|readFileSync|execSync|Sync\(|pbkdf2|bcrypt|scrypt|\.join\(\)|\.get\(\)\s*;|\.block\(\)|\.Result\b|while\s*\(?\s*(?:true|1|:)|loop do/,
  },
  {
    families: ['memory'],
    says: 'keeps growing what it never empties',
    weight: 0.5,
    added:
      /(?:cache|buffer|list|history|registr|listener|queue|map|store|result|seen|session)\w*\b.*(?:\.push|\.append|\.add\(|\.put\(|\[\w+\]\s*=|<<|\.set\()|\.addListener|\.on\(|readAll|ReadAll|read\(\)|toByteArray|new Map\(|static\b.*=\s*new/i,
  },
  {
    families: ['memory'],
    says: 'takes a bound away',
    weight: 0.45,
    removed:
      /\b(?:max_?[sS]ize|maxEntries|max_?entries|limit|maxsize|expire\w*|ttl|evict\w*|clear|delete|removeListener|off\(|stream|chunk\w*|each_slice|find_each|batch)\b/i,
  },
  {
    families: ['shape'],
    says: 'lets callers wait for what they had at once',
    weight: 0.5,
    added: /\basync\b/,
  },
  {
    families: ['rate', 'latency', 'cpu', 'queue'],
    says: 'no longer pauses between tries',
    weight: 0.5,
    removed: /\bsleep\b|backoff|jitter|\bdelay\(|settimeout\(/i,
  },
  {
    families: ['cache', 'database', 'latency'],
    says: 'caches under keys that never come again',
    weight: 0.55,
    added: /Date\.now\(|time\.time\(|Time\.(?:now|current)|time\.Now\(|uuid|\brandom\b|\brand\(/i,
    path: /cache|memo/i,
  },
  {
    families: ['shape'],
    says: 'takes a guard or field away',
    weight: 0.4,
    removed:
      /\?\.|&\.|\bif\b.*(?:null|nil|None|undefined|present\?|blank\?|empty|exist|len\()|\?\?|\|\| (?:\{|\[|''|""|0)|\bdefault\b|optional|make\((?:map|chan)|\.get\(|try\(|getOrDefault|unwrap_or/i,
  },
  {
    families: ['queue', 'latency'],
    says: 'changes how work is taken off the queue',
    weight: 0.4,
    touched:
      /\b(?:prefetch|ack|nack|commit\w*|concurrency|consumer|batch|poll|partition|group_?id|queue_as|perform_(?:now|later|async))\b/i,
  },
  {
    families: ['disk', 'cpu', 'latency'],
    says: 'writes more logs or files',
    weight: 0.4,
    added: /log_?level\W+(?:debug|trace|all)|level\W+(?:debug|trace)|\bDEBUG\b|logger\.debug|verbose/i,
  },
  {
    families: ['database', 'latency', 'cpu'],
    says: 'changes what the query filters or sorts by',
    weight: 0.35,
    touched:
      /\b(?:where|order(?:_by|By)?|ORDER BY|WHERE|JOIN|joins?|filter|LIKE|having|group_by|GROUP BY|LOWER\(|IS NULL|exists|exclude|findMany|findAll|aggregate)\b/,
  },
  {
    families: ['database', 'latency', 'cpu'],
    says: 'drops an index',
    weight: 0.6,
    added: /remove_index|drop_?[iI]ndex|DROP INDEX|RemoveIndex/,
    removed: /\badd_index|@Index|db_index|index:\s*true|CREATE INDEX/,
  },
  {
    families: ['rejected'],
    says: 'changes who may do it',
    weight: 0.4,
    touched:
      /\b(?:authori[sz]e\w*|authenticate\w*|permission\w*|policy|scope|audience|issuer|role|cors|csrf|verify|allow\w*|deny|secret|token)\b/i,
  },
  {
    families: ['network'],
    says: 'changes where or how it connects',
    weight: 0.4,
    touched:
      /\b(?:host|hostname|endpoint|url|uri|port|dns|address|proxy|tls|ssl|keep_?alive|base_?url|addr)\b\s*[:=]|https?:\/\/|_(?:HOST|URL|ADDR|PORT|ENDPOINT)\b/,
  },
  {
    families: ['cpu', 'latency'],
    says: 'adds a pattern that can run away',
    weight: 0.45,
    added: /\([^()]*(?:[+*]|\{\d+,\})[^()]*\)(?:[+*]|\{\d+,\})|\.\*[^|)]{0,40}\.\*/,
  },
  {
    families: ['cache'],
    says: 'changes the key under which it is cached',
    weight: 0.5,
    touched: /\bkey\b/i,
    path: /cache|memo/i,
  },
  {
    families: ['cache', 'database', 'latency'],
    says: 'changes what is cached under which key',
    weight: 0.45,
    touched: /cache_?key|cacheKey|cache_?version|\bkey_?prefix|memo\w*\(|\bvary\b|cache-control/i,
  },
];
