import { type GroupRole, groupRole } from '../../digest-groups.ts';
import type { QueryGroup } from '../../evidence.ts';
import { fingerprint } from '../../fingerprint.ts';
import { lockOfState } from '../../lock-waits.ts';
import type { Fit, Rule, Seen } from '../../rule.ts';
import { readStatement } from '../../sql/statement.ts';
import { ground, remedy } from '../write.ts';

/** Said without alarm: it may be the cause of nothing, but a person wants to know before acting. */
function informing(
  id: string,
  role: GroupRole,
  words: (table: string | undefined, finding: QueryGroup) => Pick<Fit, 'cause' | 'next' | 'remedy'>,
): Rule {
  return {
    id,
    fits: (facts) =>
      facts.of('query-group').flatMap((seen: Seen<QueryGroup>): readonly Fit[] => {
        const shape = fingerprint(seen.finding.fingerprint);
        if (groupRole(shape) !== role || waits(seen.finding)) return [];
        const table = readStatement(shape).tables[0];
        const { cause, next, remedy: advice } = words(table, seen.finding);
        const { sampleId, longestSeconds, host } = seen.finding;
        return [
          {
            cause,
            grounds: [ground(cause, seen, 'sign', id)],
            facts: {
              ...(table === undefined ? {} : { table }),
              ...(sampleId === undefined ? {} : { thread: String(sampleId) }),
              ...(longestSeconds === undefined ? {} : { seconds: String(longestSeconds) }),
              ...(host === undefined ? {} : { host }),
              statement: shape,
            },
            remedy: advice,
            next,
            chain: [cause],
            information: true,
          },
        ];
      }),
  };
}

/** It waits for a lock: then it does not run. */
function waits({ states }: QueryGroup): boolean {
  const names = Object.keys(states ?? {});
  return names.length > 0 && names.every((state) => lockOfState(state) !== undefined);
}

const since = ({ longestSeconds }: QueryGroup): string => (longestSeconds === undefined ? '' : ` for ${longestSeconds} s`);

export const backupRunning = informing('backup-running', 'backup', (table, finding) => ({
  cause: `A backup reads${table === undefined ? '' : ` ${table}`}${since(finding)}`,
  next: ['leave it, unless the disks are the bottleneck'],
  remedy: remedy('look-closer', 'a backup is no trouble by itself', { safety: 'safe' }),
}));

export const schemaChangeRunning = informing('schema-change-running', 'schema-change', (table, finding) => ({
  cause: `A schema change runs${table === undefined ? '' : ` on ${table}`}${since(finding)}`,
  next: ['let it finish; ending it rolls its work back', 'does a release wait for it, or did one bring it?'],
  remedy: remedy('look-closer', 'a schema change that nobody waits for is no trouble by itself', {
    hazards: ['ending a schema change rolls back all it has built'],
    safety: 'safe',
  }),
}));
