import { readFileSync } from 'node:fs';
import type { Answer, Asked } from '../contract/stand-in.ts';

/** RDS (query protocol, XML) and CloudWatch (JSON 1.0) on one address, as AWS_ENDPOINT_URL sends both there. */
export const now = '2026-11-21T20:32:30.000Z';

export interface AwsWorld {
  /** Values by metric name and minutes before `now`; undefined: that metric is not published. */
  metric: (name: string, instance: string, minutesAgo: number) => number | undefined;
  instances?: string;
  clusters?: string;
  events?: string;
  /** Instead of any answer to this action. */
  instead?: Readonly<Record<string, Answer>>;
}

const fixture = (name: string) => readFileSync(new URL(`../fixtures/aws/${name}.xml`, import.meta.url), 'utf8');
const XML = { 'content-type': 'text/xml' };
const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };

export function awsServer(world: AwsWorld): (asked: Asked) => Answer {
  return (asked) => {
    const action = asked.headers['x-amz-target']?.split('.')[1] ?? new URLSearchParams(asked.body).get('Action') ?? '';
    const instead = world.instead?.[action];
    if (instead !== undefined) return instead;
    if (action === 'GetMetricData') return { headers: JSON_1_0, body: metricData(world, asked) };
    const replica = new URLSearchParams(asked.body).get('Filters.Filter.1.Values.Value.1') === 'prod-1-ro';
    return { headers: XML, body: replica && action === 'DescribeDBInstances' ? readReplica : xml(world, action) };
  };
}

function xml(world: AwsWorld, action: string): string {
  const empty = `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${action}Result><Events/><DBClusters/><DBInstances/></${action}Result></${action}Response>`;
  if (action === 'DescribeDBInstances') return world.instances ?? fixture('DescribeDBInstances');
  if (action === 'DescribeDBClusters') return world.clusters ?? empty;
  return world.events ?? empty;
}

export const failover = fixture('DescribeEvents');
export const auroraClusters = fixture('DescribeDBClusters');

export function instanceXml(fields: Readonly<Record<string, string>>, inside = ''): string {
  const plain = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult><DBInstances><DBInstance>${plain.join('')}${inside}</DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>`;
}

export function refusal(status: number, code: string, message = code): Answer {
  const body = `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>x</RequestId></ErrorResponse>`;
  return { status, headers: XML, body };
}

const readReplica = instanceXml({
  DBInstanceIdentifier: 'prod-1-ro',
  DBInstanceClass: 'db.r6g.large',
  Engine: 'mysql',
  DBInstanceStatus: 'available',
  ReadReplicaSourceDBInstanceIdentifier: 'prod-1',
});

interface Wish {
  StartTime: number;
  EndTime: number;
  MetricDataQueries: readonly {
    Id: string;
    MetricStat: { Period: number; Metric: { MetricName: string; Dimensions: readonly { Value: string }[] } };
  }[];
}

function metricData(world: AwsWorld, asked: Asked): unknown {
  const wish: Wish = JSON.parse(asked.body);
  return {
    MetricDataResults: wish.MetricDataQueries.map(({ Id, MetricStat: { Period, Metric } }) => {
      const times: number[] = [];
      const values: number[] = [];
      for (let at = wish.StartTime; at < wish.EndTime - 60; at += Period) {
        const ago = Math.round((Date.parse(now) / 1000 - at) / 60);
        const value = world.metric(Metric.MetricName, Metric.Dimensions[0]?.Value ?? '', ago);
        if (value !== undefined) values.push(value);
        if (value !== undefined) times.push(at);
      }
      return { Id, Label: Id, Timestamps: times, Values: values, StatusCode: 'Complete' };
    }),
    Messages: [],
  };
}

/** A server of every day: 22 % CPU, sixty connections, plenty of everything. */
export function everyDay(name: string): number | undefined {
  const values: Readonly<Record<string, number>> = {
    CPUUtilization: 22,
    DatabaseConnections: 60,
    FreeableMemory: 8e9,
    FreeStorageSpace: 3e11,
    DiskQueueDepth: 0.4,
    ReadIOPS: 300,
    WriteIOPS: 200,
    ReadLatency: 0.001,
    WriteLatency: 0.002,
    ReplicaLag: 0,
  };
  return values[name];
}

/** CPU on and off for the last ten minutes, with the connections that wait for it. */
export function sick(name: string, _instance: string, ago: number): number | undefined {
  if (ago > 10) return everyDay(name);
  if (name === 'CPUUtilization') return ago % 3 === 0 ? 35 : 97;
  return name === 'DatabaseConnections' ? 480 : everyDay(name);
}
