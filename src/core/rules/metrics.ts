import type { Metric } from '../evidence.ts';
import { metricLine, rounded } from '../judge/symptoms.ts';
import type { Facts, Fit, Rule, Seen } from '../rule.ts';
import { identifier } from '../suspects/words.ts';
import { ground, remedy } from './write.ts';

/** A balance is spent at this share of a full one, in percent. */
const SPENT = 5;
/** So many times the usual is a surge; CloudWatch's own noise stays below. */
const SURGE = 2.5;

function last(metric: Metric): number | undefined {
  return metric.points.at(-1)?.value;
}

function named(facts: Facts, names: RegExp): readonly Seen<Metric>[] {
  return facts.of('metric').filter(({ finding }) => finding.tone !== 'normal' && names.test(finding.name));
}

/** A small instance that lived on credits and has none left: it works at its baseline now. */
export const burstCreditsSpent: Rule = {
  id: 'burst-credits-spent',
  explains: ['missing-index', 'connections-exhausted', 'dependency-down'],
  fits: (facts) =>
    named(facts, /^(?:CPUCreditBalance|BurstBalance|EBSIOBalance%?|EBSByteBalance%?)$/).flatMap((seen): readonly Fit[] => {
      const now = last(seen.finding);
      if (now === undefined || now > SPENT) return [];
      return [
        {
          cause: `The database has spent its burst credits: ${seen.finding.name} is ${rounded(now)}, so it works at its baseline speed`,
          about: 'credits',
          byRelease: 'no',
          grounds: [ground(metricLine(seen.finding), seen, 'strong', 'credits')],
          facts: { value: String(now), metric: seen.finding.name },
          remedy: remedy('scale', 'no release brought it; credits come back only slowly', {
            commands: ['aws rds modify-db-instance --db-instance-identifier <id> --db-instance-class <larger> --apply-immediately'],
            hazards: ['a change of class restarts the instance: a failover of a minute or two'],
            safety: 'needs-care',
          }),
          next: ['shed load, or move to a class without credits', 'find what used them up: a report, a new statement, more traffic'],
          chain: [`${seen.finding.name} is spent`, 'every statement takes longer'],
        },
      ];
    }),
};

const traffic = /request|rps|throughput|hits|visits/i;

/** Bytes of a disk or wire, and what comes back, are no visitors. */
const notTraffic =
  /error|fail|p9\d|per_?request|throttl|reject|drop|retr(?:y|ies)|queue|busy|active|pending|in_?flight|[45]\d\d|[45]xx|latency|duration|time|size|bytes|(?:read|write|network|storage|disk|receive|transmit)_?throughput/i;

/** Why the extra requests are no visitors: the count at the edge is as always, or a service of ours is asked that is not the one in trouble. */
function madeInside(facts: Facts, surge: Seen<Metric>): string | undefined {
  const steady = facts.of('metric').find(({ finding }) => {
    const { baseline, points, name } = finding;
    if (name === surge.finding.name || baseline === undefined || baseline.mean <= 0 || !traffic.test(name) || notTraffic.test(name))
      return false;
    return points.length > 0 && points.every(({ value }) => value < 1.4 * baseline.mean);
  });
  if (steady !== undefined) return `${steady.finding.name} is as usual: the extra requests are made inside`;
  const { service } = facts.bundle;
  const asked = identifier(/^[A-Za-z][A-Za-z\d-]*/.exec(surge.finding.name)?.[0] ?? '').name;
  if (service === undefined || edge.test(surge.finding.name) || asked === '' || identifier(service).name.startsWith(asked))
    return undefined;
  const folders = facts.of('commit').flatMap(({ finding }) => (finding.files ?? []).flatMap((path) => path.split('/').slice(0, -1)));
  const names = [...folders, ...facts.of('release').map(({ finding }) => finding.service ?? '')];
  const inner = names.some((name) => name !== '' && identifier(name).name === asked);
  return inner ? `${asked} is called by our own services: which of them asks more than before?` : undefined;
}

/** Where requests of people come in. */
const edge = /edge|ingress|gateway|nginx|haproxy|envoy|traefik|front|web|proxy|balancer|\b(?:elb|alb|lb|cdn)\b|visit/i;

