import { expect, test } from 'vitest';
import { instantOf, said } from './instant.ts';
import { playWithCrashes } from './play.ts';

/** Twelve instants, three to a story: each crash also meets what the one before left behind. */
const plays = [
  { story: 'iris', seed: 'gate 1' },
  { story: 'iris', seed: 'gate 2' },
  { story: 'lock-pileup', seed: 'gate 3' },
  { story: 'lock-pileup', seed: 'gate 4' },
];

test.concurrent.each(plays)(
  '$story, killed three times ($seed): nothing lost, nothing doubled, and it ends as it must',
  {
    timeout: 200_000,
  },
  async ({ story, seed }) => {
    const instants = [1, 2, 3].map((n) => instantOf(story, seed, n));
    const { wrong, crashes, log } = await playWithCrashes(story, instants);
    expect(crashes.map((crash) => said(crash.instant)).toSorted()).toEqual(instants.map(said).toSorted());
    expect(wrong, log).toEqual([]);
  },
);
