import type { Outcome } from '../core/evidence.ts';
import type { Kit } from '../core/kit/index.ts';
import type { KubernetesCluster } from '../core/kit/kubernetes.ts';
import { deployJobs, failureOf, jobCommit } from '../core/kube/deploy-jobs.ts';
import { type Namespace, readNamespace } from '../core/kube/namespace.ts';
import { owned, rolloutOf } from '../core/kube/rollout.ts';
import { kubeSettings } from '../core/kube/settings.ts';
import type { Job } from '../core/kube/shapes.ts';
import { list, type Part } from '../core/part.ts';
import { sameSha } from '../core/same-sha.ts';
import { whyAndFix } from './deploy-blind.ts';

/** A deploy job whose last attempt failed. */
export interface FailedDeploy {
  name: string;
  namespace: string;
  /** Tells it once: a job that runs again is another one. */
  uid: string;
  /** The commit that it deploys, where its template names one. */
  sha?: string;
  /** UTC ISO. */
  failedAt: string;
  /** In Kubernetes' words: `BackoffLimitExceeded: Job has reached the specified backoff limit`. */
  why: string;
  /** True when that commit, or that very image, runs in a deployment all the same: code without its deploy tasks. */
  live: boolean;
}

/** The always-on watch: two lists, cheap enough for every twenty seconds. Timing, "once per job" and the message are the caller's. */
export interface DeployWatch {
  look: (now: string, signal: AbortSignal) => Promise<{ jobs: readonly FailedDeploy[] } | Extract<Outcome, { status: 'blind' }>>;
}

/** A part like a check, so that it is built from the same settings; without KUBE_DEPLOY_JOBS there is nothing to watch. */
export const deployWatch: Part<DeployWatch, Pick<Kit, 'kubernetes'>> = {
  name: 'deploy watch',
  env: { ...kubeSettings, KUBE_DEPLOYMENTS: { ...kubeSettings.KUBE_DEPLOYMENTS, switch: false, preset: '' } },
  make: (env, kit) => {
    const cluster = kit.kubernetes.cluster(env('KUBECONFIG'));
    const namespaces = list(env('KUBE_NAMESPACE'));
    const deployments = list(env('KUBE_DEPLOYMENTS'));
    const patterns = list(env('KUBE_DEPLOY_JOBS'));
    return { look: (now, signal) => look(cluster, { namespaces, deployments, patterns }, now, signal) };
  },
};

interface Settings {
  namespaces: readonly string[];
  deployments: readonly string[];
  patterns: readonly string[];
}

async function look(cluster: KubernetesCluster, settings: Settings, now: string, signal: AbortSignal): ReturnType<DeployWatch['look']> {
  const spaces = await Promise.all(settings.namespaces.map((name) => readNamespace(cluster, name, ['jobs', 'deployments'], signal)));
  const refusals = spaces.flatMap((space) => [...space.refused].map(([resource, error]) => ({ resource, namespace: space.name, error })));
  const first = refusals[0];
  if (first) return { status: 'blind', ...whyAndFix(cluster.server, first.error, refusals) };
  return { jobs: spaces.flatMap((space) => failedJobs(space, settings, now)) };
}

function failedJobs(space: Namespace, { deployments, patterns }: Settings, now: string): readonly FailedDeploy[] {
  const running = owned(space.deployments, [], [])
    .filter(({ deployment }) => deployments.length === 0 || deployments.includes(deployment.meta.name))
    .map((one) => rolloutOf(one, now));
  return deployJobs(space.jobs, [], patterns).flatMap(({ job, superseded }) => {
    const failed = superseded ? undefined : failureOf(job);
    if (!failed) return [];
    const sha = jobCommit(job);
    const images = imagesOf(job);
    return [
      {
        name: job.meta.name,
        namespace: space.name,
        uid: job.meta.uid,
        ...(sha === undefined ? {} : { sha }),
        failedAt: failed.at ?? now,
        why: [failed.reason, failed.message].filter((part) => part !== undefined).join(': '),
        live: running.some((r) =>
          sha !== undefined && r.sha !== undefined ? sameSha(r.sha, sha) : r.image !== undefined && images.includes(r.image),
        ),
      },
    ];
  });
}

function imagesOf(job: Job): readonly string[] {
  return job.template.containers.flatMap(({ image }) => (image === undefined ? [] : [image]));
}