/** More requests than usual, and nothing else that explains it. */
export const trafficSurge: Rule = {
  id: 'traffic-surge',
  explains: ['connections-exhausted', 'out-of-memory'],
  fits: (facts) =>
    named(facts, traffic)
      .filter(({ finding }) => !notTraffic.test(finding.name))
      .flatMap((seen): readonly Fit[] => {
        const { baseline, points } = seen.finding;
        const worst = points.reduce((max, p) => Math.max(max, p.value), 0);
        if (baseline === undefined || baseline.mean <= 0 || worst < SURGE * baseline.mean || worst < 1.2 * baseline.max) return [];
        const times = rounded(worst / baseline.mean);
        const steady = madeInside(facts, seen);
        return [
          {
            cause: `More requests than usual: ${times} times the normal rate`,
            about: 'traffic',
            ...(steady === undefined ? {} : { atMost: 'possible' as const }),
            byRelease: 'no',
            grounds: [ground(metricLine(seen.finding), seen, 'strong', 'traffic')],
            facts: { value: String(worst), metric: seen.finding.name },
            remedy: remedy('scale', 'no release brought it: there is more work than the system was sized for', {
              commands: ['kubectl scale deployment/<name> --replicas=<more>'],
              hazards: ['more pods open more database connections'],
              safety: 'needs-care',
            }),
            next: ['where does it come from: a campaign, a crawler, retries of our own clients?', 'limit the source, or scale'],
            chain: [`${times} times the usual requests`],
            against: [
              'retries of failing requests look like traffic: then something else broke first',
              ...(steady === undefined ? [] : [steady]),
            ],
          },
        ];
      }),
};

/** The provider's word about the disk, before statements fail. */
export const storageMetric: Rule = {
  id: 'disk-full',
  fits: (facts) =>
    named(facts, /^(?:FreeStorageSpace|FreeLocalStorage)$/).flatMap((seen): readonly Fit[] => {
      const now = last(seen.finding);
      const limit = (seen.finding.baseline?.mean ?? 0) * 0.02;
      if (now === undefined || now > Math.max(limit, 200e6)) return [];
      return [fitOfDisk(seen, now)];
    }),
};

function fitOfDisk(seen: Seen<Metric>, free: number): Fit {
  return {
    cause: `The database has no disk space left: ${seen.finding.name} is ${rounded(free / 1e6)} MB`,
    about: 'disk-full',
    byRelease: 'no',
    grounds: [ground(metricLine(seen.finding), seen, 'strong', 'storage')],
    facts: { value: String(free), metric: seen.finding.name },
    remedy: remedy('scale', 'nothing can be written until there is room', {
      hazards: ['an ALTER or OPTIMIZE needs as much room again'],
      safety: 'needs-care',
    }),
    next: ['grow the volume', 'find what filled it: binary logs, temporary tables, one table'],
    chain: ['the database volume is full', 'writes fail'],
  };
}

/** The provider said that it moved the primary. */
export const failoverEvent: Rule = {
  id: 'failover-read-only',
  explains: ['database-connection-lost', 'code-exception'],
  fits: (facts) =>
    facts
      .of('db-event')
      .filter(({ finding }) => /failover|promot(?:ed|ion)|now the (?:writer|primary)/i.test(finding.message))
      .map(
        (seen): Fit => ({
          cause: 'The database failed over: processes may still hold connections to the old primary',
          about: 'failover-read-only',
          byRelease: 'no',
          grounds: [ground(seen.finding.message, seen, 'sign', 'provider event')],
          facts: { message: seen.finding.message },
          remedy: remedy('restart', 'after a failover the processes keep their connections to the old primary', {
            commands: ['SELECT @@read_only, @@hostname;', 'kubectl rollout restart deployment/<web> deployment/<worker>'],
            safety: 'needs-care',
          }),
          next: ['which server does the app reach, and which one is the primary now?', 'restart the processes so that they connect anew'],
          chain: ['the primary changed', 'the processes still talk to the old one'],
        }),
      ),
};
