import { sqlText } from '../../paste.ts';
import { migrationRule } from '../migrations/migration-rule.ts';
import { on, remedy } from '../write.ts';

/** A foreign key between columns of different types. */
export const keyTypeMismatch = migrationRule({
  id: 'key-type-mismatch',
  adds: ({ facts, fault, reading }) => ends(facts, fault.text, reading.lines),
  about: (facts) => facts.constraint ?? `${facts.childTable ?? ''}.${facts.column ?? ''}`,
  cause: (facts) =>
    `The foreign key ${facts.childTable ?? 'child'}.${facts.column ?? 'column'} → ${facts.parentTable ?? 'parent'}.${facts.parentColumn ?? 'id'} was refused: the two columns have different types`,
  remedy: (facts) =>
    remedy('roll-forward', `the column must have the type of the key it points to${on(facts.parentType, ', ')}`, {
      commands: [
        `SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE (TABLE_NAME = '${sqlText(facts.childTable ?? '…')}' AND COLUMN_NAME = '${sqlText(facts.column ?? '…')}') OR (TABLE_NAME = '${sqlText(facts.parentTable ?? '…')}' AND COLUMN_NAME = '${sqlText(facts.parentColumn ?? 'id')}');`,
      ],
      hazards: [
        'the table may already exist without its key: MySQL does not roll DDL back',
        'changing the type of a large table copies it: gh-ost or pt-online-schema-change',
      ],
      safety: 'needs-care',
    }),
  next: () => [
    'make both columns one type, signedness and, for text, one collation',
    'drop what the failed run left',
    'run the migration again',
  ],
  chain: (facts) => [
    `${facts.childTable ?? 'the child'}.${facts.column ?? 'column'} and its parent key differ in type`,
    'the foreign key was refused and the migration stopped',
  ],
});

/** The statement beside the error, where there is one, names both ends. */
function ends(facts: Readonly<Record<string, string>>, text: string, lines: readonly string[]): Readonly<Record<string, string>> {
  const sql = [text, ...lines].find((line) => /references/i.test(line) && /alter table|create table/i.test(line)) ?? '';
  const child = /(?:alter|create) table (?:if not exists )?[`"]?(?:\w{1,64}[`"]?\.[`"]?)?(?<table>\w{1,64})/i.exec(sql)?.groups?.table;
  const parent = /references [`"]?(?:\w{1,64}[`"]?\.[`"]?)?(?<table>\w{1,64})[`"]?/i.exec(sql)?.groups?.table;
  const ruby = /add_foreign_key\(:(?<child>\w{1,64}), :(?<parent>\w{1,64})/.exec(
    lines.find((l) => l.includes('add_foreign_key(')) ?? '',
  )?.groups;
  const pg = /Key columns? "(?<column>[^"]{1,64})" (?:of the referencing table )?and "(?<parentColumn>[^"]{1,64})"/.exec(
    lines.join('\n').slice(0, 20_000),
  )?.groups;
  const childTable = facts.childTable ?? child ?? ruby?.child;
  const parentTable = facts.parentTable ?? parent ?? ruby?.parent;
  return {
    ...(childTable === undefined ? {} : { childTable }),
    ...(parentTable === undefined ? {} : { parentTable }),
    ...(pg?.column === undefined ? {} : { column: pg.column, parentColumn: pg.parentColumn ?? 'id' }),
  };
}
