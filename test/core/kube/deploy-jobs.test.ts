import { describe, expect, test } from 'vitest';
import { deployJobs, jobFinding, matchesAny } from '../../../src/core/kube/deploy-jobs.ts';
import { eventOf, jobOf, podOf } from '../../../src/core/kube/objects.ts';
import { RECORDED_AT, recorded } from '../../setup/kubernetes.ts';

const NOW = '2026-11-21T21:30:00.000Z';
const job = (name: string, startTime: string, state: 'Failed' | 'Complete' | 'running', more: object = {}) =>
  jobOf({
    metadata: { name, namespace: 'prod', uid: name },
    spec: { backoffLimit: 2, template: { spec: { containers: [{ name: 'migrate', image: 'reg/web:4f1c2ab' }] } } },
    status: {
      startTime,
      ...(state === 'running'
        ? { active: 1 }
        : {
            conditions: [
              {
                type: state,
                status: 'True',
                reason: state === 'Failed' ? 'BackoffLimitExceeded' : 'CompletionsReached',
                lastTransitionTime: startTime,
              },
            ],
          }),
      ...more,
    },
  });

const states = (jobs: ReturnType<typeof job>[], patterns = ['deploy-*']) =>
  deployJobs(jobs, [], patterns).map((one) => [one.job.meta.name, jobFinding(one, [], NOW).tone]);

describe('only the last attempt counts', () => {
  test.each<[string, ReturnType<typeof job>[], unknown]>([
    [
      'failed, then fine',
      [job('deploy-tasks-4f1c2ab', '2026-11-21T21:00:00Z', 'Failed'), job('deploy-tasks-9be0d11', '2026-11-21T21:20:00Z', 'Complete')],
      [
        ['deploy-tasks-9be0d11', 'normal'],
        ['deploy-tasks-4f1c2ab', 'normal'],
      ],
    ],
    [
      'fine, then failed',
      [job('deploy-tasks-811', '2026-11-21T21:00:00Z', 'Complete'), job('deploy-tasks-812', '2026-11-21T21:20:00Z', 'Failed')],
      [
        ['deploy-tasks-812', 'bad'],
        ['deploy-tasks-811', 'normal'],
      ],
    ],
    [
      'another job of the same deploy hides nothing',
      [job('deploy-migrate-812', '2026-11-21T21:20:00Z', 'Failed'), job('deploy-assets-812', '2026-11-21T21:21:00Z', 'Complete')],
      [
        ['deploy-assets-812', 'normal'],
        ['deploy-migrate-812', 'bad'],
      ],
    ],
    [
      'run again by hand',
      [
        job('deploy-tasks-20261121', '2026-11-21T21:00:00Z', 'Failed'),
        job('deploy-tasks-20261121-retry', '2026-11-21T21:20:00Z', 'Complete'),
      ],
      [
        ['deploy-tasks-20261121-retry', 'normal'],
        ['deploy-tasks-20261121', 'normal'],
      ],
    ],
    [
      'the next one has begun',
      [job('deploy-tasks-a1', '2026-11-21T21:00:00Z', 'Failed'), job('deploy-tasks-a2', '2026-11-21T21:29:00Z', 'running')],
      [
        ['deploy-tasks-a2', 'normal'],
        ['deploy-tasks-a1', 'normal'],
      ],
    ],
    ['one that runs for long is shown', [job('deploy-tasks-a2', '2026-11-21T21:10:00Z', 'running')], [['deploy-tasks-a2', 'changed']]],
  ])('%s', (_, jobs, wanted) => expect(states(jobs)).toEqual(wanted));
});

test('a failed job says that its pod is gone, and keeps its events', () => {
  const real = recorded();
  const [retry] = deployJobs(real.jobs.map(jobOf), real.pods.map(podOf), ['deploy-tasks-retry']);
  if (!retry) throw new Error('the recorded job is missing');
  expect(jobFinding(retry, real.events.map(eventOf), RECORDED_AT)).toMatchObject({
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit; its pod is gone, and the log with it',
    recovers: false,
    tone: 'bad',
    events: expect.arrayContaining([expect.objectContaining({ reason: 'BackoffLimitExceeded' })]),
  });
});

test('a job that ran out of time says how much it had', () => {
  const conditions = [
    { type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
  ];
  const raw = {
    metadata: { name: 'deploy-tasks-1' },
    spec: { activeDeadlineSeconds: 25 },
    status: { startTime: '2026-11-21T21:29:00Z', conditions },
  };
  const [one] = deployJobs([jobOf(raw)], [], ['deploy-tasks*']);
  expect(one && jobFinding(one, [], NOW)).toMatchObject({
    reason: 'DeadlineExceeded',
    message: expect.stringContaining('; Active Deadline Seconds: 25s;'),
  });
});

test('a job whose pod is refused is told by its event', () => {
  const message = 'Error creating: pods "deploy-tasks-a-" is forbidden: exceeded quota: compute';
  const event = {
    type: 'Warning',
    reason: 'FailedCreate',
    message,
    lastTimestamp: NOW,
    involvedObject: { kind: 'Job', name: 'deploy-tasks-a' },
  };
  const [one] = deployJobs([job('deploy-tasks-a', '2026-11-21T21:29:00Z', 'running', { active: 0 })], [], ['deploy-tasks*']);
  expect(one && jobFinding(one, [eventOf(event)], NOW)).toMatchObject({ tone: 'bad', phase: 'Running', reason: 'FailedCreate', message });
});

test('an attempt that runs after a failed one is no failure yet', () => {
  const [one] = deployJobs([job('deploy-tasks-a', '2026-11-21T21:29:00Z', 'running', { failed: 1 })], [], ['deploy-tasks*']);
  expect(one && jobFinding(one, [], NOW)).toMatchObject({
    tone: 'normal',
    phase: 'Running',
    message: 'attempt 2 of 3 is running; running for 1 min',
  });
});

test.each<[string, string[], boolean]>([
  ['deploy-tasks-812', ['deploy-tasks*'], true],
  ['deploy-tasks', ['deploy-tasks*'], true],
  ['my-deploy-tasks', ['deploy-tasks*'], false],
  ['web.migrate-1', ['web.*-1'], true],
  ['webxmigrate-1', ['web.migrate*'], false],
  ['b', ['a*', 'b'], true],
  ['', ['*'], true],
])('%s matches %j: %s', (name, patterns, wanted) => expect(matchesAny(name, patterns)).toBe(wanted));
