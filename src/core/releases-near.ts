import type { Release } from './evidence.ts';
import { minutesBefore } from './minutes.ts';

/** Older ones are history. */
const MOST = 12;
/** The night's and the morning's releases together. */
const NEAR_MINUTES = 12 * 60;

/** Newest first, a dozen: those shortly before the trouble or since are changes, older ones context. */
export function releasesNear(releases: readonly Release[], began: string): readonly Release[] {
  const near = minutesBefore(began, NEAR_MINUTES);
  return releases
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .slice(0, MOST)
    .map((release) => ({ ...release, tone: release.at >= near ? 'changed' : 'normal' }));
}
