import { afterEach, describe, expect, test } from 'vitest';
import { rollback } from '../../src/actions/rollback.ts';
import type { Finding, Migration } from '../../src/core/evidence.ts';
import { replicaSetOf } from '../../src/core/kube/objects.ts';
import { object } from '../../src/core/kube/read.ts';
import { kubernetesKit } from '../../src/kit/kubernetes.ts';
import type { KubernetesObjects, KubernetesWorld } from '../../src/rehearsal/stand-ins/kubernetes.ts';
import { aRequest } from '../setup/a-request.ts';
import { fakeCluster, only, recorded } from '../setup/kubernetes.ts';
import { liveCluster, withDeployment } from '../setup/live-cluster.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const signal = () => AbortSignal.timeout(5_000);
const lines: string[] = [];
const report = (line: string) => void lines.push(line);

/** 4f1c2ab runs as revision 3; revision 2 of the recorded cluster was 9be0d11. */
const quiet: Finding = { kind: 'release', at: '2026-11-21T20:00:00Z', sha: '9be0d11aaaabbbbccccddddeeeeffff000011112', quiet: true };

async function rig(objects: KubernetesObjects = recorded(), deployments = 'web', world: Partial<KubernetesWorld> = {}) {
  const live = liveCluster(objects);
  const { server, kubeconfig } = await fakeCluster({ ...live, ...world });
  closing.push(server.close);
  const settings: Record<string, string> = { KUBE_NAMESPACE: 'prod', KUBE_DEPLOYMENTS: deployments, KUBECONFIG: kubeconfig };
  return { live, server, action: rollback.make((name) => settings[name] ?? '', { kubernetes: kubernetesKit() }) };
}

describe('preview', () => {
  test('goes back to the last quiet release, and says what it does not undo', async () => {
    const { action, live } = await rig();
    const preview = await action.preview(aRequest('rollback', [quiet]), signal());
    expect(preview).toMatchObject({
      possible: true,
      command: 'kubectl -n prod rollout undo deployment/web --to-revision=2',
      state: 'prod/web generation 3 revision 3',
      safety: 'unchecked',
    });
    expect(preview.lines[0]).toBe('web: revision 3 (4f1c2ab) → 2 (9be0d11)');
    expect(preview.lines.join('\n')).toMatch(/does not undo migrations, ConfigMaps/);
    expect(live.patches).toBe(0);
  });

  test('without a quiet release it is the revision before, and that is said', async () => {
    const { action } = await rig();
    const preview = await action.preview(aRequest('rollback'), signal());
    expect(preview.lines.join('\n')).toMatch(/revision before; nothing shows that it served well/);
  });

  test.each<[string, Migration['oldCode'][], string]>([
    ['safe', ['safe', 'safe'], 'safe'],
    ['the worst counts', ['safe', 'do-not', 'needs-care'], 'do-not'],
    ['one that is unknown', ['safe', 'unchecked'], 'unchecked'],
    ['none known', [], 'unchecked'],
  ])('the schema decides how safe it is: %s', async (_, words, safety) => {
    const { action } = await rig();
    const migrations = words.map((oldCode, i): Finding => ({ kind: 'migration', version: String(i), ...(oldCode ? { oldCode } : {}) }));
    expect((await action.preview(aRequest('rollback', [quiet, ...migrations]), signal())).safety).toBe(safety);
  });

  test.each([
    ['argocd.argoproj.io/tracking-id', 'Argo CD'],
    ['kustomize.toolkit.fluxcd.io/name', 'Flux'],
  ])('%s: who would undo it is named', async (annotation, name) => {
    const objects = withDeployment(recorded(), 'web', (d) => ({
      ...d,
      metadata: { ...(d.metadata as object), annotations: { [annotation]: 'x', 'deployment.kubernetes.io/revision': '3' } },
    }));
    const { action } = await rig(objects);
    expect((await action.preview(aRequest('rollback', [quiet]), signal())).lines.join('\n')).toContain(`${name} manages it`);
  });

  test.each<[string, KubernetesObjects, string, Finding[], Partial<KubernetesWorld>, RegExp]>([
    [
      'it runs the quiet release already',
      recorded(),
      'web',
      [{ ...quiet, kind: 'release', at: '', sha: '4f1c2ab', quiet: true }],
      {},
      /no deployment keeps a revision/,
    ],
    [
      'the quiet release is no longer kept',
      recorded(),
      'web',
      [{ kind: 'release', at: '', sha: 'abcdef1', quiet: true }],
      {},
      /no deployment keeps a revision/,
    ],
    ['there was none before', recorded(), 'unready', [], {}, /no deployment keeps a revision/],
    [
      'it is paused',
      withDeployment(recorded(), 'web', (d) => ({ ...d, spec: { ...(d.spec as object), paused: true } })),
      'web',
      [quiet],
      {},
      /paused: resume it first/,
    ],
    ['it is not there', recorded(), 'wbe', [quiet], {}, /no deployment wbe in prod/],
    [
      'it may not patch',
      recorded(),
      'web',
      [quiet],
      { allows: ({ verb }) => verb !== 'patch' },
      /may not patch web\. kubectl apply[\s\S]*resourceNames: \["web"\]/,
    ],
    ['it may not even look', recorded(), 'web', [quiet], { allows: () => false }, /Forbidden/],
  ])('refuses when %s', async (_, objects, deployments, findings, world, refusal) => {
    const { action } = await rig(objects, deployments, world);
    const preview = await action.preview(aRequest('rollback', findings), signal());
    expect(preview.possible).toBe(false);
    expect(preview.refusal).toMatch(refusal);
    expect(preview.command).toMatch(/^kubectl -n prod rollout undo/);
  });
});

