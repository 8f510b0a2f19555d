import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/core/incident.ts';
import { deployOf, said } from './instant.ts';
import { playWithCrashes } from './play.ts';

/** Three deploys to a story. `playWithCrashes` calls an end that takes longer than the grace, or is none of its own, wrong. */
const plays = [
  { story: 'iris', seed: 'deploy 1' },
  { story: 'lock-pileup', seed: 'deploy 2' },
];

test.concurrent.each(plays)(
  '$story, told to stop in the middle of a look ($seed): it ends by itself, and the next start goes on to the end',
  { timeout: 200_000 },
  async ({ story, seed }) => {
    const instants = [1, 2, 3].map((n) => deployOf(story, seed, n));
    const { wrong, crashes, events, log } = await playWithCrashes(story, instants);
    expect(crashes.map((crash) => said(crash.instant)).toSorted()).toEqual(instants.map(said).toSorted());
    expect(crashes.map(({ at }) => isLooking(events, at))).toContain(true);
    expect(wrong, log).toEqual([]);
  },
);

/** Whether a look had begun by then and had not ended. */
function isLooking(events: readonly IncidentEvent[], at: string): boolean {
  const before = events.filter((event) => event.at <= at);
  const count = (type: IncidentEvent['type']) => before.filter((event) => event.type === type).length;
  return count('look-started') > count('look-ended');
}
