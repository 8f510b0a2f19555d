import { afterEach, describe, expect, test } from 'vitest';
import { deploy } from '../../src/checks/deploy.ts';
import type { Scope } from '../../src/core/check.ts';
import { diagnose } from '../../src/core/diagnose.ts';
import type { Finding } from '../../src/core/evidence.ts';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import type { KubernetesWorld } from '../../src/rehearsal/stand-ins/kubernetes.ts';
import { fakeCluster, migrationLog, only, RECORDED_AT, recorded } from '../setup/kubernetes.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const signal = () => AbortSignal.timeout(8_000);
const scope: Scope = { environment: 'production', openedAt: RECORDED_AT, now: RECORDED_AT, lean: false, known: [] };

async function rig(world: Partial<KubernetesWorld>, more: Record<string, string> = {}) {
  const { server, kubeconfig } = await fakeCluster({ log: ({ pod }) => (pod.startsWith('deploy') ? migrationLog : ''), ...world });
  closing.push(server.close);
  const settings: Record<string, string> = {
    KUBE_NAMESPACE: 'prod',
    KUBE_DEPLOYMENTS: 'web',
    KUBE_DEPLOY_JOBS: 'deploy-tasks*',
    KUBECONFIG: kubeconfig,
    ...more,
  };
  return { server, check: deploy.make((name) => settings[name] ?? '', { kubernetes: kubernetesKit() }) };
}

const workloads = (findings: readonly Finding[] = []) => findings.filter((f) => f.kind === 'workload');
const notes = (findings: readonly Finding[] = []) => findings.flatMap((f) => (f.kind === 'note' ? [f.text] : [])).join('\n');

test('the failed migration, with what its log says', async () => {
  const { check } = await rig({});
  const { outcome, scope: about } = await check.look(scope, signal());
  const pod = workloads(outcome.findings).find((f) => f.name === 'deploy-tasks-20230301-h2sbm');
  expect(pod).toMatchObject({ tone: 'bad', recovers: false, owner: 'deploy-tasks-20230301', exitCode: 1 });
  expect(pod?.log?.join('\n')).toContain('Cannot add or update a child row');
  expect(about).toBe('prod: web, deploy-tasks*');
});

test('a job whose pod is gone is told by its conditions and events', async () => {
  const { check } = await rig({}, { KUBE_DEPLOY_JOBS: 'deploy-tasks-retry' });
  const [job] = workloads((await check.look(scope, signal())).outcome.findings);
  expect(job).toMatchObject({
    workload: 'job',
    name: 'deploy-tasks-retry',
    reason: 'BackoffLimitExceeded',
    message: expect.stringContaining('its pod is gone'),
  });
});

test('a crash loop is told by the log before the restart', async () => {
  const asked: boolean[] = [];
  const crashing = {
    metadata: {
      name: 'web-98c6c8cc4-x',
      namespace: 'prod',
      creationTimestamp: '2026-11-21T21:23:26Z',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-79f68569b', uid: '987fec71-9125-4fe9-9c53-62d92110ff65' }],
    },
    spec: { containers: [{ name: 'web', image: 'reg/web:9be0d11' }] },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'web',
          ready: false,
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-11-21T21:23:40Z' } },
        },
      ],
    },
  };
  const { check } = await rig({
    objects: () => ({ ...only(recorded(), ['web', 'web-79f68569b']), pods: [crashing] }),
    log: ({ previous }) => {
      asked.push(previous);
      return previous ? "NoMethodError: undefined method 'thread_id' for nil\n" : 'Puma starting...\n';
    },
  });
  const [pod] = workloads((await check.look(scope, signal())).outcome.findings);
  expect(pod).toMatchObject({
    owner: 'web',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    sha: '9be0d11',
    log: ["NoMethodError: undefined method 'thread_id' for nil"],
  });
  expect(pod).not.toHaveProperty('recovers');
  expect(asked).toEqual([true]);
});

test('a log that the node no longer has is said, and nothing is made of it', async () => {
  const { check } = await rig({ log: () => 'unable to retrieve container logs for containerd://2741b4' });
  const pod = workloads((await check.look(scope, signal())).outcome.findings)[0];
  expect(pod).not.toHaveProperty('log');
  expect(pod?.message).toContain('no log: the node has no log');
});

