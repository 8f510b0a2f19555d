import type { KubernetesObjects, KubernetesWorld, Thing } from '../../src/rehearsal/stand-ins/kubernetes.ts';
import { recorded } from './kubernetes.ts';

/** A cluster that keeps what is patched, as a controller would: a new spec is a new generation, a new template a new revision. */
export function liveCluster(
  start: KubernetesObjects = recorded(),
): KubernetesWorld & { touch: (name: string) => void; template: (name: string) => Thing; patches: number } {
  let objects = structuredClone(start);
  let version = 10_000;
  const world = {
    patches: 0,
    objects: () => objects,
    log: () => '',
    patch: ({ name }: { name: string }, next: Thing): Thing => {
      world.patches++;
      const meta = record(next.metadata);
      const changed = {
        ...next,
        metadata: { ...meta, generation: Number(meta.generation) + 1, resourceVersion: String(++version) },
      };
      objects = { ...objects, deployments: objects.deployments.map((d) => (record(d.metadata).name === name ? changed : d)) };
      return changed;
    },
    /** The controller writes the status: another version of the same spec. */
    touch: (name: string) => {
      const deployments = objects.deployments.map((d) =>
        record(d.metadata).name === name ? { ...d, metadata: { ...record(d.metadata), resourceVersion: String(++version) } } : d,
      );
      objects = { ...objects, deployments };
    },
    template: (name: string) => record(record(objects.deployments.find((d) => record(d.metadata).name === name)?.spec).template),
  };
  return world;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The same objects, one deployment changed. */
export function withDeployment(
  objects: KubernetesObjects,
  name: string,
  change: (deployment: Record<string, unknown>) => Thing,
): KubernetesObjects {
  return {
    ...objects,
    deployments: objects.deployments.map((d) => (record(d.metadata).name === name ? change(record(structuredClone(d))) : d)),
  };
}
