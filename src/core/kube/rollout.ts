import type { Rollout, Workload } from '../evidence.ts';
import { commitOf } from './commit.ts';
import { earliest, present } from './read.ts';
import { type Container, conditionOf, type Deployment, mainContainers, type Pod, type ReplicaSet, type Template } from './shapes.ts';

/** A rollout that began so long before the onset, or later, is a change worth showing. */
const RECENT_MS = 60 * 60_000;

/** A deployment with what belongs to it. */
export interface Owned {
  deployment: Deployment;
  /** Newest revision first. */
  replicaSets: readonly ReplicaSet[];
  pods: readonly Pod[];
}

/** Finds each deployment's ReplicaSets and pods by owner, not by name. */
export function owned(deployments: readonly Deployment[], replicaSets: readonly ReplicaSet[], pods: readonly Pod[]): readonly Owned[] {
  return deployments.map((deployment) => {
    const sets = replicaSets
      .filter((set) => set.meta.owners.some((o) => o.kind === 'Deployment' && o.uid === deployment.meta.uid))
      .toSorted((a, b) => b.revision - a.revision);
    const uids = new Set(sets.map((set) => set.meta.uid));
    return { deployment, replicaSets: sets, pods: pods.filter((pod) => pod.meta.owners.some((o) => uids.has(o.uid))) };
  });
}

/** The rollout of one deployment: what runs, since when, and what ran before. `around` is the onset, or the opening. */
export function rolloutOf({ deployment, replicaSets, pods }: Owned, around: string): Rollout {
  const [current, previous] = currentAndPrevious(deployment, replicaSets);
  const main = mainContainer(deployment.template, deployment.meta.name);
  const running = pods.filter((pod) => pod.meta.deletingSince === undefined && pod.phase === 'Running');
  const state = stateOf(deployment);
  const liveAt = state === 'complete' ? conditionOf(deployment.conditions, 'Progressing')?.updatedAt : undefined;
  const mine = pods.filter((pod) => pod.meta.owners.some((o) => o.uid === current?.meta.uid));
  const startedAt = startOf(current, previous, mine, liveAt);
  return {
    kind: 'rollout',
    deployment: deployment.meta.name,
    namespace: deployment.meta.namespace,
    ...present({
      revision: deployment.revision || undefined,
      previous: previous?.revision,
      image: main?.image,
      sha: commitOf(deployment.template, main),
      previousSha: previous && commitOf(previous.template, mainContainer(previous.template, deployment.meta.name)),
      startedAt,
      liveAt,
      oldestPodStartedAt: earliest(running.map(processStart)),
    }),
    state,
    pods: { ready: deployment.ready, wanted: deployment.wanted, updated: deployment.updated },
    tone: state === 'stalled' ? 'bad' : state === 'progressing' || isRecent(startedAt, around) ? 'changed' : 'normal',
  };
}

/** The deployment as a whole, when it tells of trouble that no pod shows: refused pods, missing ones, a passed deadline, none wanted at all. */
export function deploymentTrouble({ deployment }: Owned): Workload | undefined {
  const failure = conditionOf(deployment.conditions, 'ReplicaFailure');
  const progress = conditionOf(deployment.conditions, 'Progressing');
  const available = conditionOf(deployment.conditions, 'Available');
  const bad =
    failure?.status === 'True' ? failure : progress?.status === 'False' ? progress : available?.status === 'False' ? available : undefined;
  const common = {
    kind: 'workload',
    workload: 'deployment',
    name: deployment.meta.name,
    namespace: deployment.meta.namespace,
  } as const;
  if (!bad) {
    return deployment.wanted === 0
      ? { ...common, reason: 'ScaledToZero', message: 'no pod is wanted: 0 replicas', tone: 'changed' }
      : undefined;
  }
  const counts = `${deployment.ready} of ${deployment.wanted} pods ready`;
  return {
    ...common,
    message: bad.message ? `${counts}; ${bad.message}` : counts,
    ...present({
      reason: bad.reason,
      image: mainContainer(deployment.template, deployment.meta.name)?.image,
      startedAt: bad.at,
    }),
    tone: 'bad',
  };
}

/** The container that is the application: the one named like its deployment, else the first. */
export function mainContainer(template: Pick<Template, 'containers'>, name: string): Container | undefined {
  const main = mainContainers(template.containers);
  return main.find((container) => container.name === name) ?? main[0];
}

/** The ReplicaSet that the deployment runs now, and the one it ran before. Revision numbers only grow, also when an old template comes back. */
export function currentAndPrevious(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
): readonly [ReplicaSet | undefined, ReplicaSet | undefined] {
  const current = replicaSets.find((set) => set.revision === deployment.revision);
  const previous = replicaSets.find((set) => set.revision < deployment.revision);
  return [current, previous];
}

function stateOf(deployment: Deployment): 'complete' | 'progressing' | 'stalled' {
  const progress = conditionOf(deployment.conditions, 'Progressing');
  const failed = conditionOf(deployment.conditions, 'ReplicaFailure')?.status === 'True';
  const observed = deployment.observedGeneration >= deployment.meta.generation;
  if (observed && (progress?.status === 'False' || failed)) return 'stalled';
  const { wanted, replicas, updated, available } = deployment;
  const arrived = observed && updated >= wanted && replicas === updated;
  // Once it was complete, pods that fail later are trouble of the pods, not of the rollout.
  return arrived && (available >= updated || progress?.reason === 'NewReplicaSetAvailable') ? 'complete' : 'progressing';
}

/** A ReplicaSet that comes back after a rollback is as old as its first use: then the pods tell, or the end of the rollout. */
function startOf(
  current: ReplicaSet | undefined,
  previous: ReplicaSet | undefined,
  pods: readonly Pod[],
  liveAt: string | undefined,
): string | undefined {
  const created = current?.meta.createdAt;
  const marked = current?.meta.annotations['deployment.kubernetes.io/revision-history'] !== undefined;
  const cameBack = marked || (created !== undefined && previous?.meta.createdAt !== undefined && created < previous.meta.createdAt);
  return cameBack ? earliest([liveAt, ...pods.map((pod) => pod.meta.createdAt)]) : created;
}

/** When the oldest process of the pod started: what it cached then is what it knows. */
function processStart(pod: Pod): string | undefined {
  const main = new Set(mainContainers(pod.containers).map((container) => container.name));
  return earliest(pod.statuses.filter((s) => main.has(s.name)).map((s) => s.runningSince)) ?? pod.startedAt;
}

function isRecent(startedAt: string | undefined, around: string): boolean {
  return startedAt !== undefined && Date.parse(around) - Date.parse(startedAt) <= RECENT_MS;
}