describe('run', () => {
  test('puts back exactly the template that ran, and nothing else', async () => {
    const { action, live } = await rig();
    const request = aRequest('rollback', [quiet]);
    const preview = await action.preview(request, signal());
    expect(await action.run(request, preview, report, signal())).toMatchObject({
      status: 'done',
      live: { when: 'sha', sha: '9be0d11' },
      undo: 'kubectl -n prod rollout undo deployment/web --to-revision=3',
    });
    const old = only(recorded(), ['web-98c6c8cc4']).replicasets.map(replicaSetOf)[0];
    const { 'pod-template-hash': _, ...labels } = old?.template.labels ?? {};
    const wanted = { ...old?.template.raw, metadata: { ...object(old?.template.raw.metadata), labels } };
    expect(labels).not.toEqual({});
    expect(live.template('web')).toEqual(wanted);
    expect(live.patches).toBe(1);
  });

  test('a busy controller is no reason to give up', async () => {
    const { action, live } = await rig();
    const request = aRequest('rollback', [quiet]);
    const preview = await action.preview(request, signal());
    live.touch('web');
    expect((await action.run(request, preview, report, signal())).status).toBe('done');
  });

  test('a status that changes between reading and patching is read again', async () => {
    let once = true;
    const { action } = await rig(recorded(), 'web', {
      patch: (_, next) => {
        if (!once) return next;
        once = false;
        return { code: 409, reason: 'Conflict', message: 'the object has been modified' };
      },
    });
    const request = aRequest('rollback', [quiet]);
    const preview = await action.preview(request, signal());
    expect((await action.run(request, preview, report, signal())).status).toBe('done');
  });

  test('a deploy since the preview asks for a new one', async () => {
    const { action, live } = await rig();
    const request = aRequest('rollback', [quiet]);
    const preview = await action.preview(request, signal());
    live.patch({ namespace: 'prod', name: 'web' }, only(recorded(), ['web']).deployments[0] ?? {});
    expect(await action.run(request, preview, report, signal())).toMatchObject({ status: 'refused', moved: true });
  });

  test('a refused patch says what is left to do', async () => {
    const { action } = await rig(recorded(), 'web', {
      patch: () => ({ code: 403, reason: 'Forbidden', message: 'admission webhook "no" denied the request' }),
    });
    const request = aRequest('rollback', [quiet]);
    const preview = await action.preview(request, signal());
    expect(await action.run(request, preview, report, signal())).toMatchObject({
      status: 'failed',
      text: 'Nothing was changed. Kubernetes: Forbidden, admission webhook "no" denied the request',
      fix: 'kubectl -n prod rollout undo deployment/web --to-revision=2',
    });
  });
});

describe('after a crash', () => {
  test('it knows that nothing went through', async () => {
    const { action } = await rig();
    const request = aRequest('rollback', [quiet]);
    expect(await action.settle(request, await action.preview(request, signal()), signal())).toBeUndefined();
  });

  test('it knows that all went through', async () => {
    const { action } = await rig();
    const request = aRequest('rollback', [quiet]);
    const preview = await action.preview(request, signal());
    await action.run(request, preview, report, signal());
    expect(await action.settle(request, preview, signal())).toMatchObject({ status: 'done', live: { when: 'sha', sha: '9be0d11' } });
  });
});

test('doctor names the missing right with a role to paste', async () => {
  const { action } = await rig(recorded(), 'web', { allows: ({ verb }) => verb !== 'patch' });
  expect(await action.verify(signal())).toMatchObject([
    { ok: false, required: false, fix: expect.stringContaining('resourceNames: ["web"]') },
  ]);
});
