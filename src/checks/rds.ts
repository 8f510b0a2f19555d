import { Blind, orBlind, verified } from '../core/blind.ts';
import type { Check, Look, Scope, Verification } from '../core/check.ts';
import type { Connections, Finding, Metric, Note } from '../core/evidence.ts';
import { AwsTrouble, type DbCluster, type DbInstance, type MetricSeries, type RdsKit, type RdsSource } from '../core/kit/rds.ts';
import { minutesBefore, startOfMinute } from '../core/minutes.ts';
import { list, type Part } from '../core/part.ts';
import { eventFindings, stateFindings } from '../core/rds/events.ts';
import { baselineOf, metricFinding, metricKinds } from '../core/rds/metrics.ts';
import { blindBecause } from '../core/rds/trouble.ts';

const HOUR = 60;
const DAY = 24 * HOUR;
/** Minutes of the last hours that are kept and shown. */
const SHOWN = 120;
/** GetMetricData takes at most this many series, and gives at most this many points, in one call. */
const MOST_SERIES = 500;
const MOST_POINTS = 100_800;
const EVENT_MINUTES = 6 * HOUR;
/** CloudWatch shows a minute up to this late; data older than that at the opening says nothing yet. */
const LATE_MINUTES = 4;
const NEARLY_FULL = 0.9;

interface Aws {
  source: RdsSource;
  region: string;
  wanted: readonly string[];
}

export const rds: Part<Check, { rds: RdsKit }> = {
  name: 'rds',
  env: {
    RDS_INSTANCE: { about: 'RDS or Aurora instances or clusters, by commas. Setting it switches RDS on', example: 'prod-1', switch: true },
    AWS_REGION: { about: 'Region of these instances', example: 'eu-west-1' },
    AWS_ENDPOINT_URL: { about: 'Where AWS answers, if not at AWS itself', example: 'http://127.0.0.1:4566', preset: '' },
  },
  make: (env, kit) => {
    const place = { region: env('AWS_REGION'), endpoint: env('AWS_ENDPOINT_URL') };
    const wanted = list(env('RDS_INSTANCE')).map((id) => id.toLowerCase());
    const aws: Aws = { source: kit.rds.region(place), region: place.region, wanted };
    return {
      name: 'rds',
      question: 'Is the database machine busy, full, failing over, or short of anything?',
      budgetMs: 8_000,
      look: async (scope, signal) => {
        const cost = { requests: 0 };
        return { ...(await orBlind(() => look(aws, scope, counted(aws, cost, signal), signal))), cost };
      },
      verify: (signal) => verify(aws, signal),
    };
  },
};

/** What there is to ask about: the instances named, members of the clusters named, and their replicas. */
interface Fleet {
  instances: readonly DbInstance[];
  clusters: readonly DbCluster[];
}

async function look(aws: Aws, scope: Scope, ask: Ask, signal: AbortSignal): Promise<Look> {
  const asked = settled(ask((s) => s.events(minutesBefore(scope.now, EVENT_MINUTES), signal)));
  const fleet = await fleetOf(aws, ask, signal);
  const end = startOfMinute(scope.now);
  const series = await settled(ask((s) => s.metrics(wishFor(fleet.instances, end, scope.lean), signal)));
  const events = await asked;
  const metrics = series instanceof Blind ? [] : metricsOf(fleet, series, end, scope);
  const sources = new Set([...fleet.instances, ...fleet.clusters].map((db) => db.id));
  const findings: readonly Finding[] = [
    ...metrics,
    ...connectionsOf(metrics, scope),
    ...(series instanceof Blind ? [] : unseen(fleet, metrics)),
    ...stateFindings(fleet.instances, fleet.clusters, scope.now),
    ...(events instanceof Blind ? [missing('RDS events', events)] : eventFindings(events, sources, scope.onset ?? scope.openedAt)),
  ];
  const seen = { scope: [...sources].join(', ') };
  if (series instanceof Blind) return { ...seen, outcome: { status: 'blind', why: series.message, fix: series.fix, findings } };
  return { ...seen, ...concluded(findings, metrics, fleet, aws, scope) };
}

type Ask = <T>(question: (source: RdsSource) => Promise<T>) => Promise<T>;

function counted(aws: Aws, cost: { requests: number }, signal: AbortSignal): Ask {
  return async (question) => {
    cost.requests++;
    try {
      return await question(aws.source);
    } catch (error) {
      if (error instanceof AwsTrouble) throw blindBecause(error, aws.region);
      if (signal.aborted)
        throw new Blind(
          'RDS: AWS did not answer in time',
          `See whether AWS answers here: aws rds describe-db-instances --region ${aws.region}`,
        );
      throw error;
    }
  };
}

