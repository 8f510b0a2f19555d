import type { Family } from './symptoms.ts';

/** Settings whose number matters: which families they touch, and which direction hurts. */
export const settings: readonly (readonly [RegExp, readonly Family[], hurts: 'down' | 'up' | 'both', says: string])[] = [
  [
    /pool|max_?conn|connections?_?(?:limit|max)|max_?(?:idle|open|active|total)|(?:^|_)threads?(?:_|$)|worker|max_?session|ulimit|nofile|max_?wait/,
    ['pool', 'latency', 'queue', 'database', 'crowded'],
    'down',
    'pool or worker size',
  ],
  [/^rows_taken$/, ['database', 'latency', 'memory', 'cpu'], 'up', 'rows taken at once'],
  [/time_?out|deadline|max_?execution|read_?timeout|grace|interval|period/, ['latency', 'network', 'pool', 'rate'], 'down', 'time limit'],
  [
    /retry_?after|visibility|\blease|ack_?(?:deadline|wait|timeout)|max_?(?:run|job|execution)_?time/,
    ['queue', 'rate', 'latency'],
    'down',
    'time that a job may take',
  ],
  [/retr(?:y|ies)|attempt/, ['latency', 'rate', 'pool', 'cpu', 'queue', 'network'], 'up', 'retries'],
  [/ttl|expir|max_?age|stale|cache/, ['cache', 'database', 'latency', 'cpu', 'memory', 'rejected', 'rate'], 'down', 'caching'],
  [/memory|heap|xmx|xms|buffer|max_?(?:size|entries|old_space)|cache_?size/, ['memory', 'cpu', 'latency'], 'down', 'memory limit'],
  [
    /cpu|replicas?|instances?|scal|max_?surge|hpa|limits?|requests?/,
    ['cpu', 'latency', 'memory', 'queue', 'rate', 'concurrency', 'pool'],
    'down',
    'capacity',
  ],
  [
    /concurrency|parallel|workers?/,
    ['crowded', 'database', 'queue', 'memory', 'cpu', 'rate', 'latency', 'concurrency'],
    'both',
    'work done at once',
  ],
  [/backoff|jitter|retry_?(?:interval|delay|after|wait)/, ['rate', 'latency', 'cpu', 'queue'], 'down', 'pause between retries'],
  [/cron|schedule|rrule|(?:^|_)every/, ['database', 'cpu', 'queue', 'rate', 'memory', 'latency', 'concurrency'], 'both', 'schedule'],
  [/body|upload|entity|max_?(?:file|request|payload|header)/, ['rejected'], 'down', 'size limit'],
  [/rate|limit|quota|burst|throttle|max_?requests/, ['rate', 'latency', 'network', 'queue'], 'down', 'rate limit'],
  [
    /batch|prefetch|chunk|page_?size|per_?page|fetch_?size|poll|bulk/,
    ['memory', 'latency', 'queue', 'database', 'cpu'],
    'both',
    'batch size',
  ],
  [
    /enabled?|disable|feature|flag|toggle|experiment|rollout|use_/,
    ['latency', 'shape', 'cpu', 'database', 'cache', 'rejected', 'rate', 'queue', 'memory', 'network'],
    'both',
    'switch',
  ],
  [/host|url|endpoint|addr|port|broker|upstream|dns|server|proxy/, ['network', 'latency', 'rejected'], 'both', 'address'],
  [/(?:^|_)level|verbose|debug|sampling|trace/, ['disk', 'cpu', 'latency', 'memory'], 'both', 'logging'],
  [
    /lock_?wait|isolation|autocommit|statement|slow_?query|innodb|sql_mode|index/,
    ['database', 'concurrency', 'latency'],
    'both',
    'database setting',
  ],
  [/secret|token|key|credential|cert|issuer|audience|scope|tls|ssl/, ['rejected', 'network'], 'both', 'credential setting'],
];
