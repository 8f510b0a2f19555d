import type { LogGroup, Workload } from '../evidence.ts';
import { type KubeLog, type KubernetesCluster, KubernetesError } from '../kit/kubernetes.ts';
import { scanLog } from '../log-scan.ts';
import type { PodSeen } from './findings.ts';

const TAIL_LINES = 400;
const GROUPS = 8;
/** Fewer equal lines are everyday noise. */
const LOUD = 3;

export type PodLog = { text: string } | { missing: string };

/**
 * The log of the container that the finding tells of: of its last end, when it has been started again since. Undefined when it never started.
 * Throws `KubernetesError` when logs are refused or out of reach as such.
 */
export async function podLog(cluster: KubernetesCluster, { pod, finding }: PodSeen, signal: AbortSignal): Promise<PodLog | undefined> {
  const status = pod.statuses.find((s) => s.name === finding.container);
  if (!status || (status.runningSince ?? status.ended ?? status.last) === undefined) return undefined;
  const of: KubeLog = { namespace: pod.meta.namespace, pod: pod.meta.name, container: status.name, tailLines: TAIL_LINES };
  const again = status.restarts > 0 && status.ended === undefined;
  const wishes = again ? [{ ...of, previous: true }, of] : [of];
  let refused: KubernetesError | undefined;
  for (const wish of wishes) {
    try {
      const text = await cluster.log(wish, signal);
      if (text !== '') return { text };
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      // 400: no such previous container, or not started yet. The other log may still be there.
      if (error.reason === 'Forbidden' || error.reason === 'down') throw error;
      refused = error;
    }
  }
  return { missing: refused ? refused.message : 'the log is empty' };
}

/** The finding with what its log says; a log that is not there is said, too. */
export function withLog(finding: Workload, log: PodLog): Workload {
  if ('missing' in log) {
    const said = `no log: ${log.missing}`;
    return { ...finding, message: finding.message ? `${finding.message}; ${said}` : said };
  }
  const { lines } = scanLog(log.text);
  return lines.length === 0 ? finding : { ...finding, log: lines };
}

/** Errors in the logs of running pods, by what they say. A sample of a few pods cannot prove that they ended: recovery does not wait for them. */
export function logGroups(service: string, texts: readonly string[]): readonly LogGroup[] {
  const groups = new Map<string, LogGroup & { count: number }>();
  for (const error of texts.flatMap((text) => scanLog(text).errors)) {
    if (!error.strong) continue;
    const was = groups.get(error.message);
    const times = [was?.firstSeen, was?.lastSeen, error.firstAt, error.lastAt].filter((at) => at !== undefined).toSorted();
    const [first, last] = [times[0], times.at(-1)];
    const count = (was?.count ?? 0) + error.count;
    groups.set(error.message, {
      kind: 'log-group',
      message: error.message,
      service,
      ...(error.level === undefined ? {} : { level: error.level }),
      count,
      ...(first === undefined ? {} : { firstSeen: first }),
      ...(last === undefined ? {} : { lastSeen: last }),
      sample: was?.sample ?? error.text.slice(0, 400),
      recovers: false,
      tone: count >= LOUD ? 'bad' : 'normal',
    });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count).slice(0, GROUPS);
}