/** The answer, or why there is none: for what the look can do without. */
function settled<T>(asked: Promise<T>): Promise<T | Blind> {
  return asked.catch((error: unknown) => {
    if (error instanceof Blind) return error;
    throw error;
  });
}

function missing(what: string, blind: Blind): Note {
  return { kind: 'note', tone: 'normal', text: `${what} not seen. ${blind.message}. ${blind.fix}` };
}

/** Names that are no instance may be clusters; a cluster's members and an instance's replicas are looked at, too. */
async function fleetOf({ wanted, region }: Aws, ask: Ask, signal: AbortSignal): Promise<Fleet> {
  const named = await ask((s) => s.instances(wanted, signal));
  const others = wanted.filter((id) => !named.some((db) => db.id === id));
  const clusterIds = [...new Set([...others, ...named.flatMap((db) => db.clusterId ?? [])])];
  const clusters = clusterIds.length === 0 ? [] : await ask((s) => s.clusters(clusterIds, signal));
  const lost = others.filter((id) => !clusters.some((cluster) => cluster.id === id));
  if (lost.length > 0)
    throw new Blind(
      `RDS: no instance or cluster ${lost.join(', ')} in ${region}`,
      `Set RDS_INSTANCE and AWS_REGION to what this shows: aws rds describe-db-instances --region ${region} --query 'DBInstances[].DBInstanceIdentifier'`,
    );
  const family = [...clusters.flatMap((cluster) => cluster.members.map((m) => m.id)), ...named.flatMap((db) => db.replicas)];
  const unseen = [...new Set(family)].filter((id) => !named.some((db) => db.id === id));
  const more = unseen.length === 0 ? [] : await ask((s) => s.instances(unseen, signal));
  return { instances: [...named, ...more.filter((db) => unseen.includes(db.id))], clusters };
}

/** All series in one question: the last hours, and on the first look back to the same hour of the day before. */
function wishFor(instances: readonly DbInstance[], end: string, lean: boolean) {
  const series = instances
    .flatMap((db) =>
      metricKinds.filter((kind) => kind.of(db)).map((kind) => ({ instance: db.id, metric: kind.name, stat: 'Average' as const })),
    )
    .slice(0, MOST_SERIES);
  const minutes = lean ? SHOWN : DAY + HOUR;
  const periodSeconds = series.length * minutes <= MOST_POINTS ? 60 : 300;
  return { from: minutesBefore(end, minutes), to: end, periodSeconds, series };
}

function metricsOf(fleet: Fleet, series: readonly MetricSeries[], end: string, scope: Scope): readonly Metric[] {
  const shownFrom = minutesBefore(end, SHOWN);
  const [dayFrom, dayTo] = [minutesBefore(end, DAY + HOUR / 2), minutesBefore(end, DAY - HOUR / 2)];
  return series.flatMap(({ instance, metric, points }) => {
    const db = fleet.instances.find((one) => one.id === instance);
    const kind = metricKinds.find((one) => one.name === metric);
    const shown = points.filter((p) => p.at >= shownFrom);
    if (!db || !kind || shown.length === 0) return [];
    const dayBefore = points.filter((p) => p.at >= dayFrom && p.at < dayTo);
    const finding = metricFinding(kind, db, shown, baselineOf(kind, dayBefore) ?? knownBaseline(metric, instance, scope));
    // Once for each instance is enough: every look is kept.
    const hosts = metric === 'CPUUtilization' ? hostsOf(db, fleet.clusters) : [];
    return [hosts.length === 0 ? finding : { ...finding, hosts }];
  });
}

/** Metrics that AWS should have and has no data of: that is not zero. CPU's absence is told as blindness. */
function unseen({ instances }: Fleet, metrics: readonly Metric[]): readonly Note[] {
  return instances.flatMap((db): readonly Note[] => {
    const own = new Set(metrics.filter((m) => m.source === db.id).map((m) => m.name));
    const empty = metricKinds.filter((kind) => kind.of(db) && !kind.sometimes && !own.has(kind.name)).map((kind) => kind.name);
    // Of an instance without any data the check says so.
    if (own.size === 0 || empty.length === 0) return [];
    return [{ kind: 'note', tone: 'normal', text: `CloudWatch has no data of ${db.id} for ${empty.join(', ')}: not judged` }];
  });
}

