import type { Finding, Rollout, Workload } from '../evidence.ts';
import { sameSha } from '../same-sha.ts';
import { podFinding } from '../workload.ts';
import { type DeployJob, deployJobs, jobFinding, matchesAny } from './deploy-jobs.ts';
import type { Namespace } from './namespace.ts';
import { latest } from './read.ts';
import { deploymentTrouble, type Owned, owned, rolloutOf } from './rollout.ts';
import { conditionOf, type Deployment, mainContainers, type Pod, type Template } from './shapes.ts';

/** What the check is asked to look at. */
export interface Watched {
  /** Empty: those that run the same image as the deploy's jobs. */
  deployments: readonly string[];
  /** Name patterns of the deploy's jobs and pods; empty: none. */
  jobs: readonly string[];
}

/** A pod with the finding made of it, so that its log can be fetched. */
export interface PodSeen {
  pod: Pod;
  finding: Workload;
  /** A part of the deploy, whose log tells the cause. */
  deploy: boolean;
}

export interface Seen {
  pods: readonly PodSeen[];
  others: readonly Finding[];
  /** Named deployments that the namespace does not hold. */
  absent: readonly string[];
  /** Healthy pods of the watched deployments, newest first. */
  serving: readonly { pod: Pod; deployment: string }[];
}

/** Equal pods of one owner: a few tell it all. */
const SAME = 3;
const JOBS_SHOWN = 4;
const DAY_MS = 24 * 3_600_000;
const LEFT_OVER_MS = 3_600_000;

/** Everything that one namespace tells, without logs. */
export function namespaceFindings(space: Namespace, watched: Watched, around: string, now: string): Seen {
  const names = new Set(watched.deployments);
  const jobs = deployJobs(space.jobs, space.pods, watched.jobs);
  const images = new Set(jobs.flatMap(({ job }) => imagesOf(job.template)));
  const isMine = ({ meta, template }: Deployment) =>
    names.size > 0 ? names.has(meta.name) : imagesOf(template).some((image) => images.has(image));
  const all = owned(space.deployments.filter(isMine), space.replicaSets, space.pods);
  const rollouts = all.map((one) => rolloutOf(one, around));
  const isPast = pastOf(rollouts, around);
  const deploy = [...jobPods(jobs, space, now), ...loosePods(space, watched.jobs, now)];
  const sick = all.flatMap((one) => sickPods(one, space, around, now));
  return {
    pods: [...deploy.map((seen) => ({ ...seen, finding: isPast(seen.finding) })), ...sick],
    others: [
      ...jobs.slice(0, JOBS_SHOWN).map((job) => isPast(jobFinding(job, space.events, now))),
      ...rollouts,
      ...all.map(deploymentTrouble).filter((trouble) => trouble !== undefined),
      ...refusedPods(all, space),
      ...nodeTrouble(space, now),
    ],
    absent: [...names].filter((name) => !space.deployments.some((deployment) => deployment.meta.name === name)),
    serving: all.flatMap(({ deployment, pods }) =>
      newest(pods.filter(isServing)).map((pod) => ({ pod, deployment: deployment.meta.name })),
    ),
  };
}

