import { sqlName, sqlNames } from '../../paste.ts';
import { named, on, remedy } from '../write.ts';
import { migrationRule } from './migration-rule.ts';

type FactSheet = Readonly<Record<string, string>>;

/** A unique index over rows that are not unique. */
export const migrationDuplicateRows = migrationRule({
  id: 'migration-duplicate-rows',
  atMost: ({ fault }) => (fault.meaning === 'migration-hidden' ? 'likely' : undefined),
  adds: ({ facts, fault }) => ({ ...tableOfKey(fault.says.index), ...columnsOf(facts) }),
  about: (facts) => facts.index ?? '',
  cause: (facts) =>
    `The migration stopped: ${named(facts, 'table') ?? 'the table'} holds duplicate rows, so the unique index${on(facts.index, ' ')} was refused`,
  remedy: (facts) =>
    remedy('fix-data', 'a unique index needs unique rows', {
      commands: [duplicateQuery(facts)],
      hazards: [
        'which of the duplicates stays is a decision for a person: other tables may point to each of them',
        'PostgreSQL leaves an INVALID index behind after CREATE INDEX CONCURRENTLY: drop it first',
      ],
      safety: 'needs-care',
    }),
  next: (facts) => [
    `count the duplicates: ${duplicateQuery(facts)}`,
    'merge or delete them (a person decides), and close the gap that makes new ones',
    'run the migration again',
  ],
  chain: (facts) => [
    `duplicate rows in ${facts.table ?? 'the table'}${on(facts.columns ?? facts.column, ', ')}`,
    `unique index ${facts.index ?? ''} was not made; the migration stopped there`.replace('  ', ' '),
  ],
});

/** MySQL 8.0.19 and later print `table.key`. */
function tableOfKey(index: string | undefined): FactSheet {
  const dot = index?.indexOf('.') ?? -1;
  return index === undefined || dot < 1 ? {} : { table: index.slice(0, dot), index: index.slice(dot + 1), key: index };
}

function columnsOf({ statement = '', column }: FactSheet): FactSheet {
  const many = /^add_index\(:\w+, \[(?<columns>[^\]]{1,300})\]/.exec(statement)?.groups?.columns;
  const one = /^add_index\(:\w+, :(?<column>\w+)/.exec(statement)?.groups?.column;
  const columns = many?.replaceAll(':', '') ?? one ?? column;
  return columns === undefined ? {} : { columns };
}

function duplicateQuery({ table = 'the_table', columns = 'the_columns' }: FactSheet): string {
  const names = sqlNames(columns);
  return `SELECT ${names}, COUNT(*) FROM ${sqlName(table)} GROUP BY ${names} HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC LIMIT 50;`;
}
