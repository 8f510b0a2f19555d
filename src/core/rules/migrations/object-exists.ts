import { sqlName } from '../../paste.ts';
import { named, on, remedy } from '../write.ts';
import { migrationRule } from './migration-rule.ts';

/** A second run of DDL that half happened: the first failure is what to look for. */
export const migrationObjectExists = migrationRule({
  id: 'migration-object-exists',
  about: (facts) => named(facts, 'column', 'index', 'constraint', 'table') ?? '',
  cause: (facts) =>
    `The migration stopped: ${named(facts, 'column', 'index', 'constraint', 'table') ?? 'what it would make'} is there already${on(facts.column === undefined ? undefined : facts.table)}, from an earlier run that failed half-way or from a change by hand`,
  remedy: (facts) =>
    remedy('rerun-migration', 'the database does not roll DDL back: what the first run made must be taken away or marked as done', {
      commands: [facts.table === undefined ? 'SHOW CREATE TABLE <the table>;' : `SHOW CREATE TABLE ${sqlName(facts.table)};`],
      hazards: [
        'do not drop what is there before comparing it: it may hold data written since',
        'marking the migration as done is right only when all of its statements have run',
      ],
      safety: 'needs-care',
    }),
  next: () => [
    'find the log of the first run: its failure is the cause, this one only follows',
    'compare the schema with every statement of the migration',
    'finish the rest by hand or make the statements conditional, then run it again',
  ],
  chain: (facts) => [
    'an earlier run failed half-way and left its objects',
    `the second run${on(facts.migration, ' of ')} stops at what exists`,
  ],
});
