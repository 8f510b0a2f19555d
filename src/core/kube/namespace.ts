import { type KubeKind, type KubernetesCluster, KubernetesError } from '../kit/kubernetes.ts';
import { deploymentOf, eventOf, jobOf, nodeOf, podOf, replicaSetOf } from './objects.ts';
import type { Deployment, Job, KubeEvent, Node, Pod, ReplicaSet } from './shapes.ts';

/** What one namespace holds. A kind that could not be listed is empty and named in `refused`. */
export interface Namespace {
  name: string;
  deployments: readonly Deployment[];
  replicaSets: readonly ReplicaSet[];
  pods: readonly Pod[];
  jobs: readonly Job[];
  events: readonly KubeEvent[];
  nodes: readonly Node[];
  refused: ReadonlyMap<KubeKind, KubernetesError>;
  /** Kinds of which there are more than were read. */
  cut: readonly KubeKind[];
}

/** Reads all kinds side by side. Throws nothing but what is no answer of the cluster. */
export async function readNamespace(
  cluster: KubernetesCluster,
  name: string,
  kinds: readonly KubeKind[],
  signal: AbortSignal,
): Promise<Namespace> {
  const refused = new Map<KubeKind, KubernetesError>();
  const cut: KubeKind[] = [];
  const read = async <T>(kind: KubeKind, one: (raw: Readonly<Record<string, unknown>>) => T): Promise<readonly T[]> => {
    if (!kinds.includes(kind)) return [];
    try {
      // Normal events are most of them, and none of them is trouble.
      const fieldSelector = kind === 'events' ? { fieldSelector: 'type!=Normal' } : {};
      const answer = await cluster.list(kind, { namespace: name, ...fieldSelector }, signal);
      if (answer.cut) cut.push(kind);
      return answer.items.map(one);
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      refused.set(kind, error);
      return [];
    }
  };
  const [deployments, replicaSets, pods, jobs, events, nodes] = await Promise.all([
    read('deployments', deploymentOf),
    read('replicasets', replicaSetOf),
    read('pods', podOf),
    read('jobs', jobOf),
    read('events', eventOf),
    read('nodes', nodeOf),
  ]);
  return { name, deployments, replicaSets, pods, jobs, events, nodes, refused, cut };
}
