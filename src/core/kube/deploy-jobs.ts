import type { Workload } from '../evidence.ts';
import { eventsOf, isTrue } from '../workload.ts';
import { commitOf } from './commit.ts';
import { present } from './read.ts';
import { mainContainer } from './rollout.ts';
import { conditionOf, type Job, type KubeEvent, type Pod } from './shapes.ts';

/** A deploy job that runs longer than this is shown: it may wait for a lock, or just be long. */
const LONG_MS = 10 * 60_000;

/** A Job that matches the configured pattern, with its pods, oldest attempt first. */
export interface DeployJob {
  job: Job;
  pods: readonly Pod[];
  /** A later job took its place: its failure is history. */
  superseded: boolean;
}

/** Whether a name matches one of the patterns; `*` is any run of characters. */
export function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(name);
  });
}

/** The deploy jobs, newest first. Of a family only the last attempt counts as state. */
export function deployJobs(jobs: readonly Job[], pods: readonly Pod[], patterns: readonly string[]): readonly DeployJob[] {
  const mine = jobs.filter((job) => matchesAny(job.meta.name, patterns)).toSorted((a, b) => startOf(b).localeCompare(startOf(a)));
  return mine.map((job) => ({
    job,
    pods: podsOf(job, pods),
    superseded: mine.some((later) => startOf(later) > startOf(job) && isNextOf(family(job.meta.name), family(later.meta.name))),
  }));
}

function podsOf(job: Job, pods: readonly Pod[]): readonly Pod[] {
  return pods
    .filter((pod) => pod.meta.owners.some((o) => o.kind === 'Job' && o.uid === job.meta.uid))
    .toSorted((a, b) => (a.meta.createdAt ?? '').localeCompare(b.meta.createdAt ?? ''));
}

function startOf(job: Job): string {
  return job.startedAt ?? job.meta.createdAt ?? '';
}

/** `deploy-tasks-4f1c2ab`, `deploy-tasks-812` and `deploy-tasks-20230301` are runs of one family; `deploy-assets` is another. */
function family(name: string): string {
  const short = name.replace(/-(?=[a-z]*\d)[0-9a-z]+$|-[0-9a-f]{7,40}$/, '');
  return short === name ? name : family(short);
}

function isNextOf(family: string, later: string): boolean {
  return later === family || later.startsWith(`${family}-`);
}

/**
 * The Job itself as a finding: its conditions tell how it ended, also when it has deleted its pod. A failed job never turns well by itself, so
 * recovery does not wait for it.
 */
export function jobFinding({ job, pods, superseded }: DeployJob, events: readonly KubeEvent[], now: string): Workload {
  const failed = failureOf(job);
  const mine = events.filter((event) => event.kind === 'Job' && event.name === job.meta.name);
  const done = isTrue(conditionOf(job.conditions, 'Complete'));
  const runs = !failed && !done && !job.suspended;
  // Its pods are refused: by a quota, an admission webhook, a missing service account.
  const refused = runs && pods.length === 0 ? mine.findLast((event) => event.reason === 'FailedCreate') : undefined;
  const long = runs && job.startedAt !== undefined && Date.parse(now) - Date.parse(job.startedAt) > LONG_MS;
  const main = mainContainer(job.template, job.meta.name);
  return {
    kind: 'workload',
    workload: 'job',
    name: job.meta.name,
    namespace: job.meta.namespace,
    phase: failed ? 'Failed' : done ? 'Complete' : job.suspended ? 'Suspended' : 'Running',
    ...present({
      reason: failed?.reason ?? refused?.reason,
      message: messageOf(job, pods, failed?.message ?? refused?.message, now, superseded),
      image: main?.image,
      sha: jobCommit(job),
      startedAt: job.startedAt ?? job.meta.createdAt,
      finishedAt: failed?.at ?? job.completedAt,
      events: (failed ?? refused) && mine.length > 0 ? eventsOf(mine) : undefined,
    }),
    ...(failed ? { recovers: false } : {}),
    tone: (failed ?? refused) && !superseded ? 'bad' : long ? 'changed' : 'normal',
  };
}

/** `Failed`, or about to be: `FailureTarget` comes first, while its pods are still being ended. */
export function failureOf(job: Job) {
  const failed = conditionOf(job.conditions, 'Failed');
  const target = conditionOf(job.conditions, 'FailureTarget');
  return isTrue(failed) ? failed : isTrue(target) ? target : undefined;
}

/** The commit a job runs; its labels may stand on the Job alone. */
export function jobCommit(job: Job): string | undefined {
  return commitOf(withOwnLabels(job), mainContainer(job.template, job.meta.name));
}

function withOwnLabels(job: Job) {
  return {
    containers: job.template.containers,
    labels: { ...job.meta.labels, ...job.template.labels },
    annotations: { ...job.meta.annotations, ...job.template.annotations },
  };
}

function messageOf(job: Job, pods: readonly Pod[], said: string | undefined, now: string, superseded: boolean): string | undefined {
  const parts = [
    said,
    failureOf(job)?.reason === 'DeadlineExceeded' && job.deadlineSeconds ? `Active Deadline Seconds: ${job.deadlineSeconds}s` : undefined,
    failureOf(job) && pods.length === 0 ? 'its pod is gone, and the log with it' : undefined,
    !failureOf(job) && job.active > 0 && job.failed > 0 ? `attempt ${job.failed + 1} of ${job.backoffLimit + 1} is running` : undefined,
    !failureOf(job) && job.active > 0 && job.startedAt ? `running for ${minutes(job.startedAt, now)} min` : undefined,
    superseded ? 'a later job took its place' : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join('; ');
}

function minutes(since: string, now: string): number {
  return Math.max(0, Math.floor((Date.parse(now) - Date.parse(since)) / 60_000));
}
