import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/core/evidence.ts';
import { eventOf, podOf } from '../../src/core/kube/objects.ts';
import { podFinding } from '../../src/core/workload.ts';
import { RECORDED_AT, recorded } from '../setup/kubernetes.ts';

const NOW = '2026-11-21T21:30:00Z';
const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();

interface Shape {
  phase?: string;
  status?: object;
  containers?: readonly object[];
  init?: readonly object[];
  initSpec?: readonly object[];
  deleted?: string;
}

/** A pod as the API server writes it, five minutes old. */
function pod({ phase = 'Running', status = {}, containers = [], init = [], initSpec, deleted }: Shape) {
  const names = (list: readonly object[]) => list.map((s) => ({ name: 'name' in s ? s.name : 'app', image: 'reg/web:4f1c2ab' }));
  return {
    metadata: { name: 'web-1', namespace: 'prod', creationTimestamp: ago(300), ...(deleted ? { deletionTimestamp: deleted } : {}) },
    spec: { containers: names(containers), initContainers: initSpec ?? names(init) },
    status: { phase, startTime: ago(300), containerStatuses: containers, initContainerStatuses: init, ...status },
  };
}

const app = (state: object, more: object = {}) => ({ name: 'app', ready: false, restartCount: 0, state, lastState: {}, ...more });
const ended = (exitCode: number, reason = 'Error', more: object = {}) => ({
  terminated: { exitCode, reason, startedAt: ago(60), finishedAt: ago(30), ...more },
});
const waiting = (reason: string, message?: string) => ({ waiting: { reason, ...(message ? { message } : {}) } });
const running = { running: { startedAt: ago(250) } };
const ready = (status: string, reason: string | undefined, seconds: number) => ({
  conditions: [{ type: 'Ready', status, reason, lastTransitionTime: ago(seconds) }],
});
const unscheduled = (reason: string, seconds: number) => ({
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message: '0/3 nodes are available: 3 Insufficient cpu.',
      lastTransitionTime: ago(seconds),
    },
  ],
});

function read(shape: Shape, events: readonly object[] = []): Workload {
  const all = events.map((event) => eventOf({ involvedObject: { kind: 'Pod', name: 'web-1' }, type: 'Warning', ...event }));
  return podFinding(podOf(pod(shape)), 'web', all, NOW);
}

