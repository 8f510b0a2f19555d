import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../setup/postgres.ts';
import type { Instant } from './instant.ts';
import { playWithCrashes } from './play.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.gone());

const amid = (at: Instant['at'], n: number): Instant => ({ at, n, afterMs: 0, how: 'group', awaySeconds: 0 });

test.concurrent.each([
  { when: 'while it makes the channel', instant: amid('effect', 2) },
  { when: 'right after the confirmation', instant: { ...amid('form', 1), afterMs: 60 } },
])(
  'two replicas, the one at work is killed $when: the other takes over, and nothing is lost or doubled',
  {
    timeout: 200_000,
  },
  async ({ instant }) => {
    const { wrong, crashes, takeovers, log } = await playWithCrashes('lock-pileup', [instant], { url: postgres.database(), replicas: 2 });
    expect(wrong, log).toEqual([]);
    expect(crashes).toHaveLength(1);
    // How soon is a figure of the machine: `npm run chaos -- --replicas` prints it and holds it to 15 s.
    expect(takeovers).toHaveLength(1);
  },
);
