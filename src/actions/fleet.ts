import type { ActionRequest, Preview } from '../core/action.ts';
import type { Verification } from '../core/check.ts';
import { type KubernetesCluster, KubernetesError } from '../core/kit/kubernetes.ts';
import type { Fleet } from '../core/kube/change.ts';
import { actGrant } from '../core/kube/rights.ts';
import type { Deployment } from '../core/kube/shapes.ts';
import { list } from '../core/part.ts';

export function fleetOf(env: (name: string) => string): Fleet {
  const deployments = list(env('KUBE_DEPLOYMENTS'));
  return { namespaces: list(env('KUBE_NAMESPACE')), deployments, configured: deployments };
}

/** The deployments of this request: those that the person chose, else all. A name that is not configured is never touched. */
export function chosen(fleet: Fleet, request: ActionRequest): Fleet {
  const wish = list(request.choice?.deployment ?? '');
  return wish.length === 0 ? fleet : { ...fleet, deployments: fleet.deployments.filter((name) => wish.includes(name)) };
}

/** One kubectl line for each deployment. */
export function byHand({ namespaces, deployments }: Fleet, verb: string): string {
  return deployments.map((name) => `kubectl -n ${namespaces[0]} ${verb} deployment/${name}`).join('\n');
}

/** A preview of what cannot be done now. */
export function blocked(title: string, refusal: string, command: string): Preview {
  return { possible: false, title, refusal, lines: [], command, safety: 'unchecked', unchecked: [], state: '' };
}

/** Why these deployments cannot be changed by the bot now; undefined when they can. */
export async function blockerOf(
  cluster: KubernetesCluster,
  fleet: Fleet,
  all: readonly Deployment[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const paused = all.filter((deployment) => deployment.paused).map(({ meta }) => meta.name);
  if (paused.length > 0) return `${paused.join(', ')} is paused: resume it first (kubectl rollout resume)`;
  const allowed = await Promise.all(
    all.map(({ meta }) =>
      cluster.may({ verb: 'patch', group: 'apps', resource: 'deployments', namespace: meta.namespace, name: meta.name }, signal),
    ),
  );
  const missing = all.filter((_, i) => !allowed[i]).map(({ meta }) => meta.name);
  if (missing.length === 0) return undefined;
  return `I may not patch ${missing.join(', ')}. ${actGrant(all[0]?.meta.namespace ?? '', fleet.configured)}`;
}

/** What an action's run and settle work on. */
export interface Running {
  cluster: KubernetesCluster;
  fleet: Fleet;
  request: ActionRequest;
  shown: Preview;
  signal: AbortSignal;
}

/** Whether the bot may patch each deployment; without it the button shows the command to run by hand. */
export async function verifyPatch(
  cluster: KubernetesCluster,
  fleet: Fleet,
  what: string,
  signal: AbortSignal,
): Promise<readonly Verification[]> {
  return Promise.all(
    fleet.namespaces.map(async (namespace): Promise<Verification> => {
      const line = { what: `${what} ${namespace}`, required: false };
      try {
        const right = { verb: 'patch', group: 'apps', resource: 'deployments', namespace } as const;
        const allowed = await Promise.all(fleet.deployments.map((name) => cluster.may({ ...right, name }, signal)));
        const missing = fleet.deployments.filter((_, i) => !allowed[i]);
        if (missing.length === 0) return { ...line, ok: true, says: `may patch ${fleet.deployments.join(', ')}` };
        return { ...line, ok: false, says: `may not patch ${missing.join(', ')}`, fix: actGrant(namespace, fleet.configured) };
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error;
        return { ...line, ok: false, says: error.message };
      }
    }),
  );
}
