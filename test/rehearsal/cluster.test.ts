import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import { startCluster } from '../../src/rehearsal/stand-ins/cluster-server.ts';
import { blind } from '../../src/rehearsal/stories/blind.ts';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { NAMESPACE } from '../../src/rehearsal/world/cluster-names.ts';
import { quick, worldAt } from './stage.ts';

let world: ReturnType<typeof worldAt>;
let server: Awaited<ReturnType<typeof startCluster>>;
const signal = AbortSignal.timeout(20_000);

const setUp = async (story: typeof iris) => {
  world = worldAt(story, 11);
  server = await startCluster(world, quick);
  mkdirSync(world.folder, { recursive: true });
  const path = join(world.folder, 'kubeconfig');
  writeFileSync(path, server.kubeconfig);
  return kubernetesKit().cluster(path);
};
afterEach(async () => {
  await server.close();
  world.remove();
});

const names = (items: readonly Readonly<Record<string, unknown>>[]) => items.map((item) => (item.metadata as { name: string }).name);

test('the failed deploy job, its pod and its log are there, and the release runs all the same', async () => {
  const cluster = await setUp(iris);
  const sha = world.repository.sha('threaded-comments');
  const jobs = (await cluster.list('jobs', { namespace: NAMESPACE }, signal)).items;
  const failed = jobs.find((job) => (job.status as { failed?: number }).failed === 1);
  expect(names([failed ?? {}])).toEqual([`deploy-tasks-${sha.slice(0, 7)}`]);
  const pods = (await cluster.list('pods', { namespace: NAMESPACE, labelSelector: 'app=deploy-tasks' }, signal)).items;
  const pod = names(pods).find((name) => name.startsWith(`deploy-tasks-${sha.slice(0, 7)}`)) ?? '';
  const log = await cluster.log({ namespace: NAMESPACE, pod, container: 'tasks', tailLines: 200 }, signal);
  expect(log).toContain('Cannot add or update a child row');
  const web = (await cluster.list('pods', { namespace: NAMESPACE, labelSelector: 'app=web' }, signal)).items;
  expect(web).toHaveLength(6);
  expect(JSON.stringify(web)).toContain(sha);
});

test('a rollback patch rolls the old template out again, one pod after the other', async () => {
  const cluster = await setUp(iris);
  const sets = (await cluster.list('replicasets', { namespace: NAMESPACE, labelSelector: 'app=web' }, signal)).items;
  const css = world.repository.sha('css');
  const old = sets.find((set) => JSON.stringify(set).includes(css)) as {
    spec: { template: { metadata: { labels: Record<string, string> } } };
  };
  const { 'pod-template-hash': _, ...labels } = old.spec.template.metadata.labels;
  const template = { ...old.spec.template, metadata: { labels } };
  await cluster.patchDeployment(
    { namespace: NAMESPACE, name: 'web' },
    { type: 'json', body: [{ op: 'replace', path: '/spec/template', value: template }] },
    signal,
  );
  expect(world.past()).toMatchObject([{ type: 'patched', deployment: 'web', image: world.imageOf(css) }]);
  world.moveTo(11.4);
  const [middle] = (await cluster.list('deployments', { namespace: NAMESPACE, labelSelector: 'app=web' }, signal)).items;
  expect(JSON.stringify(middle?.status)).toContain('ReplicaSetUpdated');
  world.moveTo(13);
  const [done] = (await cluster.list('deployments', { namespace: NAMESPACE, labelSelector: 'app=web' }, signal)).items;
  expect(done?.status).toMatchObject({ updatedReplicas: 6, readyReplicas: 6, conditions: [{}, { reason: 'NewReplicaSetAvailable' }] });
});

test('a restart makes new pods of the same image', async () => {
  const cluster = await setUp(iris);
  const body = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-24T03:04:00Z' } } } } };
  await cluster.patchDeployment({ namespace: NAMESPACE, name: 'worker' }, { type: 'strategic', body }, signal);
  world.moveTo(14);
  const now = world.clock.time();
  expect(world.pods('worker', now).every((pod) => pod.born >= world.onset + 11 * 60_000)).toBe(true);
  expect(new Set(world.pods('worker', now).map((pod) => pod.revision.sha))).toEqual(new Set([world.repository.sha('threaded-comments')]));
});

test('an expired token is refused', async () => {
  const cluster = await setUp(blind);
  await expect(cluster.list('pods', { namespace: NAMESPACE }, signal)).rejects.toMatchObject({ status: 401 });
});
