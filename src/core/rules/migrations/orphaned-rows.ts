import { liveRelease } from '../../judge/live-release.ts';
import { sqlName } from '../../paste.ts';
import type { Fit, Rule } from '../../rule.ts';
import { type TextCase, textsFor } from '../cases.ts';
import { named, remedy, textGrounds } from '../write.ts';
import { NEXT_NEVER_RAN, withSchema } from './with-schema.ts';

type FactSheet = Readonly<Record<string, string>>;

/** A foreign key was added over rows whose parent is gone; or, which looks the same, a new column got a default that is no parent. */
export const migrationOrphanedRows: Rule = {
  id: 'migration-orphaned-rows',
  explains: ['missing-index', 'migration-pending', 'code-exception', 'probe-failing'],
  fits: (facts) =>
    textsFor(facts, 'migration-orphaned-rows').map((found): Fit => {
      const sheet = foreignKey(found);
      const fresh = isFreshColumn(sheet);
      const live = liveRelease(facts);
      const where = `${sheet.childTable ?? 'a table'}.${sheet.column ?? 'its column'}`;
      const chain = [
        ...(live === undefined ? [] : [`release ${live.slice(0, 7)} is live, its migration is not`]),
        fresh
          ? `new column ${where} got its default in every row, and no ${sheet.parentTable ?? 'parent'} has that id`
          : `foreign key ${where} → ${sheet.parentTable ?? 'its parent'} refused: some rows have no parent${sheet.code === undefined ? '' : ` (${sheet.code})`}`,
        `migration ${sheet.migration ?? ''} stopped there; ${NEXT_NEVER_RAN}`.replace('  ', ' '),
      ];
      return withSchema(facts, {
        cause: fresh
          ? `The migration stopped: the new column ${where} has no valid ${sheet.parentTable ?? 'parent'} in the rows that exist`
          : `The migration stopped: rows in ${sheet.childTable ?? 'the child table'} point to ${sheet.parentTable ?? 'parent rows'} that do not exist, so the foreign key ${sheet.constraint ?? ''} was refused`.replace(
              / +was/,
              ' was',
            ),
        about: `${sheet.constraint ?? ''} ${sheet.parentTable ?? ''}`,
        byRelease: 'yes',
        grounds: textGrounds(found, isMigration(found) ? 'mechanism' : 'strong'),
        facts: sheet,
        remedy: live === undefined ? repair(sheet, fresh) : takeBack(sheet),
        next: fresh ? freshNext(sheet) : orphanNext(sheet, live !== undefined),
        chain,
        against: [`a foreign key ${sheet.constraint ?? `on ${where}`} that exists and is valid`],
      });
    }),
};

function isMigration({ reading }: TextCase): boolean {
  return reading.scene.migrating;
}

/** The table in a 1452 of an ALTER is a temporary one: the echoed statement, then the constraint's and the migration's names tell the real one. */
function foreignKey({ facts, fault }: TextCase): FactSheet {
  const child = fault.says.childTable;
  const real =
    child !== undefined && !child.startsWith('#sql')
      ? child
      : (named(facts, 'childTable', 'table') ?? tableIn(facts.migration) ?? tableOfConstraint(facts));
  return { ...facts, ...(real === undefined ? {} : { childTable: real, table: real }) };
}

/** `20261119091501_add_account_foreign_key_to_orders.rb`. */
function tableIn(migration: string | undefined): string | undefined {
  return /_(?:to|on|from|in)_(?<table>[a-z0-9_]{2,64}?)(?:\.\w+)?$/.exec(migration ?? '')?.groups?.table;
}

/** `orders_account_id_foreign` is Laravel's and Knex' name: table, column, suffix. */
function tableOfConstraint(facts: FactSheet): string | undefined {
  const { constraint = '', column = '' } = facts;
  const end = constraint.indexOf(`_${column}_`);
  return column !== '' && end > 0 ? constraint.slice(0, end) : undefined;
}

/** `add_reference … null: false, foreign_key: true` on a filled table: the rows are not orphans, the column is new and 0 everywhere. */
function isFreshColumn({ statement = '' }: FactSheet): boolean {
  return /^add_(?:reference|belongs_to)\(/.test(statement) && /null(?:=>|: ?)false/.test(statement);
}

export function orphanQuery(sheet: FactSheet): string {
  const { childTable = 'child_table', parentTable = 'parents' } = sheet;
  const [column, parentColumn] = [sqlName(sheet.column ?? 'parent_id'), sqlName(sheet.parentColumn ?? 'id')];
  return `SELECT c.* FROM ${sqlName(childTable)} c LEFT JOIN ${sqlName(parentTable)} p ON p.${parentColumn} = c.${column} WHERE c.${column} IS NOT NULL AND p.${parentColumn} IS NULL LIMIT 50;`;
}

function repair(sheet: FactSheet, fresh: boolean): ReturnType<typeof remedy> {
  if (fresh) {
    return remedy('roll-forward', 'the column is new and empty: let it be NULL first, fill it, then add the key', {
      commands: [
        `-- in the migration: null: true, no foreign key; fill ${sheet.column ?? 'the column'} in batches; then NOT NULL and the foreign key`,
      ],
      hazards: ['do not delete the rows: they are not orphans, the new column is merely 0 in all of them'],
      safety: 'needs-care',
    });
  }
  return remedy('fix-data', 'the foreign key can only be added when every row has its parent', {
    commands: [orphanQuery(sheet)],
    hazards: [
      'deleting is final: a person decides whether the rows go, are re-attached, or the column becomes NULL',
      'MySQL does not roll DDL back: what the migration did before this statement is still there',
    ],
    safety: 'needs-care',
  });
}

function takeBack(sheet: FactSheet): ReturnType<typeof remedy> {
  return remedy('revert', 'the running code expects a schema that never came, and repairing rows takes longer than taking the code back', {
    commands: [],
    hazards: [
      'old statements outlive their pods: end them after the old code is live',
      `not now: the migration or ${sheet.table === undefined ? 'an ALTER' : `an ALTER of ${sheet.table}`}; it would queue behind what runs`,
    ],
  });
}

/** The order in which the code may come back (CARDS.md). */
function orphanNext(sheet: FactSheet, reverted: boolean): readonly string[] {
  const rows = `find the rows without a parent and decide about them (a person): ${orphanQuery(sheet)}`;
  const alone = `ship the migration${sheet.migration === undefined ? '' : ` ${sheet.migration}`} alone and wait until it has run and the index exists`;
  const back = 'only then bring the code: revert the revert; merging the old branch again brings nothing back';
  return reverted ? [rows, alone, back] : [rows, 'run the migration again', 'then release the code that needs it'];
}

function freshNext(sheet: FactSheet): readonly string[] {
  return [
    `add ${sheet.column ?? 'the column'} as NULL without the key`,
    'fill it in batches',
    'then NOT NULL and the foreign key, in a migration of its own',
  ];
}
