import { afterEach, expect, test } from 'vitest';
import { deployWatch } from '../../src/checks/deploy-watch.ts';
import { build } from '../../src/core/part.ts';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import type { KubernetesObjects, KubernetesWorld } from '../../src/rehearsal/stand-ins/kubernetes.ts';
import { fakeCluster, RECORDED_AT, recorded } from '../setup/kubernetes.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function look(world: Partial<KubernetesWorld>, more: Record<string, string> = {}) {
  const { server, kubeconfig } = await fakeCluster(world);
  closing.push(server.close);
  const env = { KUBE_NAMESPACE: 'prod', KUBE_DEPLOY_JOBS: 'deploy-tasks*', KUBECONFIG: kubeconfig, ...more };
  const [watch] = build([deployWatch], env, { kubernetes: kubernetesKit() }).ready;
  if (!watch) throw new Error('the watch is not set up');
  return { seen: await watch.look(RECORDED_AT, AbortSignal.timeout(5_000)), requests: server.requests };
}

const deployment = (image: string) => ({
  metadata: { name: 'web', namespace: 'prod', uid: 'd' },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image }] } } },
});
const job = (image: string, conditions: readonly object[]) => ({
  metadata: { name: 'deploy-tasks-812', namespace: 'prod', uid: 'j-812' },
  spec: { template: { spec: { containers: [{ name: 'migrate', image }] } } },
  status: { startTime: '2026-11-21T20:18:00Z', conditions },
});
const failed = [
  {
    type: 'Failed',
    status: 'True',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    lastTransitionTime: '2026-11-21T20:18:41Z',
  },
];
const objects = (jobImage: string, webImage: string, conditions = failed): KubernetesObjects => ({
  deployments: [deployment(webImage)],
  replicasets: [],
  pods: [],
  jobs: [job(jobImage, conditions)],
  events: [],
});

test.each<[string, string, string, boolean]>([
  ['its commit is live all the same', 'reg/tasks:4f1c2ab', 'reg/web:4f1c2ab5c6d7e8f90123456789abcdef01234567', true],
  ['the old code still runs', 'reg/tasks:4f1c2ab', 'reg/web:9be0d11', false],
  ['no commit is named, but it is the same image', 'reg/web:v2', 'reg/web:v2', true],
  ['no commit is named, another image', 'reg/web:v2', 'reg/web:v1', false],
])('a failed job: %s', async (_, jobImage, webImage, live) => {
  const { seen, requests } = await look({ objects: () => objects(jobImage, webImage) });
  expect(seen).toEqual({
    jobs: [
      {
        name: 'deploy-tasks-812',
        namespace: 'prod',
        uid: 'j-812',
        ...(jobImage.endsWith('4f1c2ab') ? { sha: '4f1c2ab' } : {}),
        failedAt: '2026-11-21T20:18:41.000Z',
        why: 'BackoffLimitExceeded: Job has reached the specified backoff limit',
        live,
      },
    ],
  });
  expect(requests).toHaveLength(2);
});

test('a job that runs, or went well, is not told', async () => {
  expect((await look({ objects: () => objects('reg/web:4f1c2ab', 'reg/web:4f1c2ab', []) })).seen).toEqual({ jobs: [] });
});

test('only the named deployments count as live', async () => {
  const { seen } = await look({ objects: () => objects('reg/web:4f1c2ab', 'reg/web:4f1c2ab') }, { KUBE_DEPLOYMENTS: 'worker' });
  expect(seen).toMatchObject({ jobs: [{ live: false }] });
});

test('a refusal is blind, never "nothing failed"', async () => {
  const { seen } = await look({ objects: recorded, allows: ({ resource }) => resource !== 'jobs' });
  expect(seen).toMatchObject({
    status: 'blind',
    why: expect.stringContaining('list jobs'),
    fix: expect.stringContaining('resources: ["jobs"]'),
  });
});

test('without deploy jobs there is nothing to watch', () => {
  const env = { KUBE_NAMESPACE: 'prod', KUBE_DEPLOYMENTS: 'web' };
  expect(build([deployWatch], env, { kubernetes: kubernetesKit() })).toEqual({ ready: [], off: ['deploy watch'], wrong: [] });
});
