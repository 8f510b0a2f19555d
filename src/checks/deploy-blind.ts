import type { Note, Outcome } from '../core/evidence.ts';
import type { KubernetesCluster, KubernetesError } from '../core/kit/kubernetes.ts';
import type { Namespace } from '../core/kube/namespace.ts';
import { identityIn, type Needed, readGrant, rightFor, rightName, ruleLine } from '../core/kube/rights.ts';

/** A call that was not answered: `pods`, `pods/log`, … */
export interface Refused {
  resource: string;
  namespace: string;
  error: KubernetesError;
}

type Blind = Extract<Outcome, { status: 'blind' }>;

/** Without these lists "nothing is wrong" cannot be said. Events and logs only add to what they show. */
const TELLING = ['deployments', 'pods', 'jobs'];

/** Blind, when no namespace could be read at all, or what was read is nothing. */
export function blindFrom(cluster: KubernetesCluster, spaces: readonly Namespace[]): Blind | undefined {
  const refusals = spaces.flatMap((space) => TELLING.map((kind) => [...space.refused].find(([k]) => k === kind)?.[1]));
  const first = refusals.find((error) => error !== undefined);
  if (first && refusals.every((error) => error !== undefined))
    return { status: 'blind', ...whyAndFix(cluster.server, first, allRefused(spaces)) };
  const empty = spaces.every((space) => space.refused.size === 0 && space.deployments.length + space.pods.length + space.jobs.length === 0);
  if (!empty) return undefined;
  const names = spaces.map((space) => space.name).join(', ');
  return {
    status: 'blind',
    why: `namespace ${names} holds no deployment, no job and no pod`,
    fix: `Set KUBE_NAMESPACE to the namespace of the service: kubectl get deployments --all-namespaces`,
  };
}

/** Blind in part: nothing bad in what was seen, but not all was seen. */
export function blindPart(refused: readonly Refused[], absent: readonly string[], namespaces: readonly string[]): Blind | undefined {
  const telling = refused.find(({ resource }) => TELLING.includes(resource));
  if (telling) return { status: 'blind', ...whyAndFix(undefined, telling.error, refused) };
  if (absent.length === 0) return undefined;
  return {
    status: 'blind',
    why: `no deployment ${absent.join(', ')} in ${namespaces.join(', ')}`,
    fix: `Correct KUBE_DEPLOYMENTS or KUBE_NAMESPACE: kubectl -n ${namespaces[0]} get deployments`,
  };
}

/** One line that names each missing right with the rule to paste. */
export function missingNote(refused: readonly Refused[]): readonly Note[] {
  const forbidden = rightsOf(refused.filter(({ error }) => error.reason === 'Forbidden'));
  const failed = refused.filter(({ error }) => error.reason !== 'Forbidden');
  const notes: string[] = [];
  if (forbidden.length > 0) {
    const where = [...new Set(refused.map((r) => r.namespace))].join(', ');
    notes.push(
      `may not ${forbidden.map(rightName).join(', ')} in ${where}. Add to the Role's rules:\n${forbidden.map(ruleLine).join('\n')}`,
    );
  }
  const first = failed[0];
  if (first) notes.push(`could not read ${[...new Set(failed.map((r) => r.resource))].join(', ')}: ${first.error.message}`);
  return notes.map((text) => ({ kind: 'note', tone: 'normal', text }));
}

function allRefused(spaces: readonly Namespace[]): readonly Refused[] {
  return spaces.flatMap((space) => [...space.refused].map(([resource, error]) => ({ resource, namespace: space.name, error })));
}

function rightsOf(refused: readonly Refused[]): readonly Needed[] {
  const rights = refused.map(({ resource }) => rightFor(resource)).filter((right) => right !== undefined);
  return [...new Set(rights)];
}

/** Why a cluster does not answer, and what to paste. */
export function whyAndFix(server: string | undefined, error: KubernetesError, refused: readonly Refused[]): { why: string; fix: string } {
  switch (error.reason) {
    case 'no-cluster':
      return { why: error.message, fix: 'Set KUBECONFIG to a kubeconfig of the cluster, or run the bot in it with a service account.' };
    case 'no-credentials':
      return {
        why: error.message,
        fix: 'The kubeconfig names a file or a helper program for the credentials: is it there, and logged in, where the bot runs? kubectl auth whoami',
      };
    case 'Unauthorized':
      return {
        why: 'Kubernetes does not accept the token: expired or revoked',
        fix: 'kubectl -n NAMESPACE create token pulaski --duration=720h   # and put it into the kubeconfig; in-cluster tokens renew themselves',
      };
    case 'Forbidden': {
      const rights = rightsOf(refused);
      const namespaces = [...new Set(refused.map((r) => r.namespace))];
      const fixes = namespaces.map((name) => readGrant(name, identityIn(error.message)));
      return { why: `may not ${rights.map(rightName).join(', ') || 'read'} in ${namespaces.join(', ')}`, fix: fixes.join('\n') };
    }
    case 'down':
      return {
        why: error.message,
        fix: `Is it up, and reachable from here? kubectl --request-timeout=5s version${server ? `   # ${server}` : ''}`,
      };
    case 'TooManyRequests':
      return {
        why: 'Kubernetes limits our requests (429)',
        fix: 'Nothing to do: the next look asks again. If it stays so, look at the priority of the account: kubectl get flowschemas',
      };
    case 'too-large':
    case 'unreadable':
      return {
        why: `the answer is not Kubernetes': ${error.message}`,
        fix: 'Check the server of the kubeconfig: is a login page or a proxy answering?',
      };
    default:
      return { why: `${error.reason}: ${error.message}`, fix: 'kubectl get deployments,jobs,pods   # with the same kubeconfig' };
  }
}
