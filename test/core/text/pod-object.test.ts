import { describe, expect, test } from 'vitest';
import { looksLikeObject, podObjects } from '../../../src/core/text/pod-object.ts';

const oom = `apiVersion: v1
kind: Pod
metadata:
  name: worker-7c9d
spec:
  containers:
  - name: worker
    resources:
      limits:
        memory: 256Mi
status:
  containerStatuses:
  - image: ghcr.io/acme/worker:9f8e7d6
    lastState:
      terminated:
        exitCode: 1
        reason: OOMKilled
    name: worker
    ready: false
    state:
      waiting:
        message: back-off 5m0s restarting failed container=worker
          pod=worker-7c9d_prod(1f2e)
        reason: CrashLoopBackOff
  phase: Running`.split('\n');

const pod = (status: object): readonly string[] =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api-1' }, status }, null, 2).split('\n');

describe('what kubectl prints as an object', () => {
  test('the reason that explains stands above the status that repeats', () => {
    expect(looksLikeObject(oom)).toBe(true);
    const [workload] = podObjects(oom);
    expect(workload).toMatchObject({
      name: 'worker-7c9d',
      tone: 'bad',
      reason: 'OOMKilled',
      exitCode: 1,
      image: 'ghcr.io/acme/worker:9f8e7d6',
    });
    expect(workload?.message).toContain('memory limit 256Mi');
    expect(workload?.message).toContain('restarting failed container=worker pod=worker-7c9d_prod(1f2e)');
  });

  test('a waiting container gives its reason and its words', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "a/b:c"' };
    const lines = pod({ phase: 'Pending', containerStatuses: [{ name: 'api', ready: false, image: 'a/b:c', state: { waiting } }] });
    expect(podObjects(lines)).toMatchObject([{ name: 'api-1', tone: 'bad', reason: 'ImagePullBackOff', events: [waiting] }]);
  });

  test('a pod nobody can place says so in a condition', () => {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes are available: 3 Insufficient cpu.',
    };
    const [workload] = podObjects(pod({ phase: 'Pending', conditions: [condition] }));
    expect(workload).toMatchObject({ tone: 'bad', events: [{ reason: 'Unschedulable', message: expect.stringContaining('0/3 nodes') }] });
  });

  test('ready and without complaint is well; conditions that are true are good, pressure that is false is good', () => {
    const conditions = [
      { type: 'Ready', status: 'True' },
      { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure' },
    ];
    const running = { name: 'api', ready: true, state: { running: { startedAt: '2026-11-20T03:20:11Z' } } };
    const lastState = { terminated: { exitCode: 0, reason: 'Completed' } };
    expect(podObjects(pod({ phase: 'Running', conditions, containerStatuses: [{ ...running, lastState }] }))).toMatchObject([
      { tone: 'normal' },
    ]);
    expect(podObjects(pod({ phase: 'Running', conditions, containerStatuses: [running] }))).toMatchObject([{ tone: 'normal' }]);
  });

  test('each item of a list is a workload', () => {
    const items = ['a', 'b'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      status: { phase: 'Running', conditions: [] },
    }));
    const lines = JSON.stringify({ apiVersion: 'v1', items, kind: 'List' }, null, 2).split('\n');
    expect(podObjects(lines).map((w) => w.name)).toEqual(['a', 'b']);
  });
});
