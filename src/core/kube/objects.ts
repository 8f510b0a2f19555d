import type { KubeObject } from '../kit/kubernetes.ts';
import { count, number, object, objects, text, texts, time } from './read.ts';
import type {
  Condition,
  Container,
  ContainerStatus,
  Deployment,
  Ended,
  Job,
  KubeEvent,
  Meta,
  Node,
  Pod,
  ReplicaSet,
  Template,
} from './shapes.ts';

export function podOf(raw: KubeObject): Pod {
  const spec = object(raw.spec);
  const status = object(raw.status);
  return {
    meta: metaOf(raw),
    phase: text(status.phase),
    reason: text(status.reason),
    message: text(status.message),
    startedAt: time(status.startTime),
    node: text(spec.nodeName),
    conditions: conditionsOf(status.conditions),
    containers: containersOf(spec),
    statuses: [
      ...objects(status.initContainerStatuses).map((s) => statusOf(s, true)),
      ...objects(status.containerStatuses).map((s) => statusOf(s, false)),
    ],
  };
}

export function jobOf(raw: KubeObject): Job {
  const spec = object(raw.spec);
  const status = object(raw.status);
  return {
    meta: metaOf(raw),
    active: count(status.active),
    succeeded: count(status.succeeded),
    failed: count(status.failed),
    suspended: spec.suspend === true,
    backoffLimit: number(spec.backoffLimit) ?? 6,
    deadlineSeconds: number(spec.activeDeadlineSeconds),
    startedAt: time(status.startTime),
    completedAt: time(status.completionTime),
    conditions: conditionsOf(status.conditions),
    template: templateOf(spec.template),
  };
}

export function deploymentOf(raw: KubeObject): Deployment {
  const spec = object(raw.spec);
  const status = object(raw.status);
  const meta = metaOf(raw);
  return {
    meta,
    wanted: number(spec.replicas) ?? 1,
    paused: spec.paused === true,
    observedGeneration: count(status.observedGeneration),
    replicas: count(status.replicas),
    updated: count(status.updatedReplicas),
    ready: count(status.readyReplicas),
    available: count(status.availableReplicas),
    conditions: conditionsOf(status.conditions),
    revision: revisionOf(meta),
    template: templateOf(spec.template),
  };
}

export function replicaSetOf(raw: KubeObject): ReplicaSet {
  const meta = metaOf(raw);
  return {
    meta,
    revision: revisionOf(meta),
    replicas: count(object(raw.status).replicas),
    template: templateOf(object(raw.spec).template),
  };
}

export function eventOf(raw: KubeObject): KubeEvent {
  const involved = object(raw.involvedObject);
  const series = object(raw.series);
  const created = time(object(raw.metadata).creationTimestamp);
  const first = time(raw.firstTimestamp) ?? time(raw.eventTime) ?? created;
  return {
    warning: raw.type === 'Warning',
    reason: text(raw.reason) ?? 'unknown',
    message: text(raw.message),
    count: number(series.count) ?? number(raw.count) ?? 1,
    firstAt: first,
    at: time(series.lastObservedTime) ?? time(raw.lastTimestamp) ?? time(raw.eventTime) ?? created,
    kind: text(involved.kind) ?? '',
    name: text(involved.name) ?? '',
  };
}

export function nodeOf(raw: KubeObject): Node {
  return { name: metaOf(raw).name, conditions: conditionsOf(object(raw.status).conditions) };
}

function metaOf(raw: KubeObject): Meta {
  const meta = object(raw.metadata);
  return {
    name: text(meta.name) ?? '',
    namespace: text(meta.namespace) ?? '',
    uid: text(meta.uid) ?? '',
    labels: texts(meta.labels),
    annotations: texts(meta.annotations),
    createdAt: time(meta.creationTimestamp),
    deletingSince: time(meta.deletionTimestamp),
    owners: objects(meta.ownerReferences).map((o) => ({ kind: text(o.kind) ?? '', name: text(o.name) ?? '', uid: text(o.uid) ?? '' })),
    generation: count(meta.generation),
    resourceVersion: text(meta.resourceVersion) ?? '',
  };
}

function revisionOf(meta: Meta): number {
  const revision = Number(meta.annotations['deployment.kubernetes.io/revision']);
  return Number.isInteger(revision) ? revision : 0;
}

function templateOf(value: unknown): Template {
  const raw = object(value);
  const meta = object(raw.metadata);
  return { labels: texts(meta.labels), annotations: texts(meta.annotations), containers: containersOf(object(raw.spec)), raw };
}

function containersOf(spec: KubeObject): readonly Container[] {
  return [...objects(spec.initContainers).map((c) => containerOf(c, true)), ...objects(spec.containers).map((c) => containerOf(c, false))];
}

function containerOf(raw: KubeObject, init: boolean): Container {
  const env = objects(raw.env).flatMap((e) => (text(e.name) && typeof e.value === 'string' ? [[text(e.name), e.value]] : []));
  return {
    name: text(raw.name) ?? '',
    image: text(raw.image),
    env: Object.fromEntries(env),
    memoryLimit: text(object(object(raw.resources).limits).memory),
    init,
    sidecar: init && raw.restartPolicy === 'Always',
  };
}

function conditionsOf(value: unknown): readonly Condition[] {
  return objects(value).map((c) => ({
    type: text(c.type) ?? '',
    status: text(c.status) ?? '',
    reason: text(c.reason),
    message: text(c.message),
    at: time(c.lastTransitionTime),
    updatedAt: time(c.lastUpdateTime) ?? time(c.lastTransitionTime),
  }));
}

function statusOf(raw: KubeObject, init: boolean): ContainerStatus {
  const state = object(raw.state);
  const waiting = state.waiting === undefined ? undefined : object(state.waiting);
  return {
    name: text(raw.name) ?? '',
    init,
    ready: raw.ready === true,
    restarts: count(raw.restartCount),
    image: text(raw.image),
    runningSince: time(object(state.running).startedAt),
    waiting: waiting && { reason: text(waiting.reason), message: text(waiting.message) },
    ended: endedOf(state.terminated),
    last: endedOf(object(raw.lastState).terminated),
  };
}

function endedOf(value: unknown): Ended | undefined {
  if (value === undefined || value === null) return undefined;
  const raw = object(value);
  return {
    exitCode: number(raw.exitCode),
    signal: number(raw.signal),
    reason: text(raw.reason),
    message: text(raw.message),
    startedAt: time(raw.startedAt),
    finishedAt: time(raw.finishedAt),
  };
}