/** Its own endpoint, and those of its cluster that lead to it. */
function hostsOf({ id, host }: DbInstance, clusters: readonly DbCluster[]): readonly string[] {
  const shared = clusters.map((cluster) => {
    const member = cluster.members.find((one) => one.id === id);
    return member === undefined ? undefined : member.writer ? cluster.host : cluster.readerHost;
  });
  return [host, ...shared].filter((one) => one !== undefined);
}

/** A lean look does not ask for the day before: the first look's answer still holds. */
function knownBaseline(name: string, source: string, scope: Scope): Metric['baseline'] {
  const known = scope.known.flatMap((e) => e.outcome.findings ?? []).filter((f): f is Metric => f.kind === 'metric');
  return known.find((f) => f.name === name && f.source === source)?.baseline;
}

/** Against the maximum that the database check read: CloudWatch has none. */
function connectionsOf(metrics: readonly Metric[], scope: Scope): readonly Connections[] {
  const known = scope.known.flatMap((e) => e.outcome.findings ?? []).filter((f): f is Connections => f.kind === 'connections');
  const most = known.find((f) => f.max !== undefined)?.max;
  const used = metrics.find((m) => m.name === 'DatabaseConnections')?.points.at(-1)?.value;
  if (most === undefined || used === undefined) return [];
  return [{ kind: 'connections', used, max: most, tone: used >= NEARLY_FULL * most ? 'bad' : 'normal' }];
}

/** No data is not zero, and data from before the trouble clears nobody. */
function concluded(
  findings: readonly Finding[],
  metrics: readonly Metric[],
  fleet: Fleet,
  aws: Aws,
  scope: Scope,
): Pick<Look, 'outcome' | 'asOf'> {
  const cpu = metrics.filter((m) => m.name === 'CPUUtilization');
  const silent = fleet.instances.filter((db) => !cpu.some((m) => m.source === db.id)).map((db) => db.id);
  const newest = cpu.flatMap((m) => m.points.at(-1)?.at ?? []).toSorted()[0];
  const asOf = newest === undefined ? {} : { asOf: newest };
  if (silent.length > 0 || newest === undefined) {
    const why = `RDS: CloudWatch has no data for ${silent.join(', ') || aws.wanted.join(', ')}`;
    const fix = `Set AWS_REGION to the region of the instance; see: aws cloudwatch list-metrics --region ${aws.region} --namespace AWS/RDS --dimensions Name=DBInstanceIdentifier,Value=${silent[0] ?? aws.wanted[0] ?? ''}`;
    return { ...asOf, outcome: { status: 'blind', why, fix, findings } };
  }
  if (findings.some((f) => f.tone !== 'normal')) return { ...asOf, outcome: { status: 'found', findings } };
  const needed = scope.onset ?? minutesBefore(scope.openedAt, LATE_MINUTES);
  if (newest < needed) {
    const why = `RDS: the newest data is of ${newest.slice(11, 16)} UTC, too early to show this trouble`;
    return { ...asOf, outcome: { status: 'blind', why, fix: 'Look again in two minutes: CloudWatch shows a minute late', findings } };
  }
  return { ...asOf, outcome: { status: 'quiet', findings } };
}

async function verify(aws: Aws, signal: AbortSignal): Promise<readonly Verification[]> {
  const ask = counted(aws, { requests: 0 }, signal);
  const now = new Date().toISOString();
  const series = aws.wanted.map((instance) => ({ instance, metric: 'CPUUtilization', stat: 'Average' as const }));
  const wish = { from: minutesBefore(now, HOUR), to: now, periodSeconds: 60, series };
  const see = async (question: (source: RdsSource) => Promise<unknown>, says: string) => {
    await ask(question);
    return says;
  };
  const lines = await Promise.all([
    verified('rds instances', async () => {
      const { instances } = await fleetOf(aws, ask, signal);
      return `sees ${instances.map((db) => db.id).join(', ')}`;
    }),
    verified('rds metrics', () => see((s) => s.metrics(wish, signal), 'may read CloudWatch')),
    verified('rds events', () => see((s) => s.events(minutesBefore(now, HOUR), signal), 'may read events'), false),
  ]);
  return lines.every((line) => line.ok) && (await aws.source.borrowed()) ? [...lines, BORROWED] : lines;
}

const BORROWED: Verification = {
  what: 'aws keys',
  ok: false,
  required: false,
  says: 'temporary keys (AWS_SESSION_TOKEN) stand in the environment: they end within hours, and nobody renews them',
  fix: "Give the bot's machine or pod a role (instance profile, IRSA), or its own user's access key",
  renew: 'a role',
};
