import type { Metric } from '../../evidence.ts';
import type { Fit, Rule, Seen } from '../../rule.ts';
import { ground, on, remedy } from '../write.ts';

const LAG_SECONDS = 60;

/** A replica is behind: whoever reads from it sees the past. */
export const replicationLag: Rule = {
  id: 'replication-lag',
  fits: (facts) => facts.of('metric').flatMap(fitsOf),
};

/** Aurora counts in milliseconds where nobody has said otherwise, the others in seconds. */
function secondsOf({ name, unit, points }: Metric): number {
  const last = points.at(-1)?.value ?? 0;
  return /millisecond/i.test(unit ?? '') || (unit === undefined && /^AuroraReplicaLag/i.test(name)) ? last / 1000 : last;
}

function fitsOf(seen: Seen<Metric>): readonly Fit[] {
  const { finding } = seen;
  if (!/(replica|slave).?lag|seconds_behind/i.test(finding.name) || finding.tone === 'normal') return [];
  const seconds = Math.round(secondsOf(finding));
  if (seconds < LAG_SECONDS) return [];
  return [
    {
      cause: `A replica is ${seconds} s behind${on(finding.source, ' (')}${finding.source === undefined ? '' : ')'}`,
      // An applier's Time in the list is an estimate; a metric and SHOW REPLICA STATUS are the server's own count.
      grounds: [
        ground(
          `${finding.name} is ${seconds} s`,
          seen,
          finding.source === 'process list' ? 'sign' : 'strong',
          `replication of ${seen.from.check}`,
        ),
      ],
      against: ['nobody reads from this replica'],
      facts: { value: String(seconds), seconds: String(seconds), ...(finding.source === undefined ? {} : { host: finding.source }) },
      remedy: remedy('look-closer', 'reads from the replica are old; what it replays slowly is the cause', {
        commands: ['SHOW REPLICA STATUS\\G', 'SHOW FULL PROCESSLIST;'],
        safety: 'safe',
      }),
      next: ['read from the primary where it matters', 'find the large transaction or schema change that it replays'],
      chain: ['a replica is behind', 'reads from it are old'],
      about: `replication ${finding.source ?? ''}`,
      byRelease: 'no',
    },
  ];
}
