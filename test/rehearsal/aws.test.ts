import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeDBInstancesCommand, DescribeEventsCommand, RDSClient } from '@aws-sdk/client-rds';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RDS_INSTANCE, startAws } from '../../src/rehearsal/stand-ins/aws.ts';
import type { StandIn } from '../../src/rehearsal/stand-ins/http-front.ts';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { quick, worldAt } from './stage.ts';

let world: ReturnType<typeof worldAt>;
let server: StandIn;
const options = () => ({
  endpoint: server.url,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  maxAttempts: 1,
});

beforeEach(async () => {
  world = worldAt(iris, 11);
  server = await startAws(world, { ...quick, database: { host: '127.0.0.1', port: 3306 } });
});
afterEach(async () => {
  await server.close();
  world.remove();
});

test('RDS: the instance, its quiet events, and a name that is not there', async () => {
  const rds = new RDSClient(options());
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: RDS_INSTANCE }));
  expect(DBInstances?.[0]).toMatchObject({
    DBInstanceStatus: 'available',
    Engine: 'mysql',
    Endpoint: { Address: '127.0.0.1', Port: 3306 },
  });
  const { Events } = await rds.send(
    new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: RDS_INSTANCE, Duration: 180 }),
  );
  expect(Events?.map((e) => e.Message)).toContain('Finished DB Instance backup');
  await expect(rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'other' }))).rejects.toMatchObject({
    name: 'DBInstanceNotFoundFault',
  });
});

test('CloudWatch: CPU newest first, two minutes late; a wrong dimension is empty, not an error', async () => {
  const cloudwatch = new CloudWatchClient(options());
  const metric = (value: string) => ({
    Namespace: 'AWS/RDS',
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'DBInstanceIdentifier', Value: value }],
  });
  const query = (Id: string, value: string) => ({ Id, MetricStat: { Metric: metric(value), Period: 60, Stat: 'Average' } });
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(world.onset - 30 * 60_000),
      EndTime: world.clock.now(),
      MetricDataQueries: [query('cpu', RDS_INSTANCE), query('none', 'other')],
    }),
  );
  const [cpu, none] = MetricDataResults ?? [];
  expect(none?.Values).toEqual([]);
  expect(cpu?.Timestamps?.[0]?.getTime()).toBe(world.onset + 9 * 60_000);
  expect(cpu?.Values?.[2]).toBeGreaterThan(75);
  expect(cpu?.Values?.at(-1)).toBeLessThan(30);
});
