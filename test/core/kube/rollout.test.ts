import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commitOf } from '../../../src/core/kube/commit.ts';
import { deploymentOf, podOf, replicaSetOf } from '../../../src/core/kube/objects.ts';
import { deploymentTrouble, owned, rolloutOf } from '../../../src/core/kube/rollout.ts';
import type { Container } from '../../../src/core/kube/shapes.ts';
import { RECORDED_AT, recorded } from '../../setup/kubernetes.ts';

const real = recorded();
const all = owned(real.deployments.map(deploymentOf), real.replicasets.map(replicaSetOf), real.pods.map(podOf));
const rollouts = Object.fromEntries(all.map((one) => [one.deployment.meta.name, rolloutOf(one, RECORDED_AT)]));

describe('rollouts of a real server', () => {
  test('one that came back to an older template', () => {
    expect(rollouts.web).toEqual({
      kind: 'rollout',
      deployment: 'web',
      namespace: 'prod',
      revision: 3,
      previous: 2,
      image: 'registry.example.com/shop/web:v1',
      sha: '4f1c2ab',
      previousSha: '9be0d11',
      startedAt: '2026-11-21T21:23:41.000Z',
      liveAt: '2026-11-21T21:23:42.000Z',
      oldestPodStartedAt: '2026-11-21T21:23:41.000Z',
      state: 'complete',
      pods: { ready: 2, wanted: 2, updated: 2 },
      tone: 'changed',
    });
  });

  test.each([
    ['unready', 'stalled', 'bad'],
    ['api-badimage', 'progressing', 'changed'],
    ['worker-oom', 'complete', 'changed'],
  ])('%s is %s', (name, state, tone) => expect(rollouts[name]).toMatchObject({ state, tone }));

  test('long before the onset it is no news', () => {
    const web = all.find((one) => one.deployment.meta.name === 'web');
    expect(web && rolloutOf(web, '2026-11-22T09:00:00Z').tone).toBe('normal');
  });

  test('a passed deadline and missing pods are the deployment’s own trouble', () => {
    const reasons = all.map((one) => [one.deployment.meta.name, deploymentTrouble(one)?.reason]);
    expect(Object.fromEntries(reasons)).toEqual({
      'api-badimage': 'MinimumReplicasUnavailable',
      unready: 'ProgressDeadlineExceeded',
      web: undefined,
      'worker-oom': 'MinimumReplicasUnavailable',
    });
  });
});

test('a deployment that wants no pods is shown: somebody scaled it down', () => {
  const none = deploymentOf({
    metadata: { name: 'web' },
    spec: { replicas: 0 },
    status: { conditions: [{ type: 'Available', status: 'True' }] },
  });
  expect(deploymentTrouble({ deployment: none, replicaSets: [], pods: [] })).toMatchObject({ reason: 'ScaledToZero', tone: 'changed' });
});

describe('the state of a rollout', () => {
  const deployment = (status: object, conditions: readonly object[] = [], generation = 2) =>
    rolloutOf(
      {
        deployment: deploymentOf({
          metadata: { name: 'web', generation },
          spec: { replicas: 4 },
          status: { observedGeneration: 2, ...status, conditions },
        }),
        replicaSets: [],
        pods: [],
      },
      RECORDED_AT,
    ).state;
  const full = { replicas: 4, updatedReplicas: 4, availableReplicas: 4, readyReplicas: 4 };
  const progress = (status: string, reason: string) => ({ type: 'Progressing', status, reason });

  test.each<[string, object, readonly object[], number, string]>([
    ['all there', full, [progress('True', 'NewReplicaSetAvailable')], 2, 'complete'],
    ['the controller has not seen the change', full, [progress('True', 'NewReplicaSetAvailable')], 3, 'progressing'],
    ['old pods are still there', { ...full, replicas: 5 }, [progress('True', 'ReplicaSetUpdated')], 2, 'progressing'],
    ['not all are new', { ...full, updatedReplicas: 2 }, [progress('True', 'ReplicaSetUpdated')], 2, 'progressing'],
    ['new but not available', { ...full, availableReplicas: 1 }, [progress('True', 'ReplicaSetUpdated')], 2, 'progressing'],
    ['was complete, and pods fail now', { ...full, availableReplicas: 1 }, [progress('True', 'NewReplicaSetAvailable')], 2, 'complete'],
    ['the deadline passed', { ...full, updatedReplicas: 1 }, [progress('False', 'ProgressDeadlineExceeded')], 2, 'stalled'],
    ['pods are refused', full, [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }], 2, 'stalled'],
    ['a deadline of the rollout before', full, [progress('False', 'ProgressDeadlineExceeded')], 3, 'progressing'],
  ])('%s', (_, status, conditions, generation, state) => expect(deployment(status, conditions, generation)).toBe(state));
});

describe('the commit of a template', () => {
  const container = (image?: string, env: Record<string, string> = {}): Container => ({
    name: 'web',
    image,
    env,
    memoryLimit: undefined,
    init: false,
    sidecar: false,
  });
  const commit = (labels: Record<string, string>, one: Container, annotations: Record<string, string> = {}) =>
    commitOf({ labels, annotations, containers: [one] }, one);

  test.each<[string, string | undefined, string | undefined]>([
    ['label of the pipeline', commit({ 'app.kubernetes.io/version': '4f1c2ab' }, container('reg/web:9be0d11')), '4f1c2ab'],
    ['annotation', commit({}, container(), { 'app.example.com/git-sha': '4F1C2AB' }), '4f1c2ab'],
    ['variable before tag', commit({}, container('reg/web:9be0d11', { GIT_SHA: '4f1c2ab' })), '4f1c2ab'],
    ['release with a name', commit({}, container(undefined, { SENTRY_RELEASE: 'harbor@4f2c9d1' })), '4f2c9d1'],
    ['tag', commit({}, container('127.0.0.1:5000/web:4f1c2ab')), '4f1c2ab'],
    [
      'tag with a digest',
      commit({}, container('reg/web:main-4f1c2ab@sha256:ce4596301ab898c87fd1fc9f0e9565591fd0048ebe348ea53a1516f7425e5cd3')),
      '4f1c2ab',
    ],
    ['whole commit', commit({}, container('reg/web:4f1c2ab5c6d7e8f90123456789abcdef01234567')), '4f1c2ab5c6d7e8f90123456789abcdef01234567'],
    ['seven digits can be a commit', commit({}, container('reg/web:1234567')), '1234567'],
    ['a date is none', commit({}, container('reg/web:20261121')), undefined],
    ['a build number is none', commit({}, container('reg/web:build-123456789')), undefined],
    ['a version is none', commit({ 'app.kubernetes.io/version': '1.24.3' }, container('reg/web:v1.24.3')), undefined],
    [
      'a digest alone is none',
      commit({}, container('reg/web@sha256:ce4596301ab898c87fd1fc9f0e9565591fd0048ebe348ea53a1516f7425e5cd3')),
      undefined,
    ],
    ['the hash of the template is none', commit({ 'pod-template-hash': '79f68569b' }, container('reg/web:v1')), undefined],
    ['a number of Kubernetes is none', commit({}, container(), { 'deployment.kubernetes.io/revision': '1234567' }), undefined],
    ['another variable is none', commit({}, container(undefined, { SESSION_KEY: 'deadbeef' })), undefined],
  ])('%s', (_, sha, wanted) => expect(sha).toBe(wanted));

  test('never more than hex of a commit’s length', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (image, version) => {
        const sha = commit({ version }, container(image));
        expect(sha === undefined || /^[0-9a-f]{7,40}$/.test(sha)).toBe(true);
      }),
    );
  });
});
