import type { ActionRequest, Preview } from '../core/action.ts';
import type { Verification } from '../core/check.ts';
import { type KubernetesCluster, KubernetesError } from '../core/kit/kubernetes.ts';
import type { Fleet } from '../core/kube/change.ts';
import { roleYaml } from '../core/kube/rights.ts';
import { list } from '../core/part.ts';

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

export function patchFix(namespace: string, deployments: readonly string[]): string {
  return `kubectl apply -f - <<'EOF'\n${patchRole(namespace, deployments)}\nEOF`;
}

function patchRole(namespace: string, deployments: readonly string[]): string {
  return roleYaml('pulaski-act', namespace, [{ verb: 'patch', group: 'apps', resource: 'deployments' }], deployments);
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
        return { ...line, ok: false, says: `may not patch ${missing.join(', ')}`, fix: patchFix(namespace, missing) };
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error;
        return { ...line, ok: false, says: error.message };
      }
    }),
  );
}
