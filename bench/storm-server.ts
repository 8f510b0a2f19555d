// What the storm hits when no address is given: the bot's own server, intake, journal and turns, without Slack. Every incident is looked
// at each second, with an answer of 20 kB, so that the answers are measured while triage runs.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { alertSources } from '../src/alerts/index.ts';
import { serve } from '../src/alerts/server.ts';
import { fold } from '../src/core/fold.ts';
import { severitiesOf } from '../src/core/intake.ts';
import type { Journal, Turns } from '../src/core/journal.ts';
import { build } from '../src/core/part.ts';
import { metrics } from '../src/metrics.ts';
import { intake } from '../src/walk/intake.ts';
import { gauge, stored } from './storm-gauge.ts';

const { DATA_DIR = '', DATABASE_URL = '', ALERT_TOKEN_GENERIC = '' } = process.env;
const clock = {
  now: () => new Date(),
  newId: () => randomUUID(),
  wakeAt: (time: Date, signal: AbortSignal) =>
    wait(Math.max(0, time.getTime() - Date.now()), undefined, { signal, ref: false }).catch(() => undefined),
};
const { journal, turns } = DATABASE_URL ? await shared() : await embedded();
const receive = intake({
  journal,
  clock,
  policy: { severities: severitiesOf(['critical', 'unknown']), environment: 'production', services: [] },
  mention: async () => undefined,
  wake: () => undefined,
});
const server = await serve({
  host: '127.0.0.1',
  port: 0,
  sources: build(alertSources, { ALERT_TOKEN_GENERIC }, {}).ready,
  receive,
  ready: journal.ping,
  metrics: metrics(async () => (await journal.list('open', 1000)).length),
  now: clock.now,
  warn: (message, fields) => console.error(message, fields),
});
const answer = 'x'.repeat(20_000);
await turns.start(async (id) => {
  const incident = fold(id, await journal.read(id));
  const at = clock.now().toISOString();
  await journal.append(id, 'any', [
    {
      type: 'looked',
      at,
      look: incident.looks.length + 1,
      evidence: { check: 'storm', at, tookMs: 1, outcome: { status: 'blind', why: answer, fix: '' } },
    },
  ]);
  return new Date(clock.now().getTime() + 1000).toISOString();
});
process.stdout.write(`${server.url}\n`);
const read = gauge();

process.on('SIGTERM', async () => {
  const busy = read();
  await server.shut();
  await turns.shut();
  await journal.shut();
  process.stdout.write(`${JSON.stringify({ ...(await stored(DATABASE_URL, DATA_DIR)), ...busy })}\n`);
});

async function embedded(): Promise<{ journal: Journal; turns: Turns }> {
  const [{ openSqlite }, { inProcessTurns }] = await Promise.all([import('../src/journal/sqlite.ts'), import('../src/journal/turns.ts')]);
  const opened = await openSqlite(DATA_DIR);
  return { journal: opened, turns: inProcessTurns(opened, clock, (id, error) => console.error(id, error)) };
}

async function shared(): Promise<{ journal: Journal; turns: Turns }> {
  const [{ openBoss }, { openPostgres }] = await Promise.all([
    import('../src/journal/boss-turns.ts'),
    import('../src/journal/postgres.ts'),
  ]);
  const boss = await openBoss(DATABASE_URL, console.error);
  const opened = await openPostgres(DATABASE_URL, boss.schedule, console.error);
  return { journal: opened, turns: boss.turns(opened, (id, error) => console.error(id, error)) };
}
