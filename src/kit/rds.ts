import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  RDSClient,
  type DBCluster as SdkCluster,
  type Event as SdkEvent,
  type DBInstance as SdkInstance,
} from '@aws-sdk/client-rds';
import { isRecord } from '../core/is-record.ts';
import {
  AwsTrouble,
  type DbCluster,
  type DbInstance,
  type MetricSeries,
  type MetricWish,
  type RdsEvent,
  type RdsKit,
} from '../core/kit/rds.ts';
import { AnswerTooLarge, limitAnswers } from './limit-answers.ts';
import { networkWords } from './network-words.ts';

const PAGE = 100;
const PAGES = 3;
const GIB = 2 ** 30;
/** Hundred instances are about 500 kB, a day of metrics less. */
const MAX_BYTES = 8 * 1024 * 1024;

export const rds: RdsKit = {
  region: ({ region, endpoint }) => {
    // Two attempts: the SDK's three with its waits outlive a look.
    const config = {
      region,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
      ...(endpoint === '' ? {} : { endpoint }),
    };
    const client = new RDSClient(config);
    const watch = new CloudWatchClient(config);
    limitAnswers(client.config.requestHandler, MAX_BYTES);
    limitAnswers(watch.config.requestHandler, MAX_BYTES);
    return {
      instances: (ids, abortSignal) => instances(client, ids, abortSignal),
      clusters: (ids, abortSignal) =>
        told('rds:DescribeDBClusters', async () => {
          const command = new DescribeDBClustersCommand({ Filters: [{ Name: 'db-cluster-id', Values: [...ids] }] });
          const { DBClusters } = await client.send(command, { abortSignal });
          return known(DBClusters, 'rds:DescribeDBClusters').map(cluster);
        }),
      events: (from, abortSignal) => told('rds:DescribeEvents', () => events(client, from, abortSignal)),
      borrowed: async () => isBorrowed(await client.config.credentials()),
      metrics: (wish, abortSignal) => told('cloudwatch:GetMetricData', () => metrics(watch, wish, abortSignal)),
    };
  },
};

/** The SDK notes where keys came from; a role's are renewed by it, those of the environment are not. */
function isBorrowed(keys: { sessionToken?: string }): boolean {
  const from = '$source' in keys ? keys.$source : undefined;
  return keys.sessionToken !== undefined && isRecord(from) && 'CREDENTIALS_ENV_VARS' in from;
}

/** One unknown id can refuse the whole list: then each is asked alone, and what is not found is left out. */
async function instances(client: RDSClient, ids: readonly string[], abortSignal: AbortSignal): Promise<readonly DbInstance[]> {
  const action = 'rds:DescribeDBInstances';
  try {
    return await told(action, async () => {
      const command = new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-instance-id', Values: [...ids] }] });
      const { DBInstances } = await client.send(command, { abortSignal });
      return known(DBInstances, action).map(instance);
    });
  } catch (error) {
    if (!(error instanceof AwsTrouble && error.code === 'DBInstanceNotFoundFault')) throw error;
    if (ids.length === 1) return [];
    return (await Promise.all(ids.map((id) => instances(client, [id], abortSignal)))).flat();
  }
}

async function events(client: RDSClient, from: string, abortSignal: AbortSignal): Promise<readonly RdsEvent[]> {
  const found: RdsEvent[] = [];
  let Marker: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const command = new DescribeEventsCommand({ StartTime: new Date(from), MaxRecords: PAGE, ...(Marker ? { Marker } : {}) });
    const answer = await client.send(command, { abortSignal });
    found.push(...known(answer.Events, 'rds:DescribeEvents').flatMap(event));
    Marker = answer.Marker;
    if (!Marker) break;
  }
  return found;
}

async function metrics(client: CloudWatchClient, wish: MetricWish, abortSignal: AbortSignal): Promise<readonly MetricSeries[]> {
  const command = new GetMetricDataCommand({
    StartTime: new Date(wish.from),
    EndTime: new Date(wish.to),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: wish.series.map(({ instance: id, metric, stat }, i) => ({
      Id: `m${i}`,
      MetricStat: {
        Metric: { Namespace: 'AWS/RDS', MetricName: metric, Dimensions: [{ Name: 'DBInstanceIdentifier', Value: id }] },
        Period: wish.periodSeconds,
        Stat: stat,
      },
    })),
  });
  const { MetricDataResults } = await client.send(command, { abortSignal });
  const results = new Map(known(MetricDataResults, 'cloudwatch:GetMetricData').map((result) => [result.Id, result]));
  return wish.series.map(({ instance: id, metric }, i) => {
    const { Timestamps = [], Values = [], StatusCode } = results.get(`m${i}`) ?? {};
    const points = Timestamps.flatMap((at, n) => {
      const value = Values[n];
      return value === undefined || StatusCode === 'InternalError' ? [] : [{ at: at.toISOString(), value }];
    });
    return { instance: id, metric, points: points.toSorted((a, b) => a.at.localeCompare(b.at)) };
  });
}