describe('trouble', () => {
  const probe = {
    reason: 'Unhealthy',
    message: 'Liveness probe failed: HTTP probe failed with statuscode: 500',
    lastTimestamp: ago(10),
    count: 4,
  };
  test.each<[string, Shape, Partial<Workload>, object[]?]>([
    [
      'crash loop',
      { containers: [app(waiting('CrashLoopBackOff', 'back-off 40s'), { restartCount: 5, lastState: ended(1) })] },
      { reason: 'CrashLoopBackOff', exitCode: 1, restarts: 5, container: 'app' },
    ],
    [
      'crash loop that is memory',
      { containers: [app(waiting('CrashLoopBackOff'), { restartCount: 3, lastState: ended(137, 'OOMKilled') })] },
      { reason: 'OOMKilled', exitCode: 137, signal: 9 },
    ],
    ['memory, with exit code 1', { containers: [app(ended(1, 'OOMKilled'))] }, { reason: 'OOMKilled', exitCode: 1 }],
    ['memory, with exit code 0', { containers: [app(ended(0, 'OOMKilled'))] }, { reason: 'OOMKilled', exitCode: 0 }],
    ['killed, which is not memory', { containers: [app(ended(137))] }, { reason: 'Error', exitCode: 137, signal: 9 }],
    ['segmentation fault', { containers: [app(ended(139))] }, { exitCode: 139, signal: 11 }],
    ['asked to stop', { containers: [app(ended(143))] }, { exitCode: 143, signal: 15 }],
    ['an exit code that is no signal', { containers: [app(ended(255))] }, { exitCode: 255 }],
    ['signal as the runtime gives it', { containers: [app(ended(0 + 1, 'Error', { signal: 6 }))] }, { signal: 6 }],
    [
      'image not there',
      { phase: 'Pending', containers: [app(waiting('ImagePullBackOff', 'Back-off pulling image "reg/web:nope"'))] },
      { reason: 'ImagePullBackOff', message: 'Back-off pulling image "reg/web:nope"' },
    ],
    [
      'image name wrong',
      { phase: 'Pending', containers: [app(waiting('InvalidImageName', 'couldn’t parse'))] },
      { reason: 'InvalidImageName' },
    ],
    [
      'secret missing',
      { phase: 'Pending', containers: [app(waiting('CreateContainerConfigError', 'secret "nope" not found'))] },
      { reason: 'CreateContainerConfigError', message: 'secret "nope" not found' },
    ],
    [
      'command missing',
      {
        containers: [
          app(waiting('CrashLoopBackOff'), { lastState: ended(127, 'StartError', { message: 'exec: "pum": executable file not found' }) }),
        ],
      },
      { reason: 'StartError', exitCode: 127, message: 'exec: "pum": executable file not found' },
    ],
    [
      'a reason nobody has met',
      { phase: 'Pending', containers: [app(waiting('FluxCapacitorError', 'no 1.21 GW'))] },
      { reason: 'FluxCapacitorError', message: 'no 1.21 GW' },
    ],
    [
      'stuck while starting',
      { phase: 'Pending', containers: [app(waiting('ContainerCreating'))] },
      { reason: 'ContainerCreating', events: [{ reason: 'FailedMount', message: 'secret "tls" not found', count: 9, at: ago(10) }] },
      [{ reason: 'FailedMount', message: 'secret "tls" not found', lastTimestamp: ago(10), count: 9 }],
    ],
    [
      'no room',
      { phase: 'Pending', status: unscheduled('Unschedulable', 5) },
      { reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient cpu.' },
    ],
    [
      'evicted',
      { phase: 'Failed', status: { reason: 'Evicted', message: 'The node was low on resource: memory.' } },
      { reason: 'Evicted', message: 'The node was low on resource: memory.' },
    ],
    [
      'its deadline passed',
      { phase: 'Failed', status: { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' } },
      { reason: 'DeadlineExceeded' },
    ],
    [
      'preempted',
      {
        phase: 'Failed',
        status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: 'preempted' }] },
      },
      { reason: 'PreemptionByScheduler' },
    ],
    ['node lost', { phase: 'Unknown' }, { reason: 'NodeLost' }],
    ['leaving for ever', { deleted: ago(600), containers: [app(running)] }, { reason: 'StuckTerminating' }],
    ['failed without a word', { phase: 'Failed' }, { reason: 'Failed' }],
    [
      'probe says no',
      { containers: [app(running)], status: ready('False', 'ContainersNotReady', 20) },
      { reason: 'Unhealthy', message: probe.message },
      [probe],
    ],
    [
      'its node is gone',
      { containers: [app(running)], status: ready('False', undefined, 20) },
      { reason: 'NodeNotReady', message: 'Node is not ready' },
      [{ reason: 'NodeNotReady', message: 'Node is not ready', lastTimestamp: ago(10) }],
    ],
    [
      'not ready for long, no event',
      { containers: [app(running)], status: ready('False', 'ContainersNotReady', 200) },
      { reason: 'ContainersNotReady' },
    ],
    [
      'up again a moment ago',
      { containers: [app(running, { restartCount: 1, lastState: ended(1) })] },
      { reason: 'Error', exitCode: 1, restarts: 1 },
    ],
    [
      'one of several containers',
      { containers: [{ name: 'proxy', ready: true, state: running }, app(ended(1))] },
      { container: 'app', exitCode: 1 },
    ],
  ])('%s', (_, shape, wanted, events) => {
    const finding = read(shape, events);
    expect(finding).toMatchObject({ kind: 'workload', workload: 'pod', name: 'web-1', owner: 'web', tone: 'bad' });
    for (const [field, value] of Object.entries(wanted)) expect(finding, field).toHaveProperty(field, value);
  });

  test('an exit code of 255 is nobody’s signal', () => expect(read({ containers: [app(ended(255))] })).not.toHaveProperty('signal'));

  test('a failing step of the start is named, not the container that waits for it', () => {
    const init = [app(waiting('CrashLoopBackOff'), { name: 'migrate', lastState: ended(1) })];
    const finding = read({ phase: 'Pending', init, containers: [app(waiting('PodInitializing'))] });
    expect(finding).toMatchObject({ container: 'migrate', init: true, exitCode: 1, reason: 'CrashLoopBackOff' });
  });

  test('a sidecar’s end is told only when nothing else is sick', () => {
    const initSpec = [{ name: 'proxy', restartPolicy: 'Always' }];
    const init = [app(ended(2), { name: 'proxy' })];
    expect(read({ initSpec, init, containers: [app(ended(1))] })).toMatchObject({ container: 'app', exitCode: 1 });
    expect(read({ initSpec, init, containers: [app(running, { ready: true })] })).toMatchObject({ container: 'proxy', tone: 'bad' });
  });
});

