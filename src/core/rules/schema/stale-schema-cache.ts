import type { Facts, Fit, Rule } from '../../rule.ts';
import { type TextCase, textsFor } from '../cases.ts';
import { ground, named, on, remedy, textGrounds } from '../write.ts';

/** A process that is older than a table's change still believes the old columns or widths. */
export const staleSchemaCache: Rule = {
  id: 'stale-schema-cache',
  fits: (facts) => [...fromTexts(facts), ...fromSchema(facts)],
};

function fromTexts(facts: Facts): readonly Fit[] {
  const plans = textsFor(facts, 'stale-schema-cache').map(
    (found): Fit => ({ ...words(undefined, found.facts), grounds: textGrounds(found, found.fault.by === 'postgres' ? 'strong' : 'sign') }),
  );
  const candidates = textsFor(facts, 'migration-pending').filter(
    ({ fault }) => fault.meaning === 'no-column' || fault.meaning === 'no-table',
  );
  const columns = candidates.map((found): Fit => {
    const changed = changedUnder(facts, found.facts.table);
    const column = named(found.facts, 'column', 'table');
    const sure = changed.length > 0;
    return {
      ...words(column, found.facts),
      grounds: [...textGrounds(found, isStaleInsert(found) ? 'strong' : 'sign'), ...changed],
      ...(sure ? {} : { atMost: 'possible' }),
      against: [`${column ?? 'it'} was never in the schema: then its migration has not run`],
    };
  });
  return [...plans, ...columns];
}

/** `Unknown column … in 'field list'` of an INSERT lists columns that the process has learnt, not what a person wrote. */
function isStaleInsert({ fault }: TextCase): boolean {
  return fault.says.clause === 'field list';
}

/** A table changed after the oldest pod began, while errors about it go on. */
function fromSchema(facts: Facts): readonly Fit[] {
  return facts.of('table').flatMap((seen): readonly Fit[] => {
    const grounds = changedUnder(facts, seen.finding.table);
    if (grounds.length === 0 || seen.finding.changedAt === undefined) return [];
    const failing = [...textsFor(facts, 'integer-overflow'), ...textsFor(facts, 'code-exception')].filter(
      ({ seen: error }) => error.finding.kind === 'error-group',
    );
    const recent = failing.filter(
      ({ seen: error }) => error.finding.kind === 'error-group' && (error.finding.lastSeen ?? '') >= (seen.finding.changedAt ?? ''),
    );
    const errors = recent
      .slice(0, 2)
      .map((found) => ground(`errors go on after the change: ${found.fault.text}`, found.seen, 'sign', 'errors'));
    const sheet = { table: seen.finding.table, value: seen.finding.changedAt };
    return [
      {
        ...words(undefined, sheet),
        grounds: [...grounds, ...errors],
        facts: sheet,
        against: [`a pod that began after ${seen.finding.changedAt} and still fails`],
      },
    ];
  });
}

function changedUnder(facts: Facts, table: string | undefined): Fit['grounds'] {
  if (table === undefined) return [];
  const name = table.split('.').at(-1);
  const changed = facts.of('table').filter(({ finding }) => finding.table === name && finding.changedAt !== undefined);
  return changed.flatMap((seen) => {
    const changedAt = seen.finding.changedAt ?? '';
    const older = facts
      .of('rollout')
      .filter(({ finding }) => finding.oldestPodStartedAt !== undefined && finding.oldestPodStartedAt < changedAt);
    if (older.length === 0) return [];
    return [
      ground(`${name} changed at ${changedAt}`, seen, 'strong', 'schema'),
      ...older.map((rollout) =>
        ground(
          `pods of ${rollout.finding.deployment} run since ${rollout.finding.oldestPodStartedAt ?? ''}, before the change`,
          rollout,
          'sign',
          'rollout',
        ),
      ),
    ];
  });
}

function words(column: string | undefined, sheet: Readonly<Record<string, string>>): Omit<Fit, 'grounds'> {
  const what = column ?? sheet.table;
  return {
    cause: `The processes are older than a change of the schema${on(what)} and still believe the old one`,
    about: sheet.table ?? column ?? 'stale',
    facts: sheet,
    byRelease: 'no',
    remedy: remedy('restart', 'a process learns the columns when it starts: web, workers and cron alike', {
      commands: ['kubectl rollout restart deployment/<web> deployment/<worker> deployment/<cron>'],
      hazards: ['restart before a feature is switched on again, or it breaks again', 'a rolling restart takes as long as a release'],
      safety: 'safe',
    }),
    next: ['restart web, workers and cron', 'only then switch the feature on'],
    chain: [`the schema${on(what, ' of ')} changed under running processes`, 'they use what is no longer there'],
  };
}
