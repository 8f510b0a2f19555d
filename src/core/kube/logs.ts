import type { LogGroup, Workload } from '../evidence.ts';
import { type KubeLog, type KubernetesCluster, KubernetesError } from '../kit/kubernetes.ts';
import { scanLog } from '../log-scan.ts';
import type { PodSeen } from './findings.ts';
import { earliest, latest, present } from './read.ts';

const TAIL_LINES = 400;
const GROUPS = 8;
/** Fewer equal lines are everyday noise: with a time before to compare with, and without one. */
const FEW = 3;
const LOUD = 10;
const LOUDER = 2;

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

/**
 * Errors in the logs of running pods, by what they say. Bad are those that are louder since `around` (the onset, or the opening) than before; where
 * the sample begins later, those that are loud. A sample of a few pods cannot prove that they ended: recovery does not wait for them.
 */
export function logGroups(service: string, texts: readonly string[], around: string): readonly LogGroup[] {
  const scans = texts.map(scanLog);
  const errors = Map.groupBy(
    scans.flatMap((scan) => scan.errors.filter((error) => error.strong)),
    (error) => error.message,
  );
  const from = earliest(scans.map((scan) => scan.firstAt));
  const to = latest(scans.map((scan) => scan.lastAt));
  const groups = [...errors].map(([message, same]): LogGroup & { count: number } => {
    const count = same.reduce((sum, error) => sum + error.count, 0);
    const times = same.flatMap((error) => error.times).toSorted();
    return {
      kind: 'log-group',
      message,
      service,
      ...present({ level: same[0]?.level, firstSeen: times[0], lastSeen: times.at(-1), sample: same[0]?.text }),
      count,
      recovers: false,
      tone: isLouder(times, count, from, to, around) ? 'bad' : 'normal',
    };
  });
  return groups.toSorted((a, b) => b.count - a.count).slice(0, GROUPS);
}

function isLouder(times: readonly string[], count: number, from: string | undefined, to: string | undefined, around: string): boolean {
  const minutesBefore = from === undefined ? 0 : minutes(from, around);
  if (minutesBefore < 1) return count >= LOUD;
  const before = times.filter((at) => at < around).length;
  const after = times.length - before;
  return after >= FEW && after / Math.max(1, minutes(around, to ?? around)) > LOUDER * (before / minutesBefore);
}

function minutes(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 60_000;
}