test('errors of pods that serve are grouped over all of them', async () => {
  const line = (id: number, at: string) => `2026-11-21T21:23:${at}.000000000Z ERROR order ${id} failed: Net::ReadTimeout\n`;
  const { check } = await rig({
    objects: () => only(recorded(), ['web', 'web-79f68569b*']),
    log: ({ pod }) => (pod.endsWith('bt288') ? line(1, '43') + line(2, '44') : line(3, '45')),
  });
  const groups = ((await check.look(scope, signal())).outcome.findings ?? []).filter((f) => f.kind === 'log-group');
  expect(groups).toMatchObject([
    {
      message: 'ERROR order <n> failed: Net::ReadTimeout',
      service: 'web',
      level: 'error',
      count: 3,
      firstSeen: '2026-11-21T21:23:43.000Z',
      lastSeen: '2026-11-21T21:23:45.000Z',
      tone: 'normal',
      recovers: false,
    },
  ]);
});

test('a lean look asks for lists alone, and keeps what the logs said', async () => {
  const { check, server } = await rig({});
  const first = await check.look(scope, signal());
  const asked = server.requests.length;
  const known = [{ check: 'deploy', at: RECORDED_AT, tookMs: 1, outcome: first.outcome }];
  const lean = await check.look({ ...scope, lean: true, known }, signal());
  expect(server.requests.slice(asked).filter((request) => request.includes('/log'))).toEqual([]);
  expect(workloads(lean.outcome.findings)).toEqual(workloads(first.outcome.findings));
  expect(lean.cost).toEqual({ requests: 6 });
});

test('without named deployments those of the deploy job’s image are watched', async () => {
  const { check } = await rig({}, { KUBE_DEPLOYMENTS: '' });
  const rollouts = ((await check.look(scope, signal())).outcome.findings ?? []).flatMap((f) =>
    f.kind === 'rollout' ? [f.deployment] : [],
  );
  expect(rollouts).toEqual(['unready', 'web', 'worker-oom']);
});

describe('rights that are missing', () => {
  const without = (...names: string[]): Partial<KubernetesWorld> => ({ allows: ({ resource }) => !names.includes(resource) });
  const later = { ...scope, now: '2026-11-21T23:30:00Z', openedAt: '2026-11-21T23:30:00Z' };

  test('what can be seen is told, with the rule for the rest', async () => {
    const { check } = await rig(without('events', 'pods/log'));
    const { outcome } = await check.look(scope, signal());
    expect(outcome.status).toBe('found');
    expect(notes(outcome.findings)).toContain('may not list events, get pods/log in prod');
    expect(notes(outcome.findings)).toContain('- { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }');
  });

  test('nothing bad in half the picture is not "all well"', async () => {
    const calm = only(recorded(), ['web', 'web-79f68569b*', 'assets-ok*']);
    const { check } = await rig({ ...without('jobs'), objects: () => calm });
    const { outcome } = await check.look(later, signal());
    expect(outcome).toMatchObject({
      status: 'blind',
      why: 'may not list jobs in prod',
      fix: expect.stringContaining('resources: ["jobs"]'),
    });
    expect(outcome.findings?.some((f) => f.kind === 'rollout')).toBe(true);
    if (outcome.status === 'blind') expect(outcome.fix).toContain('subjects: [{ kind: ServiceAccount, name: pulaski, namespace: ops }]');
  });

  test('nodes are only a help', async () => {
    const calm = only(recorded(), ['web', 'web-79f68569b*', 'assets-ok*']);
    const { check } = await rig({ ...without('nodes'), objects: () => calm });
    expect((await check.look(later, signal())).outcome.status).toBe('quiet');
  });

  test('doctor writes the role', async () => {
    const { check } = await rig(without('jobs', 'pods/log', 'nodes'));
    expect(await check.verify(signal())).toMatchObject([
      { ok: false, required: true, says: 'may not list jobs, get pods/log', fix: expect.stringContaining('kind: RoleBinding') },
    ]);
  });
});

test('doctor: a bot inside the cluster that it watches, and a credential that ends', async () => {
  const { server, kubeconfig } = await fakeCluster();
  closing.push(server.close);
  const cluster = { ...kubernetesKit().cluster(kubeconfig), inside: true, expires: '2026-12-01T00:00:00.000Z' };
  const settings: Record<string, string> = { KUBE_NAMESPACE: 'prod', KUBE_DEPLOYMENTS: 'web', KUBECONFIG: kubeconfig };
  const check = deploy.make((name) => settings[name] ?? '', { kubernetes: { cluster: () => cluster } });
  expect(await check.verify(signal())).toMatchObject([
    { what: 'kubernetes prod', ok: true, expires: '2026-12-01T00:00:00.000Z' },
    { what: 'kubernetes', ok: false, required: false, says: expect.stringContaining('lives in the cluster that it watches') },
    { what: 'kubernetes nodes', ok: true },
  ]);
});

