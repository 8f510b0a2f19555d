import { hintIndex } from './hint-index.ts';
import type { Run, Step } from './reading.ts';

interface Marker {
  framework: string;
  hint: string;
  pattern: RegExp;
  state: Step['state'] | 'idle' | 'finished';
  down?: boolean;
}

/** What migration tools print when a step begins, ends, or fails. `name` is the step. */
const markers: readonly Marker[] = [
  { framework: 'rails', hint: ': migrating', pattern: /^== (?<version>\d{3,20}) (?<name>[\w:]{1,120}): migrating =*/, state: 'running' },
  {
    framework: 'rails',
    hint: ': reverting',
    pattern: /^== (?<version>\d{3,20}) (?<name>[\w:]{1,120}): reverting =*/,
    state: 'running',
    down: true,
  },
  { framework: 'rails', hint: ': migrated', pattern: /^== (?<version>\d{3,20}) (?<name>[\w:]{1,120}): migrated /, state: 'done' },
  {
    framework: 'rails',
    hint: ': reverted',
    pattern: /^== (?<version>\d{3,20}) (?<name>[\w:]{1,120}): reverted /,
    state: 'done',
    down: true,
  },
  { framework: 'sequelize', hint: ': migrating', pattern: /^== (?<name>[\w.-]{1,200}): migrating =*/, state: 'running' },
  { framework: 'sequelize', hint: ': migrated', pattern: /^== (?<name>[\w.-]{1,200}): migrated /, state: 'done' },
  { framework: 'sequelize', hint: ': reverting', pattern: /^== (?<name>[\w.-]{1,200}): reverting =*/, state: 'running', down: true },
  { framework: 'django', hint: 'applying ', pattern: /^\s*Applying (?<name>[\w.]{1,200})\.\.\. ?(?:OK|DONE|FAKED)/, state: 'done' },
  { framework: 'django', hint: 'applying ', pattern: /^\s*Applying (?<name>[\w.]{1,200})\.\.\./, state: 'running' },
  { framework: 'django', hint: 'unapplying ', pattern: /^\s*Unapplying (?<name>[\w.]{1,200})\.\.\./, state: 'running', down: true },
  { framework: 'django', hint: 'no migrations to apply', pattern: /No migrations to apply/, state: 'idle' },
  { framework: 'laravel', hint: ' done', pattern: /^\s*(?<name>\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160}) \.{2,}.{0,40} DONE\s*$/, state: 'done' },
  {
    framework: 'laravel',
    hint: ' fail',
    pattern: /^\s*(?<name>\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160}) \.{2,}.{0,40} FAIL\s*$/,
    state: 'failed',
  },
  {
    framework: 'laravel',
    hint: 'running',
    pattern: /^\s*(?<name>\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160}) \.{2,}.{0,40} RUNNING\s*$/,
    state: 'running',
  },
  { framework: 'laravel', hint: 'migrating:', pattern: /^Migrating: +(?<name>\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160})/, state: 'running' },
  { framework: 'laravel', hint: 'migrated:', pattern: /^Migrated: +(?<name>\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160})/, state: 'done' },
  { framework: 'laravel', hint: 'nothing to migrate', pattern: /Nothing to migrate/i, state: 'idle' },
  { framework: 'knex', hint: 'migration file', pattern: /^migration file "(?<name>[^"]{1,200})" failed/, state: 'failed' },
  { framework: 'knex', hint: 'batch ', pattern: /^Batch \d{1,6} run: \d{1,6} migrations/, state: 'finished' },
  { framework: 'knex', hint: 'already up to date', pattern: /Already up to date/, state: 'idle' },
  { framework: 'prisma', hint: 'applying migration', pattern: /^Applying migration `(?<name>[^`]{1,200})`/, state: 'running' },
  { framework: 'prisma', hint: 'migration name:', pattern: /^Migration name: (?<name>\S{1,200})/, state: 'failed' },
  { framework: 'prisma', hint: 'failed to apply', pattern: /Migration `(?<name>[^`]{1,200})` failed to apply cleanly/, state: 'failed' },
  { framework: 'prisma', hint: 'successfully applied', pattern: /All migrations have been successfully applied/, state: 'finished' },
  { framework: 'prisma', hint: 'no pending migrations', pattern: /No pending migrations to apply/, state: 'idle' },
  { framework: 'typeorm', hint: 'migration "', pattern: /^(?:Error: )?Migration "(?<name>[^"]{1,200})" failed, error:/i, state: 'failed' },
  {
    framework: 'typeorm',
    hint: 'has been executed successfully',
    pattern: /^Migration (?<name>\S{1,200}) has been +executed successfully/i,
    state: 'done',
  },
  { framework: 'typeorm', hint: 'no migrations are pending', pattern: /No migrations are pending/i, state: 'idle' },
  {
    framework: 'flyway',
    hint: 'migrating schema',
    pattern: /Migrating schema .{1,130}? to version "?(?<version>[\w.]{1,40}?)(?: - (?<name>[^"]{1,160}))?"?$/,
    state: 'running',
  },
  {
    framework: 'flyway',
    hint: 'failed',
    pattern: /^(?:ERROR: )?(?:Script|Migration) (?<name>[VRUB][\w.]{0,40}__[\w.-]{1,160}) failed/,
    state: 'failed',
  },
  {
    framework: 'flyway',
    hint: 'of schema',
    pattern: /Migration of schema .{1,130}? to version "?(?<version>[\w.]{1,40})(?: - (?<name>[^"]{1,160}?))?"? failed/i,
    state: 'failed',
  },
  { framework: 'flyway', hint: 'successfully applied', pattern: /Successfully applied \d{1,5} migrations?/, state: 'finished' },
  { framework: 'flyway', hint: 'is up to date', pattern: /Schema .{1,130}? is up to date/, state: 'idle' },
  { framework: 'liquibase', hint: 'running changeset', pattern: /Running Changeset: (?<name>\S{1,300})/i, state: 'running' },
  { framework: 'liquibase', hint: 'ran successfully', pattern: /ChangeSet (?<name>\S{1,300}) ran successfully/i, state: 'done' },
  {
    framework: 'liquibase',
    hint: 'migration failed for',
    pattern: /Migration failed for changeset (?<name>.{1,300}?):?\s*$/i,
    state: 'failed',
  },
  {
    framework: 'liquibase',
    hint: 'migration failed for',
    pattern: /Migration failed for change ?set (?<name>\S{1,300})/i,
    state: 'failed',
  },
  {
    framework: 'liquibase',
    hint: 'encountered an exception',
    pattern: /ChangeSet (?<name>\S{1,300}) encountered an exception/i,
    state: 'failed',
  },
  {
    framework: 'liquibase',
    hint: "command 'update' was executed successfully",
    pattern: /command 'update' was executed successfully/i,
    state: 'finished',
  },
  {
    framework: 'alembic',
    hint: 'running upgrade',
    pattern: /Running upgrade (?:\S{0,60} )?-> (?<version>\w{1,60})(?:, (?<name>.{1,160}))?/,
    state: 'running',
  },
  { framework: 'alembic', hint: 'running downgrade', pattern: /Running downgrade (?<version>\w{1,60}) -> /, state: 'running', down: true },
  { framework: 'golang-migrate', hint: 'migration failed', pattern: /migration failed(?: in line \d{1,7})?: /, state: 'failed' },
  { framework: 'golang-migrate', hint: 'no change', pattern: /^(?:error: )?no change$/, state: 'idle' },
  { framework: 'golang-migrate', hint: '/u ', pattern: /^(?<version>\d{1,20})\/u (?<name>[\w-]{1,160}) \(/, state: 'done' },
  {
    framework: 'goose',
    hint: 'failed to run sql migration',
    pattern: /(?:ERROR|failed to run SQL migration) "?(?<name>\d{1,20}_[\w.-]{1,160}\.(?:sql|go))/,
    state: 'failed',
  },
  { framework: 'goose', hint: 'error', pattern: /ERROR (?<name>\d{1,20}_[\w.-]{1,160}\.(?:sql|go)): /, state: 'failed' },
  { framework: 'goose', hint: 'ok ', pattern: /\bOK +(?<name>\d{1,20}_[\w.-]{1,160}\.(?:sql|go))/, state: 'done' },
  { framework: 'goose', hint: 'goose: no migrations', pattern: /goose: no migrations to run/, state: 'idle' },
  {
    framework: 'ecto',
    hint: '== running ',
    pattern: /== Running (?:(?<version>\d{3,20}) )?(?<name>[\w.]{1,160}?)\.(?:change|up)\/0 forward/,
    state: 'running',
  },
  {
    framework: 'ecto',
    hint: '== running ',
    pattern: /== Running (?<version>\d{3,20}) (?<name>[\w.]{1,160}?)\.(?:change|down)\/0 backward/,
    state: 'running',
    down: true,
  },
  { framework: 'ecto', hint: '== migrated ', pattern: /== Migrated (?:(?<version>\d{3,20}) )?in /, state: 'done' },
  { framework: 'ecto', hint: 'migrations already up', pattern: /Migrations already up/, state: 'idle' },
  { framework: 'doctrine', hint: 'migrating', pattern: /(?:>>|\+\+) +migrating (?<name>[\w\\]{1,200})/, state: 'running' },
  { framework: 'doctrine', hint: 'migration ', pattern: /Migration (?<name>[\w\\]{1,200}) failed during Execution/, state: 'failed' },
  { framework: 'doctrine', hint: 'successfully migrated', pattern: /\[OK\] Successfully migrated/, state: 'finished' },
  { framework: 'entity-framework', hint: 'applying migration', pattern: /Applying migration '(?<name>[^']{1,200})'/, state: 'running' },
  { framework: 'diesel', hint: 'failed to run', pattern: /Failed to run (?<name>\S{1,200}) with: /, state: 'failed' },
  { framework: 'sqitch', hint: 'changes to ', pattern: /^Deploying changes to (?:\w{1,20} )?(?<name>\S{1,200})$/, state: 'running' },
  { framework: 'sqitch', hint: 'deploy failed', pattern: /^Deploy failed$/, state: 'failed' },
  { framework: 'sqitch', hint: 'nothing to deploy', pattern: /^Nothing to deploy/, state: 'idle' },
  {
    framework: 'node-pg-migrate',
    hint: '### migration ',
    pattern: /^### MIGRATION (?<name>[\w.-]{1,200}) \((?:UP|DOWN)\) ###/,
    state: 'running',
  },
  { framework: 'node-pg-migrate', hint: 'rolling back attempted', pattern: /^> Rolling back attempted migration/, state: 'failed' },
  { framework: 'node-pg-migrate', hint: 'migrations complete', pattern: /^Migrations complete!/, state: 'finished' },
  { framework: 'dbmate', hint: 'applying: ', pattern: /^Applying: (?<name>\d{3,20}_[\w.-]{1,160}\.sql)$/, state: 'running' },
  { framework: 'dbmate', hint: 'applied: ', pattern: /^Applied: (?<name>\d{3,20}_[\w.-]{1,160}\.sql)\b/, state: 'done' },
  { framework: 'atlas', hint: 'migrating version', pattern: /^\s*-- migrating version (?<version>\w{1,40})/, state: 'running' },
  { framework: 'atlas', hint: '-- ok (', pattern: /^\s*-- ok \([\d.]{1,12}\w{1,2}\)/, state: 'done' },
  { framework: 'umzug', hint: "event: 'migrating'", pattern: /event: 'migrating', name: '(?<name>[^']{1,200})'/, state: 'running' },
  { framework: 'umzug', hint: "event: 'migrated'", pattern: /event: 'migrated', name: '(?<name>[^']{1,200})'/, state: 'done' },
  {
    framework: 'sequel',
    hint: 'begin applying migration',
    pattern: /Begin applying migration (?<name>[\w.-]{1,200}), direction/,
    state: 'running',
  },
  {
    framework: 'sequel',
    hint: 'finished applying',
    pattern: /Finished applying migration (?<name>[\w.-]{1,200}), direction/,
    state: 'done',
  },
  { framework: 'mikro-orm', hint: "processing 'migration", pattern: /Processing '(?<name>Migration\w{1,80})'/, state: 'running' },
  { framework: 'mikro-orm', hint: "applied 'migration", pattern: /Applied '(?<name>Migration\w{1,80})'/, state: 'done' },
  {
    framework: 'dbup',
    hint: 'executing database server script',
    pattern: /Executing Database Server script '(?<name>[^']{1,200})'/,
    state: 'running',
  },
  {
    framework: 'dbup',
    hint: 'db exception has',
    pattern: /DB exception has occur\w{1,4} in script: '(?<name>[^']{1,200})'/,
    state: 'failed',
  },
  { framework: 'dbup', hint: 'upgrade successful', pattern: /^Upgrade successful$/, state: 'finished' },
  { framework: 'fluent-migrator', hint: ' migrating', pattern: /^(?<version>\d{3,20}): (?<name>\w{1,120}) migrating$/, state: 'running' },
  { framework: 'fluent-migrator', hint: ' migrated', pattern: /^(?<version>\d{3,20}): (?<name>\w{1,120}) migrated$/, state: 'done' },
  { framework: 'umzug', hint: 'failed: original error', pattern: /Migration (?<name>\S{1,200}) \((?:up|down)\) failed: /, state: 'failed' },
  { framework: 'gh-ost', hint: '# migrating', pattern: /^# Migrating (?<name>`[^`]{1,64}`\.`[^`]{1,64}`)/, state: 'running' },
  { framework: 'gh-ost', hint: '# done', pattern: /^# Done$/, state: 'finished' },
  { framework: 'gh-ost', hint: 'migrating `', pattern: /^Migrating (?<name>`[^`]{1,64}`\.`[^`]{1,64}`)/, state: 'running' },
  { framework: 'gh-ost', hint: 'done migrating', pattern: /^Done migrating `/, state: 'finished' },
  { framework: 'gh-ost', hint: 'row copy complete', pattern: /^Row copy complete/, state: 'running' },
  { framework: 'gh-ost', hint: 'copy: ', pattern: /^Copy: \d{1,15}\/\d{1,15} [\d.]{1,8}%; Applied: .{0,300}State: /, state: 'running' },
  {
    framework: 'pt-online-schema-change',
    hint: 'altering `',
    pattern: /^Altering (?<name>`[^`]{1,64}`\.`[^`]{1,64}`)\.\.\./,
    state: 'running',
  },
  {
    framework: 'pt-online-schema-change',
    hint: 'was not altered',
    pattern: /^(?<name>`[^`]{1,64}`\.`[^`]{1,64}`) was not altered/,
    state: 'failed',
  },
  {
    framework: 'pt-online-schema-change',
    hint: 'successfully altered',
    pattern: /^Successfully altered (?<name>`[^`]{1,64}`\.`[^`]{1,64}`)/,
    state: 'done',
  },
];

const ABORTED =
  /^Unhandled exception\. |Traceback \(most recent call last\):$|^(?:bin\/)?(?:rails|rake) aborted!|An error has occurred, (?:this and )?all later migrations canceled|^(?:ERROR: )?Validation error$|\bFATAL\b/;
const STATEMENT = /^\s*-- (?<statement>[a-z_]{2,40}\(.{0,600})$/;

const hinted = hintIndex(markers.map(({ hint }) => [hint]));

function markerOf(text: string): Marker | undefined {
  for (const index of hinted(text.toLowerCase())) if (markers[index]?.pattern.test(text)) return markers[index];
  return undefined;
}

/** What ran, how far, and whether the last attempt of each step succeeded. Undefined when no migration tool speaks here. */
export function migrationRun(lines: readonly string[]): Run | undefined {
  const steps = new Map<string, Step>();
  let framework: string | undefined;
  let current: string | undefined;
  let aborted = false;
  let finished = false;
  let idle = false;
  for (const [line, text] of lines.entries()) {
    const marker = markerOf(text);
    aborted ||= ABORTED.test(text);
    if (marker === undefined) {
      const statement = current === undefined ? undefined : STATEMENT.exec(text)?.groups?.statement;
      const step = current === undefined ? undefined : steps.get(current);
      if (statement !== undefined && step !== undefined && current !== undefined)
        steps.set(current, { ...step, statements: [...step.statements, statement].slice(-12) });
      continue;
    }
    framework ??= marker.framework;
    idle ||= marker.state === 'idle';
    finished ||= marker.state === 'finished';
    if (marker.state === 'idle' || marker.state === 'finished') continue;
    const groups = marker.pattern.exec(text)?.groups ?? {};
    const version = groups.version;
    const key = version ?? groups.name ?? current ?? marker.framework;
    const was = steps.get(key);
    current = key;
    steps.set(key, {
      name: groups.name ?? was?.name ?? version ?? '',
      ...(version === undefined ? {} : { version }),
      state: marker.state,
      line: was?.line ?? line,
      down: marker.down ?? was?.down ?? false,
      statements: was?.statements ?? [],
    });
  }
  if (framework === undefined) return undefined;
  const all = [...steps.values()];
  const settled = framework === 'alembic' ? all.map((step, i) => (i < all.length - 1 ? { ...step, state: 'done' as const } : step)) : all;
  return { framework, steps: settled, outcome: outcomeOf(settled, { aborted, finished, idle, framework }) };
}

function outcomeOf(steps: readonly Step[], saw: { aborted: boolean; finished: boolean; idle: boolean; framework: string }): Run['outcome'] {
  if (steps.some((step) => step.state === 'failed')) return 'failed';
  const open = steps.filter((step) => step.state === 'running');
  if (saw.finished) return 'done';
  if (saw.aborted) return 'failed';
  if (open.length > 0) return saw.framework === 'alembic' ? 'done' : 'ended';
  if (steps.length > 0) return 'done';
  return saw.idle ? 'idle' : 'ended';
}
