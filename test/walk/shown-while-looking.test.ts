import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Check } from '../../src/core/check.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { stoppedClock } from '../setup/stopped-clock.ts';
import { walkingBot } from '../setup/walking-bot.ts';

test('an answer is on the card while another check is still asked, also where time passes while the card is made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shown-'));
  const journal = await openSqlite(folder);
  onTestFinished(async () => {
    await journal.shut();
    await rm(folder, { recursive: true, force: true });
  });
  const { promise: asked, resolve: answer } = Promise.withResolvers<void>();
  const check = (name: string, look: Check['look']): Check => ({ name, question: '?', budgetMs: 60_000, look, verify: async () => [] });
  const checks = [
    check('rollbar', async () => ({ outcome: { status: 'blind', why: 'the token expired', fix: 'make a new one' } })),
    check('mysql', async () => asked.then(() => ({ outcome: { status: 'quiet' } }))),
  ];
  const still = stoppedClock('2026-11-21T03:04:00.000Z');
  // A busy machine: no two readings of the clock are the same.
  const clock = {
    ...still,
    now: () => {
      still.pass(3);
      return still.now();
    },
  };
  const b = walkingBot(journal, { clock, checks });
  await b.say('checkout is down');
  const turn = b.turn();
  const card = () => JSON.stringify(b.slack.posts.find((post) => post.card)?.card?.brief ?? '');
  const ticking = setInterval(() => still.pass(100), 2);
  await expect.poll(card, { timeout: 10_000, interval: 5 }).toContain('make a new one');
  expect((await b.incident()).looks[0]?.endedAt).toBeUndefined();
  answer();
  await turn;
  clearInterval(ticking);
});
