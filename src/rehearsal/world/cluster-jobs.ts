import type { Thing } from '../stand-ins/kubernetes.ts';
import { API, event, iso, NAMESPACE, owner, uid } from './cluster-names.ts';
import { letters, MINUTE, SECOND } from './rollouts.ts';
import type { World } from './world.ts';

/** A deploy job: of the story's past, or of a push. */
export interface JobLife {
  name: string;
  sha: string;
  startedAt: number;
  endsAt: number;
  failed: boolean;
  log: readonly string[];
}

export function jobObject(world: World, job: JobLife, now: number): Thing {
  const over = now >= job.endsAt;
  const labels = { 'batch.kubernetes.io/job-name': job.name, 'job-name': job.name, app: 'deploy-tasks' };
  const ended = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    reason,
    message,
    lastProbeTime: iso(job.endsAt),
    lastTransitionTime: iso(job.endsAt),
  });
  return {
    apiVersion: API.batch,
    kind: 'Job',
    metadata: {
      name: job.name,
      namespace: NAMESPACE,
      uid: uid(`job ${job.name}`),
      resourceVersion: over ? '2' : '1',
      creationTimestamp: iso(job.startedAt),
      labels: { app: 'deploy-tasks' },
    },
    spec: {
      backoffLimit: 0,
      parallelism: 1,
      completions: 1,
      template: { metadata: { labels }, spec: jobSpec(world, job) },
    },
    status: {
      startTime: iso(job.startedAt),
      ...(over
        ? job.failed
          ? {
              failed: 1,
              conditions: [
                ended('FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
                ended('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
              ],
            }
          : {
              succeeded: 1,
              completionTime: iso(job.endsAt),
              conditions: [ended('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods')],
            }
        : { active: 1, ready: 1 }),
    },
  };
}

function jobSpec(world: World, job: JobLife): Thing {
  return {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'tasks',
        image: world.imageOf(job.sha),
        command: ['bin/rails', 'db:migrate'],
        env: [{ name: 'GIT_SHA', value: job.sha }],
        resources: {},
      },
    ],
  };
}

export function jobPod(world: World, job: JobLife, now: number): Thing {
  const over = now >= job.endsAt;
  const name = `${job.name}-${letters(job.name, 5)}`;
  const terminated = {
    exitCode: job.failed ? 1 : 0,
    reason: job.failed ? 'Error' : 'Completed',
    startedAt: iso(job.startedAt + 3 * SECOND),
    finishedAt: iso(job.endsAt - SECOND),
  };
  return {
    apiVersion: API.core,
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${job.name}-`,
      namespace: NAMESPACE,
      uid: uid(`pod ${name}`),
      resourceVersion: '1',
      creationTimestamp: iso(job.startedAt),
      labels: { app: 'deploy-tasks', 'batch.kubernetes.io/job-name': job.name, 'job-name': job.name },
      ownerReferences: [owner('Job', API.batch, job.name, uid(`job ${job.name}`))],
    },
    spec: { ...jobSpec(world, job), nodeName: 'ip-10-20-3-11' },
    status: {
      phase: over ? (job.failed ? 'Failed' : 'Succeeded') : 'Running',
      startTime: iso(job.startedAt),
      conditions: [],
      containerStatuses: [
        {
          name: 'tasks',
          image: world.imageOf(job.sha),
          imageID: '',
          ready: false,
          restartCount: 0,
          started: !over,
          state: over ? { terminated } : { running: { startedAt: iso(job.startedAt + 3 * SECOND) } },
          lastState: {},
        },
      ],
    },
  };
}

export function jobEvents(job: JobLife, now: number): readonly Thing[] {
  if (!job.failed || now < job.endsAt || now > job.endsAt + 60 * MINUTE) return [];
  return [event('Job', job.name, API.batch, 'Warning', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', job.endsAt)];
}
