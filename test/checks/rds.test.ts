import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { rds as part } from '../../src/checks/rds.ts';
import type { Check, Look, Scope } from '../../src/core/check.ts';
import type { Evidence, Finding, FindingKind } from '../../src/core/evidence.ts';
import { rds as kit } from '../../src/kit/rds.ts';
import { aScope, checkContract, httpInMood } from '../contract/check.ts';
import { type StandIn, standIn } from '../contract/stand-in.ts';
import { type AwsWorld, auroraClusters, awsServer, everyDay, failover, instanceXml, now, refusal, sick } from './aws-server.ts';

const secret = 'aws-secret-key-71c3';
beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterAll(() => void vi.unstubAllEnvs());

function checkAt(server: StandIn, ids = 'prod-1'): Check {
  const env: Record<string, string> = { RDS_INSTANCE: ids, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: server.url };
  return part.make((name) => env[name] ?? '', { rds: kit });
}

checkContract('rds', {
  secrets: [secret, 'AKIDTEST'],
  build: async (mood) => {
    const server = await httpInMood(mood, awsServer({ metric: mood === 'calm' ? everyDay : sick }), {
      unauthorised: refusal(403, 'AccessDenied', `User: arn:aws:iam::1:user/bot is not authorized to perform: rds:DescribeDBInstances`),
      rateLimited: refusal(400, 'Throttling', 'Rate exceeded'),
    });
    return { check: checkAt(server), scope: { now }, close: server.close };
  },
});

async function looked(world: AwsWorld, scope: Partial<Scope> = {}, ids?: string): Promise<{ look: Look; server: StandIn }> {
  const server = await standIn(awsServer(world));
  onTestFinished(server.close);
  return { look: await checkAt(server, ids).look({ ...aScope, now, ...scope }, AbortSignal.timeout(8_000)), server };
}

function of<K extends FindingKind>(look: Look, kind: K): Extract<Finding, { kind: K }>[] {
  return (look.outcome.findings ?? []).filter((f): f is Extract<Finding, { kind: K }> => f.kind === kind);
}

const metric = (look: Look, name: string, source = 'prod-1') => of(look, 'metric').find((m) => m.name === name && m.source === source);

test('tells a CPU that is busy on and off, against the same hour of the day before', async () => {
  const { look } = await looked({ metric: sick });
  expect(metric(look, 'CPUUtilization')).toMatchObject({ tone: 'bad', unit: 'Percent', baseline: { mean: 22, max: 22 } });
  expect(metric(look, 'DatabaseConnections')).toMatchObject({ tone: 'bad' });
  expect(metric(look, 'FreeStorageSpace')).toMatchObject({ tone: 'normal', recovers: false });
  expect(metric(look, 'CPUUtilization')?.hosts).toEqual(['prod-1.abc.eu-west-1.rds.amazonaws.com:3306']);
  expect(look).toMatchObject({ asOf: '2026-11-21T20:30:00.000Z', scope: 'prod-1, prod-1-ro' });
});

test('a replica that falls behind is told, with its own name', async () => {
  const lag = (name: string, _: string, ago: number) => (name === 'ReplicaLag' && ago < 15 ? 240 : everyDay(name));
  const { look } = await looked({ metric: lag });
  expect(metric(look, 'ReplicaLag', 'prod-1-ro')).toMatchObject({ tone: 'bad', unit: 'Seconds' });
  expect(metric(look, 'ReplicaLag')).toBeUndefined();
});

test('an id that AWS refuses is told by name', async () => {
  const { look } = await looked(
    { metric: sick, instead: { DescribeDBInstances: refusal(404, 'DBInstanceNotFound') } },
    {},
    'prod-1,prod-9',
  );
  expect(look.outcome).toMatchObject({ status: 'blind', why: 'RDS: no instance or cluster prod-1, prod-9 in eu-west-1' });
});

test('all metrics of all instances in one question', async () => {
  const { server } = await looked({ metric: sick });
  expect(server.asked.filter((a) => a.headers['x-amz-target']?.endsWith('.GetMetricData'))).toHaveLength(1);
});

