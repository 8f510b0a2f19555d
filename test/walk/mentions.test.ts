import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Journal } from '../../src/core/journal.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { mentions } from '../../src/walk/mentions.ts';
import { workspace } from '../setup/workspace.ts';
import { anAlert } from '../support/an-alert.ts';
import { movingClock } from '../support/moving-clock.ts';

const MINUTE = 60_000;
const START = '2026-11-21T20:30:00.000Z';
let dir: string;
let journal: Journal;
let slack: ReturnType<typeof workspace>;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pulaski-mentions-'));
  journal = await openSqlite(dir);
  slack = workspace();
});
afterEach(async () => {
  await journal.shut();
  rmSync(dir, { recursive: true });
});

const mild = (over = {}) => anAlert({ severity: 'high', startedAt: '2026-11-21T20:29:00.000Z', ...over });
const lines = () => slack.announced.map(({ text }) => text);

/** A process of the bot, from its start on. */
function started(at = START) {
  const clock = movingClock(at);
  const said: string[] = [];
  const note = (text: string) => void said.push(text);
  const stop = new AbortController();
  const it = mentions({ clock, channels: slack.channels, journal, log: { info: note, warn: note, error: note } });
  const watching = it.watch(stop.signal);
  return {
    ...it,
    clock,
    said,
    end: () => {
      stop.abort();
      return watching;
    },
  };
}

test('one line for an alert, however often it comes, and with its button', async () => {
  const bot = started();
  await bot.owe(mild());
  await bot.owe(mild());
  await vi.waitFor(() => expect(lines()).toEqual(['high alert: Checkout fails (web)']));
  expect(slack.announced[0]?.buttons).toMatchObject([{ action: 'open-incident', value: expect.stringContaining('"severity":"high"') }]);
  await bot.clock.pass(10 * MINUTE);
  expect(lines()).toHaveLength(1);
  await bot.end();
});

test('the bot died before the line was told: the next one tells it, once', async () => {
  slack.down.add('announce');
  const dead = started();
  await dead.owe(mild());
  await dead.end();
  slack.down.delete('announce');
  const next = started('2026-11-21T20:31:00.000Z');
  await next.clock.pass(3 * MINUTE);
  await next.clock.pass(3 * MINUTE);
  expect(lines()).toEqual(['high alert: Checkout fails (web)']);
  await next.clock.pass(30 * MINUTE);
  expect(lines()).toHaveLength(1);
  await next.end();
});

test('the line was told, and its answer lost: it is found, and not told again', async () => {
  slack.lost.add('announce');
  const bot = started();
  await bot.owe(mild({ key: 'token=s3cr3t-of-somebody-0123456789' }));
  await bot.clock.pass(10 * MINUTE);
  expect(lines()).toHaveLength(1);
  await bot.end();
});

test('another replica that is just telling it is left its time', async () => {
  slack.down.add('announce');
  const slow = started();
  const other = started();
  await slow.owe(mild());
  slack.down.delete('announce');
  await other.clock.pass(3 * MINUTE);
  expect(lines()).toHaveLength(0);
  await other.clock.pass(2 * MINUTE);
  expect(lines()).toHaveLength(1);
  await slow.end();
  await other.end();
});

test('a line of the day before helps nobody', async () => {
  slack.down.add('announce');
  const dead = started();
  await dead.owe(mild());
  await dead.end();
  slack.down.delete('announce');
  const next = started('2026-11-23T08:00:00.000Z');
  await next.clock.pass(3 * MINUTE);
  await next.clock.pass(3 * MINUTE);
  expect(lines()).toEqual([]);
  await next.end();
});

test('a name too long to be kept whole is told once all the same', async () => {
  const bot = started();
  const long = mild({ service: '東'.repeat(900) });
  await bot.owe(long);
  await bot.owe(long);
  await vi.waitFor(() => expect(lines()).toHaveLength(1));
  await bot.clock.pass(10 * MINUTE);
  expect(lines()).toHaveLength(1);
  await bot.end();
});