/** Images of the main containers, without tag and digest. */
function imagesOf(template: Template): readonly string[] {
  return mainContainers(template.containers).flatMap(({ image }) => (image ? [image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')] : []));
}

/** The last attempt of each deploy job that is not history. */
function jobPods(jobs: readonly DeployJob[], { events }: Namespace, now: string): readonly PodSeen[] {
  return jobs.slice(0, JOBS_SHOWN).flatMap((job) => {
    const last = job.pods.at(-1);
    if (!last) return [];
    const finding = podFinding(last, job.job.meta.name, events, now);
    const superseded = job.superseded && finding.tone === 'bad' ? { tone: 'normal' as const } : {};
    return [{ pod: last, deploy: true, finding: { ...finding, ...superseded, ...stays(finding) } }];
  });
}

/** Deploy pods without a Job object: bare ones, those of another controller, and those whose Job is gone already. */
function loosePods({ pods, jobs, events }: Namespace, patterns: readonly string[], now: string): readonly PodSeen[] {
  const known = new Set(jobs.map((job) => job.meta.uid));
  const loose = pods.filter((pod) => {
    const owner = pod.meta.owners[0];
    if (owner?.kind === 'ReplicaSet' || (owner && known.has(owner.uid))) return false;
    return matchesAny(owner?.name ?? pod.meta.name, patterns) || matchesAny(pod.meta.name, patterns);
  });
  return newest(loose)
    .slice(0, JOBS_SHOWN)
    .map((pod) => {
      const finding = podFinding(pod, pod.meta.owners[0]?.name, events, now);
      return { pod, deploy: true, finding: { ...finding, ...stays(finding) } };
    });
}

function stays(finding: Workload): { recovers?: false } {
  return finding.tone === 'bad' ? { recovers: false } : {};
}

/** A failure of a day ago whose commit does not run is history, and no news of this incident. */
function pastOf(rollouts: readonly Rollout[], around: string): (finding: Workload) => Workload {
  return (finding) => {
    const { finishedAt, sha, image } = finding;
    const old = finishedAt !== undefined && Date.parse(around) - Date.parse(finishedAt) > DAY_MS;
    const live = rollouts.some((r) => (sha !== undefined && r.sha !== undefined ? sameSha(r.sha, sha) : r.image === image));
    return finding.tone === 'bad' && old && !live ? { ...finding, tone: 'normal' } : finding;
  };
}

/** A failed pod of a deployment has been replaced; it stays in the list until somebody deletes it. */
function isLeftOver(pod: Pod, around: string): boolean {
  if (pod.phase !== 'Failed') return false;
  const times = [...pod.conditions.map((c) => c.at), ...pod.statuses.map((s) => s.ended?.finishedAt), pod.startedAt];
  const ended = latest(times);
  return ended !== undefined && Date.parse(around) - Date.parse(ended) > LEFT_OVER_MS;
}

function sickPods({ deployment, pods }: Owned, { events }: Namespace, around: string, now: string): readonly PodSeen[] {
  const sick = newest(pods)
    .filter((pod) => !isLeftOver(pod, around))
    .map((pod): PodSeen => {
      const finding = podFinding(pod, deployment.meta.name, events, now);
      return { pod, deploy: false, finding: pod.phase === 'Failed' ? { ...finding, ...stays(finding) } : finding };
    })
    .filter(({ finding }) => finding.tone === 'bad');
  const alike = Map.groupBy(sick, ({ finding }) => `${finding.reason} ${finding.container} ${finding.image}`);
  return [...alike.values()].flatMap((group) =>
    group.slice(0, SAME).map((seen, i) => (i === 0 ? counted(seen, group.length, pods.length) : seen)),
  );
}

function counted(seen: PodSeen, alike: number, all: number): PodSeen {
  if (alike === 1) return seen;
  const counts = `${alike} of ${all} pods alike`;
  return { ...seen, finding: { ...seen.finding, message: seen.finding.message ? `${counts}; ${seen.finding.message}` : counts } };
}

/** Pods that were never made: quota, admission, a missing service account. Only the ReplicaSet's events tell. */
function refusedPods(all: readonly Owned[], { events }: Namespace): readonly Finding[] {
  return all.flatMap(({ deployment, replicaSets, pods }) => {
    if (pods.length >= deployment.wanted) return [];
    const names = new Set(replicaSets.map((set) => set.meta.name));
    const refusals = events.filter((event) => event.kind === 'ReplicaSet' && names.has(event.name) && event.reason === 'FailedCreate');
    const last = refusals.toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '')).at(-1);
    if (!last) return [];
    const finding: Workload = {
      kind: 'workload',
      workload: 'deployment',
      name: deployment.meta.name,
      namespace: deployment.meta.namespace,
      reason: 'FailedCreate',
      ...(last.message === undefined ? {} : { message: last.message }),
      tone: 'bad',
    };
    return [finding];
  });
}

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];

/** Sick nodes that hold pods of this namespace. One that is gone is its pods' trouble; pressure alone has not hurt any yet. */
function nodeTrouble({ nodes, pods }: Namespace, now: string): readonly Finding[] {
  const held = Map.groupBy(pods, (pod) => pod.node ?? '');
  return nodes.flatMap((node): readonly Finding[] => {
    const on = held.get(node.name) ?? [];
    const [first] = on;
    if (!first) return [];
    const many = `it holds ${on.length} pods of this namespace`;
    const ready = conditionOf(node.conditions, 'Ready');
    if (ready && ready.status !== 'True') {
      const why = `${ready.reason ?? 'unknown'}${ready.message ? `: ${ready.message}` : ''}`;
      return [nodeGone(first, `node ${node.name} is not ready (${why}); ${many}`)];
    }
    const pressed = node.conditions.filter((c) => PRESSURES.includes(c.type) && c.status === 'True').map((c) => c.type);
    return pressed.length === 0 ? [] : [{ kind: 'note', tone: 'bad', text: `node ${node.name}: ${pressed.join(', ')}; ${many}`, at: now }];
  });
}

function nodeGone({ meta }: Pod, message: string): Workload {
  const owner = meta.owners[0]?.name;
  return {
    kind: 'workload',
    workload: 'pod',
    name: meta.name,
    namespace: meta.namespace,
    reason: 'NodeNotReady',
    message,
    tone: 'bad',
    ...(owner === undefined ? {} : { owner }),
  };
}

function isServing(pod: Pod): boolean {
  return pod.phase === 'Running' && pod.meta.deletingSince === undefined && conditionOf(pod.conditions, 'Ready')?.status === 'True';
}

function newest(pods: readonly Pod[]): readonly Pod[] {
  return pods.toSorted((a, b) => (b.meta.createdAt ?? '').localeCompare(a.meta.createdAt ?? ''));
}