test('the report of every night at this hour is nothing new', async () => {
  const report = (name: string, _: string, ago: number) => (name === 'CPUUtilization' && ago % 1440 < 40 ? 85 : everyDay(name));
  const { look } = await looked({ metric: report });
  expect(look.outcome.status).toBe('quiet');
});

const plain = {
  DBInstanceIdentifier: 'prod-1',
  DBInstanceClass: 'db.r6g.xlarge',
  Engine: 'mysql',
  DBInstanceStatus: 'available',
  AllocatedStorage: '500',
};
const aurora = { ...plain, Engine: 'aurora-mysql', StorageType: 'aurora' };
const insights = { ...plain, PerformanceInsightsEnabled: 'true' };

/** Each metric on its own: its value of every day, the one of the trouble, on which instance, and whether it is a stock that does not come back by itself. */
const judged: [name: string, usual: number, now: number, fields: Record<string, string>, stock?: 'stock'][] = [
  ['CPUUtilization', 22, 97, plain],
  ['DatabaseConnections', 60, 480, plain],
  ['FreeableMemory', 8e9, 1e8, plain, 'stock'],
  ['FreeStorageSpace', 3e11, 4e9, plain, 'stock'],
  ['FreeLocalStorage', 5e10, 5e8, aurora, 'stock'],
  ['DiskQueueDepth', 0.4, 40, plain],
  ['ReadIOPS', 300, 2_950, { ...plain, StorageType: 'gp3' }],
  ['WriteIOPS', 200, 980, { ...plain, StorageType: 'io1', Iops: '1000' }],
  ['ReadLatency', 0.001, 0.2, plain],
  ['WriteLatency', 0.002, 0.2, plain],
  ['ReplicaLag', 0, 240, { ...plain, ReadReplicaSourceDBInstanceIdentifier: 'prod-0' }],
  ['ReplicaLag', 0, -1, { ...plain, ReadReplicaSourceDBInstanceIdentifier: 'prod-0' }],
  ['AuroraReplicaLag', 20, 9_000, aurora],
  ['BurstBalance', 99, 2, { ...plain, StorageType: 'gp2' }, 'stock'],
  ['EBSIOBalance%', 99, 2, plain, 'stock'],
  ['EBSByteBalance%', 99, 2, plain, 'stock'],
  ['CPUCreditBalance', 500, 0, { ...plain, DBInstanceClass: 'db.t3.medium' }, 'stock'],
  ['DBLoad', 1, 30, insights],
  ['Deadlocks', 0, 5, aurora],
  ['BlockedTransactions', 0, 50, aurora],
];
test.each(judged)('%s: %d is of every day, %d is bad', async (name, usual, bad, fields, stock) => {
  const world = (value: (ago: number) => number): AwsWorld => ({
    instances: instanceXml(fields),
    metric: (asked, _, ago) => (asked === name ? value(ago) : everyDay(asked)),
  });
  const { look } = await looked(world((ago) => (ago <= 12 ? bad : usual)));
  expect(look.outcome.status).toBe('found');
  expect(of(look, 'metric').filter((m) => m.tone !== 'normal')).toEqual([
    expect.objectContaining({ name, tone: 'bad', source: 'prod-1', baseline: expect.anything(), ...(stock ? { recovers: false } : {}) }),
  ]);
  expect(metric((await looked(world(() => usual))).look, name)?.tone).toBe('normal');
  const { look: silent } = await looked({ ...world(() => usual), metric: (asked) => (asked === name ? undefined : everyDay(asked)) });
  expect(metric(silent, name)).toBeUndefined();
  // No data is never silently none: the check is blind, or a note names it, unless AWS has it for some classes alone.
  const told = [silent.outcome.status === 'blind' ? silent.outcome.why : '', ...of(silent, 'note').map((note) => note.text)].join('\n');
  if (/%|^AuroraReplicaLag/.test(name)) expect(told).not.toContain(name);
  else expect(told).toMatch(name === 'CPUUtilization' ? /no data for prod-1/ : new RegExp(`no data of prod-1 for .*${name}`));
});

