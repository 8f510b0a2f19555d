/** Readers over the evidence: what several sections of the card need. */
import type { Evidence, Finding, FindingKind, Release, Rollout } from '../evidence.ts';
import type { Incident } from '../incident.ts';
import { type KillTarget, killTargets } from '../kill-targets.ts';

export function findingsOf(evidence: Evidence): readonly Finding[] {
  return evidence.outcome.findings ?? [];
}

export function allOf<K extends FindingKind>(evidence: readonly Evidence[], kind: K): readonly Extract<Finding, { kind: K }>[] {
  return evidence.flatMap(findingsOf).filter((f): f is Extract<Finding, { kind: K }> => f.kind === kind);
}

/** What runs now: the newest rollout by the time it went live. */
export function liveRollout(incident: Incident): Rollout | undefined {
  const rollouts = allOf(incident.evidence, 'rollout').filter((r) => r.sha !== undefined);
  return rollouts.toSorted((a, b) => timeOf(b).localeCompare(timeOf(a)))[0];
}

function timeOf(rollout: Rollout): string {
  return rollout.liveAt ?? rollout.startedAt ?? '';
}

/** Sha of what runs now, from the pods, else from the newest release. */
export function liveSha(incident: Incident): string | undefined {
  return liveRollout(incident)?.sha ?? newestReleases(incident)[0]?.sha;
}

export function newestReleases(incident: Incident): readonly Release[] {
  return allOf(incident.evidence, 'release').toSorted((a, b) => b.at.localeCompare(a.at));
}

/** The newest release that served without the symptom before the onset, as the releases check marked it. */
export function lastQuietRelease(incident: Incident): string | undefined {
  const quiet = newestReleases(incident).find((r) => r.quiet);
  return quiet?.sha ?? quiet?.version ?? liveRollout(incident)?.previousSha;
}

/** Seconds from push to live over the last five releases: shortest, middle, longest. */
export function leadTimes(incident: Incident): { from: number; usual: number; to: number; of: number } | undefined {
  const seconds = newestReleases(incident)
    .flatMap((r) => (r.leadSeconds === undefined ? [] : [r.leadSeconds]))
    .slice(0, 5)
    .toSorted((a, b) => a - b);
  const [from] = seconds;
  const to = seconds.at(-1);
  const usual = seconds[Math.floor(seconds.length / 2)];
  return from === undefined || to === undefined || usual === undefined ? undefined : { from, usual, to, of: seconds.length };
}

/** Whom to end, for the KILL list: the one that blocks, else the threads of the statements that hang. Never those that only wait for a lock. */
export function stuckThreads(incident: Incident): readonly KillTarget[] {
  const { evidence, diagnosis } = incident;
  return killTargets({ evidence, ...(diagnosis === undefined ? {} : { diagnosis }) });
}
