import type { LockWait } from '../../evidence.ts';
import { fingerprint } from '../../fingerprint.ts';
import type { Facts, Fit, Rule, Seen, Strength } from '../../rule.ts';
import { bareName, readStatement } from '../../sql/statement.ts';
import { duration } from '../../words.ts';
import { ground, on, remedy } from '../write.ts';

/** What a kind of lock is called, and how its holder is found and ended. */
interface LockKind {
  id: string;
  locks: readonly LockWait['lock'][];
  explains: readonly string[];
  /** What they wait for: `the table’s definition`. */
  waitsFor: (table: string | undefined) => string;
  /** Statements to find the holder by hand. */
  find: readonly string[];
  /** How sure so many waiters make us, when the list alone was read. */
  strength: (lock: LockWait) => Strength;
}

const OLDEST =
  'SELECT trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_rows_locked, trx_rows_modified, trx_query FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 5;';
const HOLDERS =
  "SELECT t.PROCESSLIST_ID, t.PROCESSLIST_COMMAND, t.PROCESSLIST_TIME, g.OBJECT_NAME, g.LOCK_TYPE FROM performance_schema.metadata_locks g JOIN performance_schema.threads t ON t.THREAD_ID = g.OWNER_THREAD_ID WHERE g.LOCK_STATUS = 'GRANTED' AND g.OBJECT_TYPE = 'TABLE' LIMIT 50;";

/** What everybody piles up behind also fills the connections, and makes plain statements look slow. */
const FOLLOWS = ['connections-exhausted', 'missing-index', 'long-transaction', 'code-exception'];

const waits =
  (n: number) =>
  (lock: LockWait): Strength =>
    (lock.waiters ?? 0) >= n ? 'strong' : 'sign';

const kinds: readonly LockKind[] = [
  {
    id: 'flush-wait',
    locks: ['flush', 'global-read'],
    explains: [...FOLLOWS, 'metadata-lock', 'table-lock', 'row-lock'],
    waitsFor: (table) => `a FLUSH or a global read lock${on(table)}`,
    find: ['SHOW FULL PROCESSLIST;', OLDEST],
    strength: () => 'strong',
  },
  {
    id: 'metadata-lock',
    locks: ['metadata'],
    explains: [...FOLLOWS, 'row-lock'],
    waitsFor: (table) => `the metadata lock${on(table, ' of table ')}`,
    find: [OLDEST, HOLDERS],
    strength: () => 'strong',
  },
  {
    id: 'table-lock',
    locks: ['table'],
    explains: FOLLOWS,
    waitsFor: (table) => `the table lock${on(table, ' of ')}`,
    find: ['SHOW OPEN TABLES WHERE In_use > 0;', 'SHOW FULL PROCESSLIST;'],
    strength: (lock) => ((lock.blockerSeconds ?? 0) >= 10 ? 'strong' : waits(3)(lock)),
  },
  {
    id: 'row-lock',
    locks: ['row'],
    explains: FOLLOWS,
    waitsFor: (table) => `rows${on(table, ' of ')} that another transaction holds`,
    find: [OLDEST],
    strength: waits(3),
  },
];

const ruleOf = (kind: LockKind): Rule => ({
  id: kind.id,
  explains: kind.explains,
  fits: (facts) =>
    facts
      .of('lock-wait')
      .filter(({ finding }) => kind.locks.includes(finding.lock) && finding.tone !== 'normal' && finding.waiters !== 0)
      .map((seen) => fitOf(kind, seen, facts)),
});

export const [flushWait, metadataLock, tableLock, rowLock] = kinds.map(ruleOf) as [Rule, Rule, Rule, Rule];

function fitOf(kind: LockKind, seen: Seen<LockWait>, facts: Facts): Fit {
  const lock = seen.finding;
  const many = lock.waiters === undefined ? 'Threads wait' : lock.waiters === 1 ? 'A thread waits' : `${lock.waiters} threads wait`;
  const behind = pendingChange(lock, facts);
  const holder = lock.blockerThread === undefined ? '' : `: thread ${lock.blockerThread} holds it${heldFor(lock)}`;
  const cause = `${many} for ${kind.waitsFor(lock.table)}${holder}`;
  const strength = lock.blockerThread !== undefined && (lock.waiters ?? 0) >= 3 ? 'mechanism' : kind.strength(lock);
  return {
    cause,
    grounds: [
      ground(`${many.toLowerCase()} for ${kind.waitsFor(lock.table)}${hostOf(lock)}`, seen, strength, `locks of ${seen.from.check}`),
    ],
    against: against(lock),
    facts: factsOf(lock, behind),
    remedy: lock.blockerThread === undefined ? findHolder(kind) : endHolder(lock, lock.blockerThread),
    next: nextOf(lock, behind),
    chain: [
      lock.blockerThread === undefined
        ? `something holds ${kind.waitsFor(lock.table)}`
        : `thread ${lock.blockerThread} holds ${kind.waitsFor(lock.table)}`,
      ...(behind === undefined ? [] : [`a schema change waits behind it: ${behind.fingerprint}`]),
      many.toLowerCase(),
    ],
    about: `${lock.lock} ${lock.table ?? ''} ${lock.host ?? ''}`,
    ...(lock.table === undefined ? {} : { touches: [lock.table] }),
  };
}