test('metrics that AWS does not publish for an instance are not asked', async () => {
  const { server } = await looked({ instances: instanceXml({ ...plain, StorageType: 'gp3' }), metric: everyDay });
  const wish = server.asked.find((a) => a.headers['x-amz-target'])?.body ?? '';
  expect(wish).toContain('FreeStorageSpace');
  expect(wish).not.toMatch(/BurstBalance|CPUCreditBalance|DBLoad|ReplicaLag|FreeLocalStorage|Deadlocks/);
});

test('CPU that has been high for longer than the last hours is still bad, unlike the day before', async () => {
  const { look } = await looked({ metric: (name, _, ago) => (name === 'CPUUtilization' && ago < 300 ? 96 : everyDay(name)) });
  expect(metric(look, 'CPUUtilization')).toMatchObject({ tone: 'bad', baseline: { mean: 22, max: 22 } });
});

test('the last hour counts as well: what the day before did not have may be as always today', async () => {
  const busier = (name: string, _: string, ago: number) => (name === 'CPUUtilization' ? (ago < 300 ? 70 : 22) : everyDay(name));
  expect((await looked({ metric: busier })).look.outcome.status).toBe('quiet');
});

test('a failover is an event that stays', async () => {
  const { look } = await looked({ metric: everyDay, events: failover });
  expect(of(look, 'db-event')).toEqual([
    {
      kind: 'db-event',
      at: '2026-11-21T20:31:05.000Z',
      source: 'prod-1',
      message: 'Multi-AZ instance failover completed',
      recovers: false,
      tone: 'bad',
    },
  ]);
});

test('a cluster is looked at through its members, each by its own name and by the endpoint that leads to it', async () => {
  const member = (id: string) =>
    `<DBInstance><DBInstanceIdentifier>${id}</DBInstanceIdentifier><DBInstanceClass>db.r6g.large</DBInstanceClass><Engine>aurora-mysql</Engine><DBInstanceStatus>available</DBInstanceStatus><DBClusterIdentifier>aur</DBClusterIdentifier><Endpoint><Address>${id}.x.rds.amazonaws.com</Address><Port>3306</Port></Endpoint></DBInstance>`;
  const instances = instanceXml({}, '').replace('<DBInstance></DBInstance>', `${member('aur-1')}${member('aur-2')}`);
  const reader =
    '<DBClusterMember><DBInstanceIdentifier>aur-2</DBInstanceIdentifier><IsClusterWriter>false</IsClusterWriter></DBClusterMember></DBClusterMembers>';
  const clusters = auroraClusters.replace('</DBClusterMembers>', reader);
  const hot = (name: string, id: string, ago: number) => (id === 'aur-2' ? sick(name, id, ago) : everyDay(name));
  const { look, server } = await looked({ instances, clusters, metric: hot }, {}, 'aur');
  expect(look.scope).toBe('aur-1, aur-2, aur');
  expect(metric(look, 'CPUUtilization', 'aur-1')).toMatchObject({
    tone: 'normal',
    hosts: ['aur-1.x.rds.amazonaws.com:3306', 'aur.cluster-x.rds.amazonaws.com:3306'],
  });
  expect(metric(look, 'CPUUtilization', 'aur-2')).toMatchObject({
    tone: 'bad',
    hosts: ['aur-2.x.rds.amazonaws.com:3306', 'aur.cluster-ro-x.rds.amazonaws.com:3306'],
  });
  expect(metric(look, 'FreeStorageSpace', 'aur-1')).toBeUndefined();
  expect(server.asked.filter((a) => a.headers['x-amz-target']?.endsWith('.GetMetricData'))).toHaveLength(1);
});

const states: [fields: Record<string, string>, inside: string, said: string, tone: string][] = [
  [{ DBInstanceStatus: 'storage-full' }, '', 'prod-1 is storage-full', 'bad'],
  [{ DBInstanceStatus: 'modifying' }, '', 'prod-1 is modifying', 'changed'],
  [
    { DBInstanceStatus: 'available' },
    '<StatusInfos><DBInstanceStatusInfo><StatusType>read replication</StatusType><Normal>false</Normal><Status>error</Status></DBInstanceStatusInfo></StatusInfos>',
    'prod-1: read replication: error',
    'bad',
  ],
];
test.each(states)('%j is told', async (fields, inside, message, tone) => {
  const instances = instanceXml({ DBInstanceIdentifier: 'prod-1', Engine: 'mysql', DBInstanceClass: 'db.m6g.large', ...fields }, inside);
  const { look } = await looked({ instances, metric: everyDay });
  expect(of(look, 'db-event')).toEqual([expect.objectContaining({ message, tone })]);
});

