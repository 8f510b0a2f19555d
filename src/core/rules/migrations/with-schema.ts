import type { Facts, Fit, Ground } from '../../rule.ts';
import { ground } from '../write.ts';

/** Adds what else shows that a migration failed: the database without it, and threads stuck on a table it would have changed. */
export function withSchema(facts: Facts, fit: Fit): Fit {
  const missing = facts.of('migration').filter(({ finding }) => finding.state === 'absent' || finding.state === 'partial');
  const promised = missing.flatMap(({ finding }) => finding.statements ?? []);
  const touches = [...(fit.touches ?? []), ...tablesIn(promised), ...(fit.facts.table === undefined ? [] : [fit.facts.table])];
  const absent = missing.map((seen): Ground => {
    const { version, name, state, inRelease } = seen.finding;
    const release = inRelease === undefined ? '' : ` of ${inRelease.slice(0, 7)}`;
    return ground(
      `migration ${version} ${name ?? ''}${release} is ${state === 'partial' ? 'half there' : 'not in the database'}`.replace('  ', ' '),
      seen,
      'sign',
      'schema',
    );
  });
  const index = promised.find((statement) => /index/i.test(statement));
  const rest = fit.chain.filter((link) => index === undefined || !link.endsWith(NEXT_NEVER_RAN));
  const chain = index === undefined ? fit.chain : [...rest, `So ${asWritten(index)} never ran`];
  return { ...fit, grounds: [...fit.grounds, ...absent], chain, touches };
}

/** Told only where the schema does not say what it would have done. */
export const NEXT_NEVER_RAN = 'what it would do next never ran';

/** `add-index comments(post_id, created_at)` as the migration writes it: `add_index comments (post_id, created_at)`. */
function asWritten(statement: string): string {
  return statement.replace(/^([\w-]+)/, (verb) => verb.replaceAll('-', '_')).replace(/(\w)\(/, '$1 (');
}

/** `add-index comments(post_id, created_at)`. */
function tablesIn(statements: readonly string[]): readonly string[] {
  return statements.flatMap((statement) => {
    const table = /^[\w-]{1,40}\s+[`"]?(?<table>[\w$]{1,64})/.exec(statement)?.groups?.table;
    return table === undefined ? [] : [table];
  });
}
