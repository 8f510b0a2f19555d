import { afterEach, expect, test } from 'vitest';
import { restart } from '../../src/actions/restart.ts';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import type { KubernetesWorld } from '../../src/rehearsal/stand-ins/kubernetes.ts';
import { aRequest } from '../setup/a-request.ts';
import { fakeCluster, only, recorded } from '../setup/kubernetes.ts';
import { liveCluster, withDeployment } from '../setup/live-cluster.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const signal = () => AbortSignal.timeout(5_000);
const request = aRequest('restart');

async function rig(world: Partial<KubernetesWorld> = {}, live = liveCluster()) {
  const { server, kubeconfig } = await fakeCluster({ ...live, ...world });
  closing.push(server.close);
  const settings: Record<string, string> = { KUBE_NAMESPACE: 'prod', KUBE_DEPLOYMENTS: 'web,worker-oom', KUBECONFIG: kubeconfig };
  return { live, action: restart.make((name) => settings[name] ?? '', { kubernetes: kubernetesKit() }) };
}

const marks = (template: unknown) => (template as { metadata: { annotations?: Record<string, string> } }).metadata.annotations;

test('all deployments start anew, and keep everything else', async () => {
  const { action, live } = await rig();
  const before = live.template('web');
  const preview = await action.preview(request, signal());
  expect(preview).toMatchObject({
    possible: true,
    command: 'kubectl -n prod rollout restart deployment/web\nkubectl -n prod rollout restart deployment/worker-oom',
  });
  const said: string[] = [];
  expect(await action.run(request, preview, (line) => said.push(line), signal())).toMatchObject({
    status: 'done',
    live: { when: 'pods-newer', than: request.now },
  });
  expect(said).toEqual(['web: restarting 2 pods', 'worker-oom: restarting 1 pod']);
  expect(marks(live.template('web'))).toEqual({
    ...marks(before),
    'kubectl.kubernetes.io/restartedAt': request.now,
    'pulaski/action': 'action-1',
  });
  expect(live.template('web').spec).toEqual(before.spec);
});

test('only the chosen one, never one that is not configured', async () => {
  const { action, live } = await rig();
  const chosen = { ...request, choice: { deployment: 'worker-oom,unready' } };
  await action.run(chosen, await action.preview(chosen, signal()), () => {}, signal());
  expect(live.patches).toBe(1);
  expect(marks(live.template('worker-oom'))).toHaveProperty('pulaski/action');
});

test('a missing right is granted for all configured deployments, also when one is chosen: a role that is applied replaces what was there', async () => {
  const { action } = await rig({ allows: ({ verb }) => verb !== 'patch' });
  const preview = await action.preview({ ...request, choice: { deployment: 'web' } }, signal());
  expect(preview.refusal).toContain('resourceNames: ["web", "worker-oom"]');
});

test('the same request twice restarts once', async () => {
  const { action, live } = await rig();
  const preview = await action.preview(request, signal());
  await action.run(request, preview, () => {}, signal());
  expect((await action.run(request, preview, () => {}, signal())).status).toBe('done');
  expect(live.patches).toBe(2);
});

test('after a crash in the middle the rest is done, and nothing twice', async () => {
  const live = liveCluster();
  let broken = true;
  const { action } = await rig(
    {
      patch: (at, next) =>
        broken && at.name !== 'web' ? { code: 500, reason: 'InternalError', message: 'etcd is gone' } : live.patch(at, next),
    },
    live,
  );
  const preview = await action.preview(request, signal());
  expect(await action.settle(request, preview, signal())).toBeUndefined();
  expect(await action.run(request, preview, () => {}, signal())).toMatchObject({
    status: 'failed',
    text: 'Restarted: web; the rest was not. Kubernetes: InternalError, etcd is gone',
  });
  broken = false;
  expect((await action.settle(request, preview, signal()))?.status).toBe('done');
  expect((await action.settle(request, preview, signal()))?.status).toBe('done');
  expect(live.patches).toBe(2);
});

test('a deploy since the preview asks for a new one', async () => {
  const { action, live } = await rig();
  const preview = await action.preview(request, signal());
  live.patch({ namespace: 'prod', name: 'web' }, only(recorded(), ['web']).deployments[0] ?? {});
  expect(await action.run(request, preview, () => {}, signal())).toMatchObject({ status: 'refused', moved: true });
});

test.each<[string, Partial<KubernetesWorld>, RegExp]>([
  [
    'paused',
    { objects: () => withDeployment(recorded(), 'web', (d) => ({ ...d, spec: { ...(d.spec as object), paused: true } })) },
    /web is paused/,
  ],
  ['not there', { objects: () => ({ ...recorded(), deployments: [] }) }, /no deployment web, worker-oom in prod/],
  ['without the right', { allows: ({ verb, name }) => verb !== 'patch' || name !== 'web' }, /may not patch web\./],
])('refuses what is %s', async (_, world, refusal) => {
  const { action } = await rig(world);
  expect(await action.preview(request, signal())).toMatchObject({ possible: false, refusal: expect.stringMatching(refusal) });
});