test('connections are counted against the maximum that the database check read', async () => {
  const outcome: Evidence['outcome'] = {
    status: 'blind',
    why: '1040',
    fix: '',
    findings: [{ kind: 'connections', max: 500, refused: true }],
  };
  const { look } = await looked({ metric: sick }, { known: [{ check: 'mysql', at: now, tookMs: 1, outcome }] });
  expect(of(look, 'connections')).toEqual([{ kind: 'connections', used: 480, max: 500, tone: 'bad' }]);
});

const blinds: [name: string, world: Partial<AwsWorld>, scope: Partial<Scope>, why: RegExp, fix: RegExp][] = [
  ['no data at all: a wrong region', { metric: () => undefined }, {}, /no data for prod-1/, /AWS_REGION/],
  ['data that ends before the onset', { metric: everyDay }, { onset: '2026-11-21T20:31:30.000Z' }, /too early/, /two minutes/],
  [
    'no right to read metrics',
    {
      instead: {
        GetMetricData: {
          status: 403,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'no' },
        },
      },
    },
    {},
    /may not cloudwatch:GetMetricData/,
    /"cloudwatch:GetMetricData"/,
  ],
  ['expired credentials', { instead: { DescribeDBInstances: refusal(403, 'ExpiredToken') } }, {}, /expired/, /Renew/],
  [
    'unknown credentials',
    { instead: { DescribeDBInstances: refusal(403, 'InvalidClientTokenId') } },
    {},
    /does not know/,
    /AWS_ACCESS_KEY_ID/,
  ],
  [
    'no such instance',
    {
      instances:
        '<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult><DBInstances/></DescribeDBInstancesResult></DescribeDBInstancesResponse>',
    },
    {},
    /no instance or cluster prod-1/,
    /RDS_INSTANCE/,
  ],
];
test.each(blinds)('%s is blind, not quiet', async (_, world, scope, why, fix) => {
  const { look } = await looked({ metric: everyDay, ...world }, scope);
  expect(look.outcome).toMatchObject({ status: 'blind', why: expect.stringMatching(why), fix: expect.stringMatching(fix) });
});

test('without the right to read events the rest is told, with the policy to paste', async () => {
  const { look } = await looked({ metric: sick, instead: { DescribeEvents: refusal(403, 'AccessDenied') } });
  expect(look.outcome.status).toBe('found');
  expect(of(look, 'note').map((note) => note.text)).toContainEqual(expect.stringMatching(/RDS events not seen.*rds:DescribeEvents/));
});

test('a lean look asks only for the last hours and keeps the baseline', async () => {
  const first = await looked({ metric: sick });
  const known = [{ check: 'rds', at: now, tookMs: 1, outcome: first.look.outcome }];
  const { look, server } = await looked({ metric: sick }, { lean: true, known });
  expect(metric(look, 'CPUUtilization')).toMatchObject({ tone: 'bad', baseline: { mean: 22, max: 22 } });
  const wish = JSON.parse(server.asked.find((a) => a.headers['x-amz-target'])?.body ?? '{}');
  expect(wish.EndTime - wish.StartTime).toBe(7200);
});

test('doctor: temporary keys of the environment end, and nobody renews them', async () => {
  const server = await standIn(awsServer({ metric: everyDay }));
  onTestFinished(server.close);
  const lines = async () => (await checkAt(server).verify(AbortSignal.timeout(8_000))).filter((line) => line.what === 'aws keys');
  expect(await lines()).toEqual([]);
  vi.stubEnv('AWS_SESSION_TOKEN', 'a-session-of-an-hour');
  onTestFinished(() => void vi.stubEnv('AWS_SESSION_TOKEN', undefined));
  expect(await lines()).toMatchObject([{ ok: false, required: false, fix: expect.stringContaining('role') }]);
});