describe('history is no news', () => {
  const old = { ...scope, now: '2026-11-24T21:30:00Z', openedAt: '2026-11-24T21:30:00Z' };

  test('a job that failed days ago, of code that does not run', async () => {
    const objects = only(recorded(), ['web', 'web-79f68569b*', 'deploy-tasks*']);
    const jobs = objects.jobs.map((job) => JSON.parse(JSON.stringify(job).replaceAll('shop/web:v1', 'shop/web:v0')));
    const { check } = await rig({ objects: () => ({ ...objects, jobs, pods: [] }) });
    const tones = workloads((await check.look(old, signal())).outcome.findings).map((f) => f.tone);
    expect(tones).toEqual(['normal', 'normal']);
  });

  test('a job that failed days ago, of the code that runs, is still the state', async () => {
    const { check } = await rig({});
    const found = workloads((await check.look(old, signal())).outcome.findings);
    expect(found.find((f) => f.name === 'deploy-tasks-20230301')?.tone).toBe('bad');
  });

  test('a pod that was evicted days ago and has long been replaced', async () => {
    const objects = only(recorded(), ['web', 'web-79f68569b*']);
    const evicted = JSON.parse(JSON.stringify(objects.pods[0]).replace('web-79f68569b-bt288', 'web-79f68569b-old'));
    evicted.status = {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
      startTime: '2026-11-21T21:23:41Z',
    };
    const { check } = await rig({ objects: () => ({ ...objects, pods: [...objects.pods, evicted] }) });
    expect(workloads((await check.look(old, signal())).outcome.findings)).toEqual([]);
    expect(workloads((await check.look(scope, signal())).outcome.findings)).toMatchObject([
      { reason: 'Evicted', tone: 'bad', recovers: false },
    ]);
  });
});

const nodeWith = (...conditions: readonly object[]) => ({ metadata: { name: 'rig-node' }, status: { conditions } });
const gone = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
const pressure = [
  { type: 'Ready', status: 'True' },
  { type: 'DiskPressure', status: 'True' },
];

test('a node that is gone is the trouble of the pods that it holds, and the judge knows what that is', async () => {
  const { check } = await rig({ objects: () => ({ ...recorded(), nodes: [nodeWith(gone)] }) });
  const { outcome } = await check.look(scope, signal());
  const said = workloads(outcome.findings).filter((work) => work.reason === 'NodeNotReady');
  expect(said).toMatchObject([
    { tone: 'bad', message: expect.stringMatching(/^node rig-node is not ready \(NodeStatusUnknown: Kubelet stopped/) },
  ]);
  const evidence = [{ check: 'deploy', at: scope.now, tookMs: 1, outcome: { status: 'found' as const, findings: said } }];
  expect(diagnose({ version: 1, openedAt: scope.openedAt, evidence }).hypotheses[0]?.rule).toBe('node-failure');
});

test('pressure on a node that holds our pods is told, and convicts nobody', async () => {
  const { check } = await rig({ objects: () => ({ ...recorded(), nodes: [nodeWith(...pressure)] }) });
  expect(notes((await check.look(scope, signal())).outcome.findings)).toMatch(/node rig-node: DiskPressure; it holds \d+ pods/);
});

test('pods that were never made are told by the events of their ReplicaSet', async () => {
  const message = 'Error creating: pods "web-" is forbidden: exceeded quota: compute';
  const event = {
    metadata: { name: 'e', namespace: 'prod' },
    type: 'Warning',
    reason: 'FailedCreate',
    message,
    count: 15,
    lastTimestamp: '2026-11-21T21:23:40Z',
    involvedObject: { kind: 'ReplicaSet', name: 'web-79f68569b' },
  };
  const { check } = await rig({ objects: () => ({ ...only(recorded(), ['web', 'web-79f68569b']), events: [event] }) });
  expect(workloads((await check.look(scope, signal())).outcome.findings)).toMatchObject([
    { workload: 'deployment', name: 'web', reason: 'FailedCreate', message, tone: 'bad' },
  ]);
});

test.each([
  ['the wrong namespace', { KUBE_NAMESPACE: 'production' }, /holds no deployment, no job and no pod/],
  ['a deployment that is not there', { KUBE_DEPLOYMENTS: 'wbe', KUBE_DEPLOY_JOBS: 'assets*' }, /no deployment wbe in prod/],
])('%s is blind, not quiet', async (_, settings, why) => {
  const { check } = await rig({}, settings);
  expect((await check.look(scope, signal())).outcome).toMatchObject({ status: 'blind', why: expect.stringMatching(why) });
});
