import { noise } from '../noise.ts';
import type { Happening } from './happening.ts';

export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export interface DeploymentPlan {
  name: string;
  replicas: number;
  /** Seconds that replacing all pods takes. */
  takes: number;
}

/** One revision of one Deployment. */
export interface Revision {
  deployment: string;
  number: number;
  image: string;
  sha: string;
  at: number;
  /** Set by a restart: it makes another template of the same image. */
  restartedAt: string;
}

export interface PodLife {
  name: string;
  deployment: string;
  slot: number;
  revision: Revision;
  born: number;
  ready: number;
  /** When its successor took over; Infinity while it lives. */
  dies: number;
}

/** A release on its way: how a push becomes pods. */
export interface Build {
  sha: string;
  pushedAt: number;
  startedAt: number;
  /** Image pushed, deploy job starts. */
  builtAt: number;
  jobEndsAt: number;
}

/** From push to rollout. The build takes 6 to 8 minutes and the deploy job half a minute, whatever it carries. */
export function builds(past: readonly Happening[]): readonly Build[] {
  return past.flatMap((event) => {
    if (event.type !== 'pushed') return [];
    const startedAt = event.at + 9 * SECOND;
    const builtAt = startedAt + Math.round((6.2 + 1.2 * noise('build', event.sha)) * MINUTE);
    return [{ sha: event.sha, pushedAt: event.at, startedAt, builtAt, jobEndsAt: builtAt + 26 * SECOND }];
  });
}

/** All revisions of a Deployment until `until`, oldest first: the history it came with, then what builds and patches made of it. */
export function revisions(
  plan: DeploymentPlan,
  history: readonly { sha: string; at: number }[],
  past: readonly Happening[],
  imageOf: (sha: string) => string,
  until: number,
): readonly Revision[] {
  const changes = [
    ...history.map((h) => ({ at: h.at, image: imageOf(h.sha), sha: h.sha, restartedAt: '' })),
    ...builds(past).map((b) => ({ at: b.jobEndsAt + 4 * SECOND, image: imageOf(b.sha), sha: b.sha, restartedAt: '' })),
    ...past.flatMap((e) =>
      e.type === 'patched' && e.deployment === plan.name
        ? [{ at: e.at, image: e.image, sha: e.image.split(':').at(-1) ?? '', restartedAt: e.restartedAt }]
        : [],
    ),
  ];
  return changes
    .filter((c) => c.at <= until)
    .toSorted((a, b) => a.at - b.at)
    .map((change, index) => ({ deployment: plan.name, number: index + 37, ...change }));
}

/** Every pod that ever lived. A rollout replaces one slot after the other; one that starts earlier than the last slot's turn overtakes it. */
export function podLives(plan: DeploymentPlan, all: readonly Revision[]): readonly PodLife[] {
  const step = (plan.takes * SECOND) / plan.replicas;
  return Array.from({ length: plan.replicas }, (_, slot) => {
    const births = all.flatMap((revision, index) => {
      const born = index === 0 ? revision.at : revision.at + slot * step;
      const next = all[index + 1];
      return next && next.at <= born ? [] : [{ revision, born }];
    });
    return births.map(({ revision, born }, index) => ({
      name: `${plan.name}-${hashName(revision)}-${suffix(revision, slot)}`,
      deployment: plan.name,
      slot,
      revision,
      born,
      ready: born + 11 * SECOND,
      dies: (births[index + 1]?.born ?? Number.POSITIVE_INFINITY) + 13 * SECOND,
    }));
  }).flat();
}

/** The ReplicaSet's hash: of the template, so that the same template gets the same ReplicaSet again. */
export function hashName(revision: Revision): string {
  return letters(`${revision.deployment}${revision.image}${revision.restartedAt}`, 10);
}

function suffix(revision: Revision, slot: number): string {
  return letters(`${revision.deployment}${revision.number}${slot}`, 5);
}

/** Kubernetes names things with these: no vowels, no digits that look like letters. */
export function letters(words: string, length: number): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length }, (_, i) => alphabet[Math.floor(noise(words, i) * alphabet.length)] ?? 'x').join('');
}
