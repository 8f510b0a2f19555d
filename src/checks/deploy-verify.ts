import type { Verification } from '../core/check.ts';
import { type KubernetesCluster, KubernetesError } from '../core/kit/kubernetes.ts';
import { readGrant, readRights, rightName } from '../core/kube/rights.ts';
import { whyAndFix } from './deploy-blind.ts';

const RENEW =
  'Put a new token or client certificate into the kubeconfig (kubectl -n NAMESPACE create token pulaski --duration=720h), and start the bot again';

/** One line for each namespace: which of the needed rights are there; one for nodes, which are only a help. */
export async function verifyDeploy(
  cluster: KubernetesCluster,
  { namespaces }: { namespaces: readonly string[] },
  signal: AbortSignal,
): Promise<readonly Verification[]> {
  const spaces = await Promise.all(namespaces.map((namespace) => verifyNamespace(cluster, namespace, signal)));
  const lines = [...spaces, ...insideLines(cluster)];
  return spaces.some((line) => !line.ok) ? lines : [...lines, await verifyNodes(cluster, signal)];
}

async function verifyNamespace(cluster: KubernetesCluster, namespace: string, signal: AbortSignal): Promise<Verification> {
  const what = `kubernetes ${namespace}`;
  try {
    const allowed = await Promise.all(readRights.map((right) => cluster.may({ ...right, namespace }, signal)));
    const missing = readRights.filter((_, i) => !allowed[i]);
    if (missing.length === 0) {
      const says = `reads ${cluster.server}`;
      return { what, ok: true, required: true, says, ...(cluster.expires === undefined ? {} : { expires: cluster.expires, renew: RENEW }) };
    }
    const fix = readGrant(namespace);
    return { what, ok: false, required: true, says: `may not ${missing.map(rightName).join(', ')}`, fix };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    const { why, fix } = whyAndFix(cluster.server, error, []);
    return { what, ok: false, required: true, says: why, fix };
  }
}

/** What takes the cluster down takes the bot with it. */
function insideLines({ inside }: KubernetesCluster): readonly Verification[] {
  if (!inside) return [];
  return [
    {
      what: 'kubernetes',
      ok: false,
      required: false,
      says: 'the bot lives in the cluster that it watches: what takes that down takes the bot with it',
      fix: 'Run it on a small machine or in another cluster; docs/reliability.md says when that is worth it',
    },
  ];
}

async function verifyNodes(cluster: KubernetesCluster, signal: AbortSignal): Promise<Verification> {
  const line = { what: 'kubernetes nodes', required: false };
  try {
    const ok = await cluster.may({ verb: 'list', group: '', resource: 'nodes', namespace: '' }, signal);
    if (ok) return { ...line, ok, says: 'sees the state of nodes' };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { ...line, ok: false, says: error.message };
  }
  const fix = 'kubectl create clusterrole pulaski-nodes --verb=list --resource=nodes   # and bind it to the bot with a ClusterRoleBinding';
  return { ...line, ok: false, says: 'may not list nodes: a lost or full node shows only in its pods', fix };
}
