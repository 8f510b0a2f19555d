import { textRule } from '../text-rule.ts';
import { on, remedy } from '../write.ts';

/** A log that says itself that a statement waits for a table's definition: PostgreSQL's `log_lock_waits`. */
export const metadataLockText = textRule({
  id: 'metadata-lock',
  explains: ['connections-exhausted', 'missing-index', 'code-exception'],
  strength: 'strong',
  cause: (facts) =>
    `A statement waits for the lock on ${facts.table ?? (facts.relation === undefined ? 'a table' : `relation ${facts.relation}`)}${on(facts.lock, ', ')}: whoever comes later queues behind it`,
  remedy: () =>
    remedy('kill-queries', 'ending the holder, or the schema change that waits, frees the queue', {
      commands: [
        'SELECT pid, pg_blocking_pids(pid), state, xact_start, left(query, 80) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0 LIMIT 20;',
      ],
      hazards: ['ending a schema change is cheap; ending a long writer rolls it back'],
      safety: 'needs-care',
    }),
  next: () => [
    'find the holder: it waits for nothing itself',
    'is it the migration that waits? then end the migration first',
    'run it again with a short lock time-out',
  ],
  chain: (facts) => [
    `a session holds ${facts.table ?? 'the table'}`,
    'a stronger lock waits behind it',
    'everything later waits behind that',
  ],
});

/** InnoDB's monitor shows a transaction that has been open for long and waits for nothing. */
export const longTransactionText = textRule({
  id: 'long-transaction',
  strength: 'strong',
  byRelease: 'no',
  cause: (facts) => `Thread ${facts.thread ?? 'unknown'} has kept a transaction open for ${facts.seconds ?? 'many'} s`,
  remedy: (facts) =>
    remedy('kill-queries', 'ending the session rolls its work back and frees its locks', {
      commands: !/^\d+$/.test(facts.thread ?? '') ? [] : [`KILL ${facts.thread};`, `CALL mysql.rds_kill(${facts.thread}); -- on RDS`],
      hazards: ['look first whose session it is; what it changed is rolled back'],
      safety: 'needs-care',
    }),
  next: () => ['whose session is it: a report, a console, a job?', 'commit it there, or end it'],
  chain: (facts) => [
    `thread ${facts.thread ?? ''} keeps a transaction open`.replace('  ', ' '),
    'purge falls behind, and its rows stay locked',
  ],
});
