// One of several processes that take the same storm in at once: every key three times, each delivery twice. Begins at the word on stdin.
import { severitiesOf } from '../../src/core/intake.ts';
import { openBoss } from '../../src/journal/boss-turns.ts';
import { openPostgres } from '../../src/journal/postgres.ts';
import { intake } from '../../src/walk/intake.ts';
import { anAlert } from '../support/an-alert.ts';

const [, , url = '', count = ''] = process.argv;
const keys = Array.from({ length: Number(count) }, (_, i) => `k${i}`);
const boss = await openBoss(url, () => undefined);
const journal = await openPostgres(url, boss.schedule, () => undefined);
const started = new Date();
const receive = intake({
  journal,
  clock: { now: () => new Date(), newId: () => crypto.randomUUID() },
  policy: { severities: severitiesOf(['critical']), environment: 'production', services: [] },
  mention: async () => undefined,
  wake: () => undefined,
});
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  // The same in every process.
  const minute = Math.floor(started.getTime() / 3_600_000) * 3_600_000;
  const deliveries = [0, 1, 2, 0, 1, 2].flatMap((ago) =>
    keys.map((key) => ({ key, startedAt: new Date(minute - ago * 1000).toISOString() })),
  );
  const answers = await Promise.all(
    deliveries.map(async ({ key, startedAt }) => ({ key, startedAt, ...(await receive(anAlert({ key, startedAt }))) })),
  );
  process.stdout.write(`${JSON.stringify(answers)}\n`);
  await boss.turns(journal, () => undefined).shut();
  await journal.shut();
  process.exit(0);
});
