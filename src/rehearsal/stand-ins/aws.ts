import { HOUR, MINUTE } from '../world/rollouts.ts';
import type { World } from '../world/world.ts';
import { minuteOf } from './error-counts.ts';
import { type Answer, type Asked, httpStandIn, type Latency, type StandIn } from './http-front.ts';

export const RDS_INSTANCE = 'checkout-prod-1';

/** CloudWatch shows a minute only after it is over for a while. */
const DELAY_MS = 100_000;

/** RDS (query protocol, XML) and CloudWatch (JSON 1.0) behind one address, as AWS_ENDPOINT_URL sends both there. `database` is where the instance listens. */
export function startAws(world: World, options: Latency & { database: { host: string; port: number } }): Promise<StandIn> {
  return httpStandIn(world, options, (asked) => {
    const target = asked.headers['x-amz-target'];
    if (!asked.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return refuseXml(403, 'MissingAuthenticationToken');
    if (typeof target === 'string') return cloudwatch(world, target, asked);
    return rds(world, new URLSearchParams(asked.body.toString()), options.database);
  });
}

function rds(world: World, form: URLSearchParams, database: { host: string; port: number }): Answer {
  const action = form.get('Action') ?? '';
  const wanted = form.get('DBInstanceIdentifier') ?? form.get('Filters.Filter.1.Values.Value.1');
  if (wanted && wanted !== RDS_INSTANCE) return refuseXml(404, 'DBInstanceNotFound', `DBInstance ${wanted} not found.`);
  if (action === 'DescribeDBInstances') return xml(action, `<DBInstances>${instance(database)}</DBInstances>`);
  if (action === 'DescribeDBClusters') return xml(action, '<DBClusters/>');
  if (action === 'DescribeEvents') return xml(action, `<Events>${events(world, form)}</Events>`);
  if (action === 'DescribeDBLogFiles') return xml(action, '<DescribeDBLogFiles/>');
  return refuseXml(400, 'InvalidAction', `Could not find operation ${action}`);
}

function xml(action: string, inside: string): Answer {
  const body = `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${action}Result>${inside}</${action}Result><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></${action}Response>`;
  return { headers: { 'content-type': 'text/xml' }, body };
}

function refuseXml(status: number, code: string, message = code): Answer {
  const body = `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r1</RequestId></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function instance(database: { host: string; port: number }): string {
  const fields = {
    DBInstanceIdentifier: RDS_INSTANCE,
    DBInstanceClass: 'db.r6g.xlarge',
    Engine: 'mysql',
    EngineVersion: '8.0.39',
    DBInstanceStatus: 'available',
    AllocatedStorage: '500',
    StorageType: 'gp3',
    Iops: '12000',
    MultiAZ: 'true',
    DbiResourceId: 'db-REHEARSALCHECKOUT',
    PerformanceInsightsEnabled: 'false',
    InstanceCreateTime: '2024-01-02T03:04:05Z',
    PreferredBackupWindow: '01:10-01:40',
    PreferredMaintenanceWindow: 'sun:04:00-sun:04:30',
  };
  const plain = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  const endpoint = `<Endpoint><Address>${database.host}</Address><Port>${database.port}</Port></Endpoint>`;
  return `<DBInstance>${plain.join('')}${endpoint}<ReadReplicaDBInstanceIdentifiers/><PendingModifiedValues/></DBInstance>`;
}

/** The nightly backup is the only event of the day: true, and of no importance. */
function events(world: World, form: URLSearchParams): string {
  const now = world.clock.time();
  const from = form.has('StartTime') ? Date.parse(form.get('StartTime') ?? '') : now - Number(form.get('Duration') ?? 60) * MINUTE;
  const day = world.story.onset.slice(0, 10);
  return [
    { at: `${day}T01:12:03.000Z`, message: 'Backing up DB instance', category: 'backup' },
    { at: `${day}T01:19:41.000Z`, message: 'Finished DB Instance backup', category: 'backup' },
  ]
    .filter((event) => Date.parse(event.at) >= from && Date.parse(event.at) <= now)
    .map(
      (event) =>
        `<Event><SourceIdentifier>${RDS_INSTANCE}</SourceIdentifier><SourceType>db-instance</SourceType><Message>${event.message}</Message><EventCategories><EventCategory>${event.category}</EventCategory></EventCategories><Date>${event.at}</Date></Event>`,
    )
    .join('');
}

interface MetricQuery {
  Id: string;
  MetricStat?: { Metric?: { Namespace?: string; MetricName?: string; Dimensions?: { Name: string; Value: string }[] }; Period?: number };
}

function cloudwatch(world: World, target: string, asked: Asked): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  const body = JSON.parse(asked.body.toString()) as { MetricDataQueries?: MetricQuery[]; StartTime?: number; EndTime?: number };
  if (target.endsWith('.DescribeAlarms')) return { headers, body: { MetricAlarms: [], CompositeAlarms: [] } };
  if (!target.endsWith('.GetMetricData'))
    return { status: 400, headers, body: { __type: 'com.amazon.coral.service#UnknownOperationException' } };
  const from = (body.StartTime ?? 0) * 1000;
  const until = Math.min((body.EndTime ?? 0) * 1000, world.clock.time() - DELAY_MS);
  const results = (body.MetricDataQueries ?? []).map((query) => series(world, query, from, until));
  return { headers, body: { MetricDataResults: results, Messages: [] } };
}

/** A wrong name or dimension gives empty arrays, no error, as the real one does. Newest first. */
function series(world: World, query: MetricQuery, from: number, until: number) {
  const metric = query.MetricStat?.Metric;
  const right = metric?.Dimensions?.some((d) => d.Name === 'DBInstanceIdentifier' && d.Value === RDS_INSTANCE);
  const script = world.story.metrics.find((m) => m.name === metric?.MetricName);
  const period = Math.max(60, query.MetricStat?.Period ?? 60) * 1000;
  const points: { at: number; value: number }[] = [];
  if (script && right && metric?.Namespace === 'AWS/RDS')
    for (let at = Math.ceil(Math.max(from, until - 48 * HOUR) / period) * period; at + period <= minuteOf(until) + MINUTE; at += period)
      points.unshift({ at, value: world.once(`metric ${script.name} ${at}`, () => script.value(world, at)) });
  return {
    Id: query.Id,
    Label: metric?.MetricName ?? query.Id,
    Timestamps: points.map((p) => p.at / 1000),
    Values: points.map((p) => Math.round(p.value * 10_000) / 10_000),
    StatusCode: 'Complete',
  };
}
