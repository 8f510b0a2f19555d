import type { Workload, WorkloadEvent } from './evidence.ts';
import { commitOf } from './kube/commit.ts';
import { present } from './kube/read.ts';
import { type Condition, type Container, type ContainerStatus, conditionOf, type Ended, type KubeEvent, type Pod } from './kube/shapes.ts';

/** Starting may take this long before it counts as stuck: an image pull, a volume, a probe's first delay. */
const START_MS = 2 * 60_000;
const EVENTS = 12;

/** A container ended like this tells nothing by its reason: the exit code and the log do. */
const PLAIN_ENDS = new Set(['Error', 'Completed', 'Unknown']);
const HEALTHY_WAITS = new Set(['ContainerCreating', 'PodInitializing']);

interface Trouble {
  reason: string | undefined;
  message: string | undefined;
  status: ContainerStatus | undefined;
  ended: Ended | undefined;
}

/**
 * One pod as a finding. `owner` is what it belongs to in the end: its Deployment, its Job. A pod with several sick containers is told by the first of
 * them in the order in which they start, for it holds up the rest.
 */
export function podFinding(pod: Pod, owner: string | undefined, events: readonly KubeEvent[], now: string): Workload {
  const mine = events.filter((event) => event.kind === 'Pod' && event.name === pod.meta.name);
  const trouble = troubleOf(pod, mine, now);
  const status = trouble?.status ?? pod.statuses.find((s) => !s.init);
  const container = pod.containers.find((c) => c.name === status?.name);
  const ended = trouble?.ended;
  return {
    kind: 'workload',
    workload: 'pod',
    name: pod.meta.name,
    namespace: pod.meta.namespace,
    ...present({
      owner,
      phase: pod.phase,
      reason: trouble ? (trouble.reason ?? undefined) : undefined,
      message: joined(trouble?.message, trouble?.reason === 'OOMKilled' ? limitOf(container) : undefined),
      exitCode: ended?.exitCode,
      signal: signalOf(ended),
      restarts: status?.restarts,
      image: container?.image ?? status?.image,
      sha: commitOf({ ...pod.meta, containers: pod.containers }, container),
      container: status?.name,
      init: status?.init || undefined,
      startedAt: ended?.startedAt ?? status?.runningSince ?? pod.startedAt,
      finishedAt: ended?.finishedAt,
      events: trouble && mine.length > 0 ? eventsOf(mine) : undefined,
    }),
    tone: trouble ? 'bad' : 'normal',
  };
}

/** What is wrong with a pod; undefined when nothing is, or nothing yet. */
function troubleOf(pod: Pod, events: readonly KubeEvent[], now: string): Trouble | undefined {
  return (
    evictedOrLost(pod) ??
    unscheduled(pod, now) ??
    sickContainer(pod, now) ??
    failedWithout(pod) ??
    notReady(pod, events, now) ??
    stuckLeaving(pod, now)
  );
}

/** The pod as a whole was ended from outside: evicted, preempted, its node gone, its deadline passed. */
function evictedOrLost(pod: Pod): Trouble | undefined {
  if (pod.meta.deletingSince !== undefined && pod.phase !== 'Failed') return undefined;
  const disrupted = conditionOf(pod.conditions, 'DisruptionTarget');
  const whole = pod.reason ?? (disrupted?.status === 'True' && pod.phase === 'Failed' ? disrupted.reason : undefined);
  if (whole !== undefined && pod.phase !== 'Succeeded') {
    const { status, ended } = lastEnd(pod);
    return { reason: whole, message: pod.message ?? disrupted?.message, status, ended };
  }
  return pod.phase === 'Unknown' ? plain('NodeLost', pod.message) : undefined;
}

function unscheduled(pod: Pod, now: string): Trouble | undefined {
  const scheduled = conditionOf(pod.conditions, 'PodScheduled');
  if (pod.phase !== 'Pending' || scheduled?.status !== 'False') return undefined;
  return scheduled.reason === 'Unschedulable' || isOver(scheduled.at ?? pod.meta.createdAt, now)
    ? plain(scheduled.reason ?? 'Unschedulable', scheduled.message)
    : undefined;
}

function sickContainer(pod: Pod, now: string): Trouble | undefined {
  // A pod on its way out after a rollout ends its containers as it should.
  if (pod.meta.deletingSince !== undefined || pod.phase === 'Succeeded') return undefined;
  const sick = pod.statuses.map((status) => sickness(pod, status, now)).filter((trouble) => trouble !== undefined);
  // A sidecar that stops after the application is no cause of its end.
  return sick.find((trouble) => !isSidecar(pod, trouble.status)) ?? sick[0];
}

function sickness(pod: Pod, status: ContainerStatus, now: string): Trouble | undefined {
  const { waiting, ended, last } = status;
  if (ended) return ended.exitCode === 0 && ended.reason !== 'OOMKilled' ? undefined : told(status, ended, undefined);
  if (waiting) {
    if (waiting.reason !== undefined && !HEALTHY_WAITS.has(waiting.reason)) return told(status, last, waiting);
    return isOver(pod.startedAt ?? pod.meta.createdAt, now) && !waitsForOthers(pod, status) ? told(status, last, waiting) : undefined;
  }
  // Running again after an end a moment ago: the restart is not over until it has held.
  const wentWrong = last !== undefined && (last.exitCode !== 0 || last.reason === 'OOMKilled');
  return wentWrong && !isOver(last.finishedAt, now) ? told(status, last, undefined) : undefined;
}

