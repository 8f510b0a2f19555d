import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { soundAlarm } from '../../src/rehearsal/alarm.ts';
import { cardOf, wordsOf } from '../../src/rehearsal/card.ts';
import { type Staged, stage } from '../../src/rehearsal/session.ts';
import { BOT } from '../../src/rehearsal/slack/workspace.ts';
import { lockPileup } from '../../src/rehearsal/stories/lock-pileup.ts';
import { type Postgres, startPostgres } from '../setup/postgres.ts';
import { incidentsIn } from './incidents-in.ts';
import { onStory } from './postgres-clock.ts';
import { type ServedBot, serveBot } from './served-bot.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.gone());

/** The story in real time, for what breaks while it runs. */
async function running(env: Readonly<Record<string, string>>): Promise<Staged & { served: ServedBot }> {
  const made: ServedBot[] = [];
  const staged = await stage(
    lockPileup,
    async (given, clock) => {
      if (env.DATABASE_URL) await (await onStory(env.DATABASE_URL, clock)).end();
      const bot = await serveBot({ ...given, ...env }, clock);
      made.push(bot);
      await bot.start();
      return { url: bot.url, busy: () => 1, [Symbol.asyncDispose]: async () => void (await bot.stop()) };
    },
    { jumping: false, latencyMs: () => 2, own: {} },
  );
  const [served] = made;
  if (!served) throw new Error('no bot was started');
  return { ...staged, served };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 600; n++) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`never came to pass: ${what}`);
}

const readiness = async (url: string) => (await fetch(`${url}/readyz`)).status;

/** What must hold whichever store is down, and however it comes back. */
async function goesOnWithout(
  staged: Staged & { served: ServedBot },
  why: RegExp,
  back: () => void | Promise<void>,
  stored: () => ReturnType<typeof incidentsIn>,
) {
  const { neighbours, world, served } = staged;
  const { slack } = neighbours;
  const { url } = served;
  try {
    expect(await readiness(url)).toBe(503);
    await expect(soundAlarm(world, url)).rejects.toThrow('503');
    await until('the card names the cause and says that nothing is stored', () => {
      const words = wordsOf(cardOf(slack.workspace) ?? { text: '', blocks: [] });
      return words.includes('Not stored:') && why.test(words) && /metadata lock/i.test(words);
    });
    expect(served.said()).toMatch(why);
    await back();
    await until('it is ready again', async () => (await readiness(url)) === 200);
    await soundAlarm(world, url);
    await until(
      'the card says no more that nothing is stored',
      () => !wordsOf(cardOf(slack.workspace) ?? { text: '', blocks: [] }).includes('Not stored:'),
    );
    expect([...slack.workspace.channels.values()].filter((channel) => channel.creator === BOT.id)).toHaveLength(1);
    expect(await served.stop()).toBe(0);
    const [incident, ...more] = await stored();
    expect(more).toEqual([]);
    expect(incident).toMatchObject({ number: 1, place: { channel: cardOf(slack.workspace)?.channel } });
    expect(incident?.events.filter((event) => event.type === 'card-posted')).toHaveLength(1);
  } finally {
    await served.kill('group');
    await staged.close();
  }
}

test('a data directory that cannot be opened at the start: triage goes on in memory, and is stored when it can be', {
  timeout: 120_000,
}, async () => {
  const blocked = `${process.env.TMPDIR ?? '/tmp'}/pulaski-blocked-${process.pid}`;
  writeFileSync(blocked, 'a file where the directory should be');
  const staged = await running({ DATA_DIR: blocked });
  await goesOnWithout(
    staged,
    /it cannot be opened/,
    () => rmSync(blocked),
    () => incidentsIn(undefined, blocked),
  );
  rmSync(blocked, { recursive: true });
});

test('PostgreSQL that is lost while the bot runs: triage goes on in memory, and is stored when it is back', {
  timeout: 120_000,
}, async () => {
  const url = postgres.database();
  const staged = await running({ DATABASE_URL: url });
  expect(await readiness(staged.served.url)).toBe(200);
  await postgres.kill();
  await goesOnWithout(staged, /the journal: PostgreSQL/, postgres.start, () => incidentsIn(url, ''));
});
