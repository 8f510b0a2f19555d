/** The parts of Kubernetes objects that an incident is read from. Times are UTC ISO. Source: the API reference, and answers of a real server in test/fixtures/kubernetes. */
import type { KubeObject } from '../kit/kubernetes.ts';

export interface Meta {
  name: string;
  namespace: string;
  uid: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  createdAt: string | undefined;
  deletingSince: string | undefined;
  owners: readonly { kind: string; name: string; uid: string }[];
  generation: number;
  resourceVersion: string;
}

export interface Condition {
  type: string;
  status: string;
  reason: string | undefined;
  message: string | undefined;
  /** When its status last changed, and when it was last updated. */
  at: string | undefined;
  updatedAt: string | undefined;
}

export interface Container {
  name: string;
  image: string | undefined;
  /** Plain values only; secrets come by reference and are not here. */
  env: Readonly<Record<string, string>>;
  memoryLimit: string | undefined;
  init: boolean;
  /** An init container that stays: no step of the start. */
  sidecar: boolean;
}

export interface Template {
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  containers: readonly Container[];
  /** As it came: what a rollback puts back. */
  raw: KubeObject;
}

export interface Ended {
  exitCode: number | undefined;
  signal: number | undefined;
  reason: string | undefined;
  message: string | undefined;
  startedAt: string | undefined;
  finishedAt: string | undefined;
}

export interface ContainerStatus {
  name: string;
  init: boolean;
  ready: boolean;
  restarts: number;
  image: string | undefined;
  runningSince: string | undefined;
  waiting: { reason: string | undefined; message: string | undefined } | undefined;
  ended: Ended | undefined;
  /** How the container before the last restart ended. */
  last: Ended | undefined;
}

export interface Pod {
  meta: Meta;
  phase: string | undefined;
  reason: string | undefined;
  message: string | undefined;
  startedAt: string | undefined;
  node: string | undefined;
  conditions: readonly Condition[];
  containers: readonly Container[];
  statuses: readonly ContainerStatus[];
}

export interface Job {
  meta: Meta;
  active: number;
  succeeded: number;
  failed: number;
  suspended: boolean;
  backoffLimit: number;
  deadlineSeconds: number | undefined;
  startedAt: string | undefined;
  completedAt: string | undefined;
  conditions: readonly Condition[];
  template: Template;
}

export interface Deployment {
  meta: Meta;
  wanted: number;
  paused: boolean;
  observedGeneration: number;
  replicas: number;
  updated: number;
  ready: number;
  available: number;
  conditions: readonly Condition[];
  revision: number;
  template: Template;
}

export interface ReplicaSet {
  meta: Meta;
  revision: number;
  replicas: number;
  template: Template;
}

export interface KubeEvent {
  warning: boolean;
  reason: string;
  message: string | undefined;
  count: number;
  firstAt: string | undefined;
  at: string | undefined;
  kind: string;
  name: string;
}

export interface Node {
  name: string;
  conditions: readonly Condition[];
}

export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** Main containers: neither a step of the start nor a sidecar. */
export function mainContainers(containers: readonly Container[]): readonly Container[] {
  return containers.filter((container) => !container.init);
}