/** `PodInitializing`: the init containers are at work; each of them is judged itself. */
function waitsForOthers(pod: Pod, status: ContainerStatus): boolean {
  return status.waiting?.reason === 'PodInitializing' && pod.statuses.some((s) => s.init && !isSidecar(pod, s) && s.ended === undefined);
}

/** The more telling of the two: why it waits now, or how it ended before. `CrashLoopBackOff` says only that it keeps ending. */
function told(status: ContainerStatus, ended: Ended | undefined, waiting: ContainerStatus['waiting']): Trouble {
  const why = ended?.reason !== undefined && !PLAIN_ENDS.has(ended.reason) ? ended.reason : undefined;
  const reason =
    waiting?.reason === 'CrashLoopBackOff' || waiting === undefined ? (why ?? waiting?.reason ?? ended?.reason) : waiting.reason;
  return { reason, message: joined(ended?.message, waiting?.message), status, ended };
}

function failedWithout(pod: Pod): Trouble | undefined {
  return pod.phase === 'Failed' && pod.meta.deletingSince === undefined ? plain('Failed', pod.message) : undefined;
}

/** Runs, but does not serve: its probe says no, its node is gone, or a gate does. */
function notReady(pod: Pod, events: readonly KubeEvent[], now: string): Trouble | undefined {
  const ready = conditionOf(pod.conditions, 'Ready');
  if (pod.phase !== 'Running' || pod.meta.deletingSince !== undefined || ready?.status !== 'False' || ready.reason === 'PodCompleted')
    return undefined;
  const last = events
    .filter((event) => event.reason === 'Unhealthy' || event.reason === 'NodeNotReady')
    .toSorted(byTime)
    .at(-1);
  const status = pod.statuses.find((s) => !s.ready && s.runningSince !== undefined);
  if (last) return { reason: last.reason, message: last.message, status, ended: undefined };
  return isOver(ready.at, now) ? { reason: ready.reason ?? 'NotReady', message: ready.message, status, ended: undefined } : undefined;
}

/** Deleted, and still there long after its grace: the node does not answer. */
function stuckLeaving(pod: Pod, now: string): Trouble | undefined {
  const since = pod.meta.deletingSince;
  return since !== undefined && isOver(since, now) ? plain('StuckTerminating', `deleted at ${since}, still there`) : undefined;
}

function plain(reason: string, message: string | undefined): Trouble {
  return { reason, message, status: undefined, ended: undefined };
}

function lastEnd(pod: Pod): Pick<Trouble, 'status' | 'ended'> {
  const status = pod.statuses.findLast((s) => (s.ended ?? s.last) !== undefined && !isSidecar(pod, s));
  return { status, ended: status?.ended ?? status?.last };
}

function isSidecar(pod: Pod, status: ContainerStatus | undefined): boolean {
  return containerOf(pod, status)?.sidecar ?? false;
}

function containerOf(pod: Pod, status: ContainerStatus | undefined): Container | undefined {
  return pod.containers.find((container) => container.name === status?.name);
}

function limitOf(container: Container | undefined): string | undefined {
  return container?.memoryLimit && `memory limit ${container.memoryLimit}`;
}

function signalOf(ended: Ended | undefined): number | undefined {
  if (ended?.signal) return ended.signal;
  const code = ended?.exitCode;
  // A shell's and the runtime's way to say "ended by signal n"; 255 and the like are exit codes of their own.
  return code !== undefined && code > 128 && code <= 128 + 31 ? code - 128 : undefined;
}

function isOver(since: string | undefined, now: string): boolean {
  return since !== undefined && Date.parse(now) - Date.parse(since) > START_MS;
}

function joined(...messages: readonly (string | undefined)[]): string | undefined {
  const said = messages.filter((message) => message !== undefined).map((message) => message.trim());
  return said.length === 0 ? undefined : [...new Set(said)].join('; ');
}

/** Newest last, the same one once, warnings kept before others when there are too many. */
export function eventsOf(events: readonly KubeEvent[]): readonly WorkloadEvent[] {
  const merged = new Map<string, KubeEvent>();
  for (const event of events) {
    const key = `${event.reason} ${event.message}`;
    const was = merged.get(key);
    merged.set(key, was ? { ...event, count: was.count + event.count, at: [was.at, event.at].toSorted().at(-1) } : event);
  }
  const all = [...merged.values()].toSorted(byTime);
  const warnings = all.filter((event) => event.warning);
  const kept = all.length > EVENTS ? warnings.slice(-EVENTS) : all;
  return kept.map(({ reason, message, count, at }) => ({ reason, ...present({ message, at }), count }));
}

function byTime(one: KubeEvent, other: KubeEvent): number {
  return (one.at ?? '').localeCompare(other.at ?? '');
}

export function isTrue(condition: Condition | undefined): condition is Condition {
  return condition?.status === 'True';
}
