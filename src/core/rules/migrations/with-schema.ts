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
  const chain = index === undefined ? fit.chain : [...fit.chain, `so ${index} never ran`];
  return { ...fit, grounds: [...fit.grounds, ...absent], chain, touches };
}

/** `add-index comments(post_id, created_at)`. */
function tablesIn(statements: readonly string[]): readonly string[] {
  return statements.flatMap((statement) => {
    const table = /^[\w-]{1,40}\s+[`"]?(?<table>[\w$]{1,64})/.exec(statement)?.groups?.table;
    return table === undefined ? [] : [table];
  });
}