describe('no trouble', () => {
  test.each<[string, Shape]>([
    ['runs and is ready', { containers: [app(running, { ready: true })], status: ready('True', undefined, 100) }],
    ['done', { phase: 'Succeeded', containers: [app(ended(0, 'Completed'))] }],
    ['starting for a moment', { phase: 'Pending', status: { startTime: ago(20) }, containers: [app(waiting('ContainerCreating'))] }],
    [
      'its first steps take their time',
      { phase: 'Pending', init: [app(running, { name: 'migrate' })], containers: [app(waiting('PodInitializing'))] },
    ],
    ['not ready yet', { containers: [app(running)], status: ready('False', 'ContainersNotReady', 20) }],
    [
      'restarted long ago',
      { containers: [app(running, { ready: true, restartCount: 4, lastState: ended(1, 'Error', { finishedAt: ago(9_000) }) })] },
    ],
    ['on its way out', { deleted: ago(5), containers: [app(ended(143))] }],
    ['ended as it was told to when it left', { phase: 'Failed', deleted: ago(5), containers: [app(ended(137))] }],
  ])('%s', (_, shape) => expect(read(shape).tone).toBe('normal'));
});

describe('answers of a real server', () => {
  const events = recorded().events.map(eventOf);
  const seen = Object.fromEntries(
    recorded().pods.map((raw) => [podOf(raw).meta.name, podFinding(podOf(raw), undefined, events, RECORDED_AT)]),
  );

  test.each<[string, Partial<Workload>]>([
    ['api-badimage-868b876f85-7brhx', { tone: 'bad', reason: 'ErrImagePull', image: '127.0.0.1:1/shop/api:doesnotexist' }],
    ['assets-ok-m28kw', { tone: 'normal', phase: 'Succeeded' }],
    ['deploy-tasks-20230301-h2sbm', { tone: 'bad', reason: 'Error', exitCode: 1, container: 'migrate' }],
    ['no-secret', { tone: 'bad', reason: 'CreateContainerConfigError', message: 'secret "nope" not found' }],
    ['too-big', { tone: 'bad', reason: 'Unschedulable' }],
    ['unready-c5bb99c8b-mn7wc', { tone: 'bad', reason: 'Unhealthy' }],
    ['web-79f68569b-bt288', { tone: 'normal', sha: '4f1c2ab' }],
    ['worker-oom-f46cfb5c-98xfk', { tone: 'bad', reason: 'OOMKilled', exitCode: 137, restarts: 2, message: 'memory limit 12Mi' }],
  ])('%s', (name, wanted) => expect(seen[name]).toMatchObject(wanted));

  test('events are merged, the newest last, those without a last time by their own', () => {
    expect(seen['too-big']?.events?.map((event) => [event.reason, event.count, event.at])).toEqual([
      ['FailedScheduling', 3, '2026-11-21T21:23:16.473Z'],
    ]);
  });
});

test('whatever an API server answers, reading it never throws', () => {
  const statuses = ['containerStatuses', 'initContainerStatuses', 'conditions', 'phase', 'reason', 'startTime'];
  const anything = fc.dictionary(fc.constantFrom(...statuses, 'x'), fc.anything());
  fc.assert(
    fc.property(anything, fc.anything(), fc.anything(), (status, spec, metadata) => {
      const finding = podFinding(podOf({ status, spec, metadata }), undefined, [eventOf({ involvedObject: spec, count: metadata })], NOW);
      expect(finding.kind).toBe('workload');
    }),
  );
});