function heldFor(lock: LockWait): string {
  const idle = lock.blockerIdle === true ? 'asleep with its transaction open' : lock.blockerStatement;
  const seconds = lock.blockerSeconds === undefined ? undefined : `for ${duration(lock.blockerSeconds)}`;
  const parts = [seconds, idle === undefined ? undefined : clipped(idle)].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

const clipped = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text);
const hostOf = (lock: LockWait): string => on(lock.host);

interface Pending {
  thread: number | undefined;
  fingerprint: string;
}

/** The ALTER that waits first in the queue: everybody behind it waits for it, too. */
function pendingChange(lock: LockWait, facts: Facts): Pending | undefined {
  if (lock.lock !== 'metadata') return undefined;
  for (const { finding } of facts.of('query-group')) {
    const shape = fingerprint(finding.fingerprint);
    const statement = readStatement(shape);
    if (!/^(alter|create|drop|truncate|rename|optimize)$/.test(statement.verb)) continue;
    const same = lock.table === undefined || statement.tables.some((table) => bareName(table) === bareName(lock.table ?? ''));
    if (same && finding.sampleId !== lock.blockerThread) return { thread: finding.sampleId, fingerprint: shape };
  }
  return undefined;
}

function factsOf(lock: LockWait, behind: Pending | undefined): Record<string, string> {
  const pairs: readonly (readonly [string, string | number | undefined])[] = [
    ['thread', lock.blockerThread],
    ['table', lock.table],
    ['waiters', lock.waiters],
    ['seconds', lock.blockerSeconds],
    ['statement', lock.blockerStatement],
    ['user', lock.blockerUser],
    ['host', lock.host],
    ['pendingChange', behind?.fingerprint],
    ['pendingThread', behind?.thread],
  ];
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]])));
}

function findHolder(kind: LockKind) {
  return remedy(
    'look-closer',
    'who holds the lock is not known yet: it waits for nothing itself and is often asleep in an open transaction',
    {
      commands: kind.find,
      safety: 'safe',
    },
  );
}

/** One thread is ended, the one that holds; never those that wait. */
function endHolder(lock: LockWait, thread: number) {
  const whole = lock.blockerIdle !== false;
  return remedy('kill-queries', `only thread ${thread} holds what the others wait for`, {
    commands: whole
      ? [`KILL ${thread};`, `CALL mysql.rds_kill(${thread}); -- on RDS`]
      : [`KILL QUERY ${thread};`, `CALL mysql.rds_kill_query(${thread}); -- on RDS`],
    hazards: [
      'what it changed is rolled back, and that may take longer than the change did',
      ...(whole ? ['look first whose session it is: a console, a job, the migration’s own second connection'] : []),
    ],
    safety: 'needs-care',
  });
}

function against(lock: LockWait): readonly string[] {
  return [
    ...(lock.blockerThread === undefined ? [] : [`they still wait when thread ${lock.blockerThread} is gone`]),
    'the waits last a moment each and move on: then it is load, no lock',
  ];
}

function nextOf(lock: LockWait, behind: Pending | undefined): readonly string[] {
  return [
    ...(lock.blockerThread === undefined
      ? ['find the thread that holds the lock and waits for nothing itself']
      : [`see what thread ${lock.blockerThread} belongs to${on(lock.blockerUser, ', user ')}, then end it`]),
    ...(behind === undefined
      ? []
      : [
          `or end the waiting schema change${behind.thread === undefined ? '' : ` (KILL ${behind.thread})`}: everybody behind it runs on, and it can come back with SET SESSION lock_wait_timeout = 5`,
        ]),
    'more database connections make it worse: they wait, too',
  ];
}
