import type { Fit, Rule } from '../../rule.ts';
import { bareName, readStatement } from '../../sql/statement.ts';
import { ground, on, remedy } from '../write.ts';

/** MariaDB and MySQL have a state of their own for a write that found the disk full and waits for room. */
const NO_SPACE = /waiting for (someone to free space|disk space)|disk is full/i;

/** A writer stands still for want of space; everybody behind its table waits for it. */
export const diskFullState: Rule = {
  id: 'disk-full',
  explains: ['table-lock', 'metadata-lock', 'row-lock', 'connections-exhausted', 'code-exception'],
  fits: (facts) =>
    facts.of('query-group').flatMap((seen): readonly Fit[] => {
      const { finding } = seen;
      const state = Object.keys(finding.states ?? {}).find((name) => NO_SPACE.test(name));
      if (state === undefined) return [];
      const table = readStatement(finding.fingerprint).tables.map(bareName)[0];
      return [
        {
          cause: `No space is left${on(table, ' for table ')}: ${finding.threads === 1 ? 'a statement waits' : `${finding.threads} statements wait`} for room`,
          about: 'disk-full',
          byRelease: 'no',
          grounds: [ground(`thread state “${state}”`, seen, 'strong', `states of ${seen.from.check}`)],
          facts: {
            ...(table === undefined ? {} : { table }),
            state,
            ...(finding.sampleId === undefined ? {} : { thread: String(finding.sampleId) }),
            ...(finding.host === undefined ? {} : { host: finding.host }),
          },
          remedy: remedy('scale', 'nothing can be written until there is room; the statement goes on by itself then', {
            commands: ['df -h', 'PURGE BINARY LOGS BEFORE NOW() - INTERVAL 1 DAY; -- when the replicas have them'],
            hazards: ['a killed writer may hang on until there is room', 'an ALTER or OPTIMIZE needs as much room again'],
            safety: 'needs-care',
          }),
          next: ['grow the volume, or make room', 'find what filled it: binary logs, temporary tables, one table'],
          chain: ['the database volume is full', 'writes wait for room'],
          ...(table === undefined ? {} : { touches: [table] }),
        },
      ];
    }),
};
