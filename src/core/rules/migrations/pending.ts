import { liveRelease } from '../../judge/live-release.ts';
import type { Facts, Fit, Rule } from '../../rule.ts';
import { type TextCase, textsFor } from '../cases.ts';
import { ground, named, on, remedy, textGrounds } from '../write.ts';

/** The code runs on a schema without its migration. The error alone cannot tell it from a stale cache; the schema can. */
export const migrationPending: Rule = {
  id: 'migration-pending',
  explains: ['code-exception', 'missing-index'],
  fits: (facts) => {
    const texts = textsFor(facts, 'migration-pending');
    return texts.length > 0 ? texts.map((found) => fromText(facts, found)) : fromSchema(facts);
  },
};

function fromText(facts: Facts, found: TextCase): Fit {
  const said = found.fault.meaning === 'pending';
  const absent = absentFor(facts, found.facts);
  const migrations = said ? listed(found.reading.lines) : [];
  const sheet = {
    ...found.facts,
    ...(migrations.length === 0 ? {} : { migration: migrations[0] ?? '', migrations: migrations.join(', ') }),
    ...model(found),
  };
  const what = named(sheet, 'column', 'attribute', 'table');
  return {
    cause: said
      ? `The code is ahead of the database: ${migrations.length > 0 ? migrations.join(', ') : 'a migration'} has not run`
      : `The code uses ${what ?? 'something'} that the database does not have: its migration has not run`,
    about: what ?? 'pending',
    grounds: [...textGrounds(found, said ? 'mechanism' : absent.length > 0 ? 'strong' : 'sign'), ...absent],
    facts: sheet,
    ...(said || absent.length > 0 ? { byRelease: 'yes' } : {}),
    ...advice(facts),
    chain: [
      `${migrations.length > 0 ? migrations.join(', ') : `the migration${on(what, ' for ')}`} has not run`,
      `the code that needs it is live and fails${on(what)}`,
    ],
    against: said ? [] : [`${what ?? 'it'} exists in the schema: then the processes are older than the change, and a restart helps`],
    ...(said || absent.length > 0 ? {} : { atMost: 'possible' }),
  };
}

/** Without any error text: a live release whose migration is not in the database. A sign, as nothing says that it is needed. */
function fromSchema(facts: Facts): readonly Fit[] {
  const live = liveRelease(facts);
  const missing = facts.of('migration').filter(({ finding }) => finding.state === 'absent' && finding.tone === 'bad');
  if (live === undefined || missing.length === 0) return [];
  const names = missing.map(({ finding }) => `${finding.version} ${finding.name ?? ''}`.trim());
  return [
    {
      cause: `Release ${live.slice(0, 7)} is live, ${names.length === 1 ? 'its migration' : `${names.length} of its migrations`} did not run: ${names.slice(0, 3).join(', ')}`,
      about: 'schema',
      byRelease: 'yes',
      grounds: missing.map((seen) => ground(`migration ${seen.finding.version} is not in the database`, seen, 'sign', 'schema')),
      facts: { migration: names[0] ?? '', migrations: names.join(', ') },
      ...advice(facts),
      chain: [`migration ${names[0] ?? ''} of ${live.slice(0, 7)} never ran`],
      touches: missing.flatMap(({ finding }) => finding.statements ?? []).flatMap((s) => /^[\w-]+\s+[`"]?([\w$]+)/.exec(s)?.[1] ?? []),
    },
  ];
}

function advice(facts: Facts): Pick<Fit, 'remedy' | 'next'> {
  const live = liveRelease(facts);
  const run = remedy('rerun-migration', 'the code waits for a migration that has not run', {
    commands: [
      '# run the deploy task again, or by hand: bin/rails db:migrate · python manage.py migrate · php artisan migrate --force · npx prisma migrate deploy',
    ],
    hazards: [
      'look first why it did not run: a failed deploy job fails again',
      'on a busy table the migration waits for locks: a short lock time limit',
    ],
    safety: 'needs-care',
  });
  return {
    remedy: run,
    next: [
      'look at the deploy job: did it run, did it fail?',
      live === undefined ? 'run the migration' : 'run the migration if it is quick and safe, else revert',
      'if the object exists in the schema: restart the processes',
    ],
  };
}

function absentFor(facts: Facts, sheet: Readonly<Record<string, string>>): Fit['grounds'] {
  const wanted = [sheet.column, sheet.table, sheet.attribute].flatMap((name) =>
    name === undefined ? [] : [(name.split('.').at(-1) ?? name).toLowerCase()],
  );
  return facts
    .of('migration')
    .filter(
      ({ finding }) =>
        finding.state === 'absent' &&
        [...(finding.statements ?? []), finding.name ?? ''].some((s) => wanted.some((w) => s.toLowerCase().includes(w))),
    )
    .map((seen) => ground(`migration ${seen.finding.version}, which brings it, is not in the database`, seen, 'mechanism', 'schema'));
}

/** The migrations that a tool lists as pending. */
function listed(lines: readonly string[]): readonly string[] {
  const found = lines.flatMap((line) => {
    const name =
      /^(?:db\/migrate\/)(?<name>\d{8,20}_\w{1,160}\.rb)/.exec(line)?.groups?.name ??
      /^\s{1,8}(?<name>\d{8,20} [A-Z]\w{1,160})$/.exec(line)?.groups?.name ??
      /^\s*(?<name>\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160}) \.{2,}.{0,40} Pending/.exec(line)?.groups?.name ??
      /^(?<name>\d{14}_\w{1,160}(?:\.\w{2,4})?)$/.exec(line)?.groups?.name;
    return name === undefined ? [] : [name];
  });
  return [...new Set(found)].slice(0, 20);
}

function model({ fault }: TextCase): Readonly<Record<string, string>> {
  return fault.says.model === undefined ? {} : { model: fault.says.model };
}
