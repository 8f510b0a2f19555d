import type { Scope } from '../core/check.ts';
import type { Finding, LogGroup, Workload } from '../core/evidence.ts';
import { type KubernetesCluster, KubernetesError } from '../core/kit/kubernetes.ts';
import type { PodSeen, Seen } from '../core/kube/findings.ts';
import { logGroups, type PodLog, podLog, withLog } from '../core/kube/logs.ts';
import type { Refused } from './deploy-blind.ts';

/** Logs fetched in one look: of sick pods, and of pods that serve. */
const LOGS = 6;
const SERVING_LOGS = 3;
const SERVING_SECONDS = 600;
const SERVING_LINES = 500;

export interface Told {
  findings: readonly Finding[];
  refused: readonly Refused[];
}

/** The pods' findings with their logs; what an earlier look has read of the same end is not read again. */
export async function tellPods(cluster: KubernetesCluster, pods: readonly PodSeen[], known: Known, signal: AbortSignal): Promise<Told> {
  const refused: Refused[] = [];
  let left = LOGS;
  const findings = await Promise.all(
    // A deploy pod's log is worth most, then the newest.
    pods
      .toSorted((a, b) => Number(b.deploy) - Number(a.deploy))
      .map(async (seen) => {
        const { finding } = seen;
        const earlier = known.pods.get(endOf(finding));
        if (earlier) return { ...finding, log: earlier };
        if (finding.tone !== 'bad' || left-- <= 0) return finding;
        const log = await readLog(cluster, seen, refused, signal);
        return log === undefined ? finding : withLog(finding, log);
      }),
  );
  return { findings, refused };
}

async function readLog(cluster: KubernetesCluster, seen: PodSeen, refused: Refused[], signal: AbortSignal): Promise<PodLog | undefined> {
  try {
    return await podLog(cluster, seen, signal);
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    refused.push({ resource: 'pods/log', namespace: seen.pod.meta.namespace, error });
    return undefined;
  }
}

export async function tellServing(
  cluster: KubernetesCluster,
  serving: Seen['serving'],
  around: string,
  signal: AbortSignal,
): Promise<Told> {
  const refused: Refused[] = [];
  const byDeployment = [...Map.groupBy(serving, (one) => one.deployment).entries()];
  const each = Math.max(1, Math.floor(SERVING_LOGS / Math.max(1, byDeployment.length)));
  const groups = await Promise.all(
    byDeployment.slice(0, SERVING_LOGS).map(async ([deployment, pods]) => {
      const texts = await Promise.all(
        pods.slice(0, each).map(async ({ pod }) => {
          const container = pod.containers.find((c) => !c.init && c.name === deployment) ?? pod.containers.find((c) => !c.init);
          if (!container) return '';
          const of = { namespace: pod.meta.namespace, pod: pod.meta.name, container: container.name };
          try {
            return await cluster.log({ ...of, tailLines: SERVING_LINES, sinceSeconds: SERVING_SECONDS }, signal);
          } catch (error) {
            if (!(error instanceof KubernetesError)) throw error;
            refused.push({ resource: 'pods/log', namespace: pod.meta.namespace, error });
            return '';
          }
        }),
      );
      return logGroups(deployment, texts, around);
    }),
  );
  return { findings: groups.flat(), refused };
}

export interface Known {
  /** Log lines by the end that they tell of. */
  pods: ReadonlyMap<string, readonly string[]>;
  groups: readonly LogGroup[];
}

export function knownLogs(scope: Scope): Known {
  const findings = scope.known.findLast((evidence) => evidence.check === 'deploy')?.outcome.findings ?? [];
  const pods = findings.flatMap((f) => (f.kind === 'workload' && f.log && f.log.length > 0 ? [[endOf(f), f.log] as const] : []));
  return { pods: new Map(pods), groups: findings.filter((f) => f.kind === 'log-group') };
}

function endOf(finding: Workload): string {
  return [finding.namespace, finding.name, finding.container, finding.restarts, finding.finishedAt, finding.reason].join(' ');
}
