import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storm } from '../../src/core/intake.ts';
import { openBoss } from '../../src/journal/boss-turns.ts';
import { openPostgres } from '../../src/journal/postgres.ts';
import type { Received } from '../../src/walk/intake.ts';
import { type Postgres, startPostgres } from '../setup/postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.gone());
const ignore = () => undefined;

/** A process that takes the storm in when told. */
async function process(
  url: string,
  keys: number,
): Promise<{ go: () => Promise<readonly (Received & { key: string; startedAt: string })[]> }> {
  const child = spawn(globalThis.process.execPath, [join(import.meta.dirname, 'storming.ts'), url, String(keys)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return {
    async go() {
      child.stdin.write('go\n');
      const [text] = await once(lines, 'line');
      return JSON.parse(String(text));
    },
  };
}

test('fifty new keys that reach three processes at once: one incident a key, the cap held over all, each delivery stored once', {
  timeout: 60_000,
}, async () => {
  const url = postgres.database();
  const boss = await openBoss(url, ignore);
  const journal = await openPostgres(url, boss.schedule, ignore);
  const processes = await Promise.all([1, 2, 3].map(() => process(url, 50)));
  const answers = (await Promise.all(processes.map((one) => one.go()))).flat();

  expect(answers).toHaveLength(3 * 300);
  const incidentsOf = Map.groupBy(answers, (answer) => answer.key);
  expect(incidentsOf.size).toBe(50);
  for (const [, of] of incidentsOf) expect(new Set(of.map((answer) => answer.incident)).size).toBe(1);

  const listed = await journal.list('all', 100);
  expect(listed.map((one) => one.number)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(answers.filter((answer) => answer.result === 'opened')).toHaveLength(storm.most);
  const gathered = listed.find((one) => one.key === storm.key)?.number;
  expect(new Set(answers.filter((answer) => answer.incident === gathered).map((answer) => answer.key)).size).toBe(50 - storm.most);

  // Of each of 150 deliveries one answer says that it was stored, the five others that it was there.
  const fresh = answers.filter((answer) => !answer.duplicate).map(({ key, startedAt }) => `${key} ${startedAt}`);
  expect(fresh).toHaveLength(150);
  expect(new Set(fresh).size).toBe(150);

  // Every incident has its turn planned.
  expect(await journal.dueBefore('9999-12-31T00:00:00.000Z')).toHaveLength(6);
  const turned: string[] = [];
  const turns = boss.turns(journal, ignore);
  const all = Promise.withResolvers<void>();
  await turns.start(async (id) => {
    if (turned.push(id) === 6) all.resolve();
    return null;
  });
  await all.promise;
  expect(new Set(turned).size).toBe(6);
  await turns.shut();
  await journal.shut();
});