/** A maintenance page parses to an answer without its list. */
function known<T>(list: readonly T[] | undefined, action: string): readonly T[] {
  if (list === undefined) throw new AwsTrouble('AWS answered in an unknown shape', 'UnknownAnswer', action);
  return list;
}

function instance(db: SdkInstance): DbInstance {
  const troubles = (db.StatusInfos ?? []).filter((info) => info.Normal === false);
  return {
    id: db.DBInstanceIdentifier ?? '',
    status: db.DBInstanceStatus ?? 'unknown',
    instanceClass: db.DBInstanceClass ?? '',
    engine: db.Engine ?? '',
    replicas: db.ReadReplicaDBInstanceIdentifiers ?? [],
    performanceInsights: db.PerformanceInsightsEnabled === true,
    troubles: troubles.map((info) => [info.StatusType, info.Status, info.Message].filter(Boolean).join(': ')),
    ...(db.Endpoint?.Address === undefined ? {} : { host: at(db.Endpoint.Address, db.Endpoint.Port) }),
    ...(db.AllocatedStorage === undefined ? {} : { storage: db.AllocatedStorage * GIB }),
    ...(db.StorageType === undefined ? {} : { storageType: db.StorageType }),
    ...(db.Iops === undefined ? {} : { iops: db.Iops }),
    ...(db.DBClusterIdentifier === undefined ? {} : { clusterId: db.DBClusterIdentifier }),
    ...(db.ReadReplicaSourceDBInstanceIdentifier === undefined ? {} : { replicaOf: db.ReadReplicaSourceDBInstanceIdentifier }),
    ...(db.CertificateDetails?.ValidTill === undefined ? {} : { certificateUntil: db.CertificateDetails.ValidTill.toISOString() }),
  };
}

function cluster(db: SdkCluster): DbCluster {
  const members = (db.DBClusterMembers ?? []).flatMap((m) =>
    m.DBInstanceIdentifier === undefined ? [] : [{ id: m.DBInstanceIdentifier, writer: m.IsClusterWriter === true }],
  );
  return {
    id: db.DBClusterIdentifier ?? '',
    status: db.Status ?? 'unknown',
    members,
    ...(db.Endpoint === undefined ? {} : { host: at(db.Endpoint, db.Port) }),
    ...(db.ReaderEndpoint === undefined ? {} : { readerHost: at(db.ReaderEndpoint, db.Port) }),
  };
}

const MYSQL_PORT = 3306;

const at = (host: string, port: number | undefined) => `${host}:${port ?? MYSQL_PORT}`;

function event({ Date: at, SourceIdentifier, Message, EventCategories }: SdkEvent): readonly RdsEvent[] {
  if (at === undefined || Message === undefined) return [];
  return [{ at: at.toISOString(), source: SourceIdentifier ?? '', message: Message, categories: EventCategories ?? [] }];
}

/** AWS's error in our type: its name, never its request. */
async function told<T>(action: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsTrouble) throw error;
    if (error instanceof AnswerTooLarge) throw new AwsTrouble(`AWS answered ${error.message}`, 'UnknownAnswer', action);
    const answered = error instanceof Error && '$metadata' in error && hasStatus(error.$metadata);
    const name = error instanceof Error ? error.name : 'unknown';
    const message = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
    if (name === 'CredentialsProviderError') throw new AwsTrouble('no AWS credentials found', name, action);
    if (answered && name === 'Error') throw new AwsTrouble('AWS answered in an unknown shape', 'UnknownAnswer', action);
    if (answered && name !== 'SyntaxError') throw new AwsTrouble(message, name, action);
    if (name === 'SyntaxError' || /deserializ|Unclosed|Unexpected token|in JSON/i.test(message))
      throw new AwsTrouble('AWS answered in an unknown shape', 'UnknownAnswer', action);
    throw new AwsTrouble(reason(name, message), 'HostDown', action);
  }
}

function hasStatus(metadata: unknown): boolean {
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata && metadata.httpStatusCode !== undefined;
}

function reason(name: string, message: string): string {
  if (name === 'AbortError' || name === 'TimeoutError') return 'AWS did not answer in time';
  const code = /\b(E[A-Z]{4,}|EAI_AGAIN)\b/.exec(message)?.[1];
  const words = networkWords(code ?? '');
  return words === undefined ? `AWS cannot be reached${code === undefined ? '' : ` (${code})`}` : `AWS ${words}`;
}
