import type { Evidence, Finding } from '../evidence.ts';
import { isRecord } from '../is-record.ts';
import { type KubernetesCluster, KubernetesError } from '../kit/kubernetes.ts';
import { sameSha } from '../same-sha.ts';
import { commitOf } from './commit.ts';
import { deploymentOf, replicaSetOf } from './objects.ts';
import { object, text } from './read.ts';
import { currentAndPrevious, mainContainer, type Owned, owned } from './rollout.ts';
import type { Deployment, ReplicaSet, Template } from './shapes.ts';

/** What changing deployments needs: which ones, and where they may be. */
export interface Fleet {
  namespaces: readonly string[];
  /** Those of this request. */
  deployments: readonly string[];
  /** All that the bot may ever change. */
  configured: readonly string[];
}

/** The named deployments with their ReplicaSets, in the order of the names. Throws `KubernetesError`. */
export async function readFleet(cluster: KubernetesCluster, fleet: Fleet, signal: AbortSignal): Promise<readonly Owned[]> {
  const spaces = await Promise.all(
    fleet.namespaces.map(async (namespace) => {
      const [deployments, sets] = await Promise.all([
        cluster.list('deployments', { namespace }, signal),
        cluster.list('replicasets', { namespace }, signal),
      ]);
      return owned(deployments.items.map(deploymentOf), sets.items.map(replicaSetOf), []);
    }),
  );
  const all = spaces.flat();
  return fleet.deployments.flatMap((name) => all.filter(({ deployment }) => deployment.meta.name === name));
}

/** The state that a preview was made on. Pods that fail change a deployment's resourceVersion every minute; its generation moves only with its spec. */
export function stateOf(all: readonly Owned[]): string {
  return all
    .map(({ deployment: { meta, revision } }) => `${meta.namespace}/${meta.name} generation ${meta.generation} revision ${revision}`)
    .join(', ');
}

/** One deployment and the template it goes back to. */
export interface WayBack {
  deployment: Deployment;
  from: { revision: number; sha: string | undefined };
  to: ReplicaSet;
  toSha: string | undefined;
  image: string | undefined;
  /** False: simply the revision before; nothing says that it served well. */
  knownQuiet: boolean;
}

/**
 * Where a deployment goes back to: the newest kept revision of the last quiet release. Without one in the evidence, the revision before.
 * `there`: it runs that code already. `gone`: no revision of the quiet release is kept.
 */
export function wayBack({ deployment, replicaSets }: Owned, quietSha: string | undefined): WayBack | 'there' | 'gone' {
  const name = deployment.meta.name;
  const { sha } = runs(deployment);
  if (quietSha !== undefined && sameSha(sha, quietSha)) return 'there';
  const older = replicaSets.filter((set) => set.revision < deployment.revision && !sameTemplate(set.template, deployment.template));
  const quiet = quietSha === undefined ? undefined : older.find((set) => sameSha(shaOf(set, name), quietSha));
  const namesCommits = sha !== undefined && older.some((set) => shaOf(set, name) !== undefined);
  const to = quiet ?? (quietSha !== undefined && namesCommits ? undefined : older[0]);
  if (!to) return 'gone';
  return {
    deployment,
    from: { revision: deployment.revision, sha },
    to,
    toSha: shaOf(to, name),
    image: mainContainer(to.template, name)?.image,
    knownQuiet: quiet !== undefined,
  };
}

function shaOf(set: ReplicaSet, name: string): string | undefined {
  return commitOf(set.template, mainContainer(set.template, name));
}

/** What a deployment's template runs. */
export function runs({ meta, template }: Deployment): { sha: string | undefined; image: string | undefined } {
  const main = mainContainer(template, meta.name);
  return { sha: commitOf(template, main), image: main?.image };
}

/** The newest release that is known to have served without the symptom. */
export function quietRelease(evidence: readonly Evidence[]): string | undefined {
  const findings = evidence.flatMap((e): readonly Finding[] => e.outcome.findings ?? []);
  return findings.flatMap((f) => (f.kind === 'release' && f.quiet && f.sha ? [f.sha] : []))[0];
}

/** The template without the label that the controller adds: what a rollback puts back. */
export function bareTemplate(template: Template): Readonly<Record<string, unknown>> {
  const { metadata, ...rest } = template.raw;
  const { labels, ...meta } = object(metadata);
  const { 'pod-template-hash': _, ...kept } = object(labels);
  return { ...rest, metadata: { ...meta, labels: kept } };
}

export function sameTemplate(one: Template, other: Template): boolean {
  return sorted(bareTemplate(one)) === sorted(bareTemplate(other));
}

/** JSON with its keys in order; `creationTimestamp: null` comes and goes. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (key === 'creationTimestamp') return undefined;
    return isRecord(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part;
  });
}

/** Who puts a changed deployment back to what is in git, so that a change by hand does not last. */
export function selfHealer({ meta }: Deployment): string | undefined {
  const keys = [...Object.keys(meta.annotations), ...Object.keys(meta.labels)];
  if (keys.some((key) => key.startsWith('argocd.argoproj.io/'))) return 'Argo CD';
  if (keys.some((key) => key.includes('.toolkit.fluxcd.io/'))) return 'Flux';
  return undefined;
}

export function isBusy(one: Owned): boolean {
  const [current] = currentAndPrevious(one.deployment, one.replicaSets);
  return current !== undefined && one.replicaSets.some((set) => set !== current && set.replicas > 0);
}

/** Why a call failed, for a person. */
export function kubeTrouble(error: unknown): string {
  if (error instanceof KubernetesError) return `Kubernetes: ${error.reason === 'down' ? '' : `${error.reason}, `}${error.message}`;
  throw error;
}

/** True when somebody else changed the object first: the test of the patch did not hold. */
export function lostTheRace(error: unknown): boolean {
  return error instanceof KubernetesError && (error.status === 409 || error.status === 422);
}

/** The annotation `key` of a deployment's template. */
export function templateNote(deployment: Deployment, key: string): string | undefined {
  return text(deployment.template.annotations[key]);
}
