import { on, remedy } from '../write.ts';
import { migrationRule } from './migration-rule.ts';

/** The migration waited for a lock until its time was up: somebody else holds the table or its rows. */
export const migrationLockTimeout = migrationRule({
  id: 'migration-lock-timeout',
  about: (facts) => facts.table ?? '',
  // A time limit of the statement may as well have ended its own long work.
  atMost: ({ fault }) => (fault.meaning === 'slow-query' ? 'possible' : undefined),
  cause: (facts) => `The migration waited for a lock${on(facts.table)} and gave up: another session holds it`,
  remedy: (facts) =>
    remedy('rerun-migration', 'nothing is wrong with the migration or the data: it must run when nobody holds the table', {
      commands: [
        'SELECT trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_query FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 5;',
        'SET SESSION lock_wait_timeout = 5;',
      ],
      hazards: [
        'while an ALTER waits, every later query on the table queues behind it: keep lock_wait_timeout short and try again',
        'MySQL does not roll DDL back: statements before this one stay; a second run may find objects that exist',
        ...(facts.migration?.includes('pt_') || facts.index?.includes('_new') ? ['triggers and the new table may be left behind'] : []),
      ],
      safety: 'needs-care',
    }),
  next: () => [
    'find the oldest open transaction on that table and what it belongs to',
    'end it, or wait for it',
    'run the migration again with a short lock time limit',
  ],
  chain: (facts) => [
    `an open transaction holds ${facts.table ?? 'the table'}`,
    `the migration${on(facts.migration, ' ')} waited and was refused the lock`,
  ],
});
