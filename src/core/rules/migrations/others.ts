import { sqlName } from '../../paste.ts';
import { named, on, remedy } from '../write.ts';
import { migrationRule } from './migration-rule.ts';

/** A tool that refuses an unsafe migration: nothing was changed. */
export const migrationRefused = migrationRule({
  id: 'migration-refused',
  adds: ({ reading }) => guarded(reading.lines),
  cause: (facts) =>
    `A guard refused the migration${on(facts.migration, ' ')}${on(facts.table)}: ${facts.reason ?? 'it is thought unsafe'}; nothing was changed`,
  remedy: () =>
    remedy('roll-forward', 'the guard names the safe way to write it; nothing ran, so nothing is half done', {
      hazards: ['forcing it locks writes for as long as it runs'],
      safety: 'needs-care',
    }),
  next: (facts) => [
    `rewrite the migration as the guard says${on(facts.place, ' at ')}`,
    'release the code that needs it only after it ran',
  ],
});

/** The safe form that a guard prints names table and column. */
function guarded(lines: readonly string[]): Readonly<Record<string, string>> {
  for (const line of lines) {
    const groups = /\b(?:add|remove|change|rename|validate)_\w{1,30} :(?<table>\w{1,64}), :(?<column>\w{1,64})/.exec(line)?.groups;
    const column = /COUNT\(DISTINCT (?<column>\w{1,64})\)/.exec(line)?.groups?.column;
    if (groups?.table !== undefined && groups.column !== undefined) return { table: groups.table, column: groups.column };
    const altering = /^Altering (?<table>`[^`]{1,64}`\.`[^`]{1,64}`)/.exec(line)?.groups?.table;
    if (column !== undefined) return { column, ...tableNear(lines) };
    if (altering !== undefined && !lines.some((l) => l.includes('COUNT(DISTINCT'))) return { table: altering };
  }
  return {};
}

function tableNear(lines: readonly string[]): Readonly<Record<string, string>> {
  const table = lines.map((line) => /^Altering (`[^`]{1,64}`\.`[^`]{1,64}`)/.exec(line)?.[1]).find((name) => name !== undefined);
  return table === undefined ? {} : { table };
}

/** Code and database disagree about which migrations there are. */
export const migrationHistoryConflict = migrationRule({
  id: 'migration-history-conflict',
  cause: (facts) =>
    `The list of migrations in the code and in the database disagree${on(named(facts, 'migration', 'migrations', 'file', 'missing'), ': ')}; nothing was run`,
  remedy: () =>
    remedy('roll-forward', 'two branches, an edited migration, an older image, or a failed earlier run: the histories must be made one', {
      hazards: ['repairing the history table by hand hides what really ran: compare the schema first'],
      safety: 'needs-care',
    }),
  next: (facts) => [
    ...(facts.file === undefined || facts.missing !== undefined
      ? []
      : ['is the image older than the database? then a newer release was here before']),
    'find who applied or edited the migration, and in which branch it is',
    'merge the branches, or restore the file as it was applied; then run again',
  ],
});

/** The rows that exist do not fit the new definition. */
export const migrationInvalidData = migrationRule({
  id: 'migration-invalid-data',
  cause: (facts) =>
    `The migration stopped: rows${on(facts.table, ' in ')} do not fit the new definition of ${facts.column ?? 'the column'}`,
  remedy: (facts) =>
    remedy('fix-data', 'the column cannot take its new form before the rows fit', {
      commands:
        facts.column === undefined || facts.table === undefined
          ? []
          : [
              `SELECT ${sqlName(facts.column)}, COUNT(*) FROM ${sqlName(facts.table)} GROUP BY ${sqlName(facts.column)} ORDER BY COUNT(*) DESC LIMIT 50;`,
            ],
      hazards: ['cutting or replacing values destroys them: a person decides'],
      safety: 'needs-care',
    }),
  next: () => ['find the rows that do not fit', 'repair them, or keep the wider definition', 'run the migration again'],
});

/** A rollback that cannot be: the way back is closed. */
export const migrationIrreversible = migrationRule({
  id: 'migration-irreversible',
  cause: (facts) =>
    `The migration${on(facts.migration, ' ')} cannot be taken back: it has no way down${on(facts.reason, ' (')}${facts.reason === undefined ? '' : ')'}`,
  remedy: () =>
    remedy('roll-forward', 'the schema stays as it is; write a migration that brings back what the old code needs', {
      hazards: ['what was dropped is gone: only a backup has the data'],
      safety: 'needs-care',
    }),
  next: () => ['check whether the old code can live with the schema as it is', 'if not: a new migration that adds back what it needs'],
});

/** Another migrator holds the lock. */
export const migrationConcurrent = migrationRule({
  id: 'migration-concurrent',
  cause: () => 'Another migration is running or left its lock behind, so this one did not start',
  remedy: () =>
    remedy('rerun-migration', 'only one migrator may run; this one did nothing', {
      commands: [
        "SELECT IS_USED_LOCK('…'), ID, USER, HOST, TIME FROM information_schema.PROCESSLIST WHERE STATE = 'User lock' OR INFO LIKE '%GET_LOCK%';",
      ],
      hazards: ['releasing the lock while the other one still works lets two of them change the schema at once'],
      safety: 'needs-care',
    }),
  next: () => [
    'find the other migrator: a second deploy job, an old pod',
    'wait for it; if nobody is there, release the lock',
    'run this one again',
  ],
});
