import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Desk } from '../../src/core/channels.ts';
import { openSqlite, type SqliteJournal } from '../../src/journal/sqlite.ts';
import { type Slack, slack } from '../../src/slack/app.ts';
import { walkingBot } from '../setup/walking-bot.ts';
import { type FakeSlack, fakeSlack, refuse, type Scripted } from './fake-slack.ts';
import { deskThat, parts } from './parts.ts';

let fake: FakeSlack;
let bot: Slack | undefined;
let folder: string;
let journal: SqliteJournal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gaps-'));
  journal = await openSqlite(folder);
  fake = await fakeSlack();
});
afterEach(async () => {
  await bot?.stop();
  await fake.close();
  await journal.shut();
  await rm(folder, { recursive: true, force: true });
});

async function running(desk: Desk): Promise<ReturnType<typeof parts>> {
  const given = parts(fake);
  bot = slack(given);
  await bot.start(desk);
  return given;
}

const command = { command: '/incident', text: 'note x', user_id: 'U1', channel_id: 'C1', trigger_id: 'T1', team_id: 'TEAM' };
const press = (action: string, value: string) => ({
  type: 'block_actions',
  user: { id: 'U1' },
  team: { id: 'TEAM' },
  trigger_id: 'T2',
  container: { type: 'message', message_ts: '1.1', channel_id: 'C100' },
  channel: { id: 'C100', name: 'inc' },
  actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: '2.2' }],
});
const onSocket = (n: number) => vi.waitFor(() => expect(fake.sockets()).toBe(n), { timeout: 4_000 });

test('Slack warns and then refreshes: another socket at once, and it hears', async () => {
  const desk = deskThat({ text: 'noted' });
  await running(desk);
  fake.frame({ type: 'disconnect', reason: 'warning', debug_info: { host: 'wss-1' } });
  fake.frame({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'wss-1' } });
  await onSocket(2);
  expect(await fake.deliver('slash_commands', command)).toMatchObject({ text: 'noted' });
  expect(desk.seen).toHaveLength(1);
});

test.each<[what: string, answers: readonly Scripted[]]>([
  ['answers 503', [{ status: 503 }]],
  ['says that it is broken', [refuse('internal_error')]],
  ['limits', [{ status: 429, headers: { 'retry-after': '1' } }]],
])('a socket dies while Slack %s: the bot lives, and comes back by itself', async (_what, answers) => {
  const desk = deskThat({ text: 'noted' });
  const { said } = await running(desk);
  fake.next('apps.connections.open', ...answers);
  fake.drop();
  await onSocket(2);
  expect(await fake.deliver('slash_commands', command)).toMatchObject({ text: 'noted' });
  expect(said.map(({ message }) => message)).toContain('slack: still not reached');
});

/** A bot whose journal has an incident, and what its people did. */
async function walking() {
  const walk = walkingBot(journal);
  await walk.say('checkout is down');
  await walk.turn();
  const count = async (type: string) => (await walk.incident()).events.filter((event) => event.type === type).length;
  return { ...walk, id: (await walk.incident()).id, count };
}

test.each([
  ['lead', 'led'],
  ['look', 'look-asked'],
] as const)('the socket dies while the press of %s is recorded: delivered again on the next, it counts once', async (button, event) => {
  const { people, id, count } = await walking();
  const heard = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  await running({
    ...people,
    async click(said) {
      heard.resolve();
      await gone.promise;
      return people.click(said);
    },
  });
  const envelope = { envelope_id: 'E1', type: 'interactive', accepts_response_payload: true, payload: press(button, id) };
  fake.frame({ ...envelope, retry_attempt: 0 });
  await heard.promise;
  fake.drop();
  await onSocket(2);
  gone.resolve();
  await fake.envelope({ ...envelope, retry_attempt: 1, retry_reason: 'http_timeout' });
  expect(await count(event)).toBe(1);
});

test('the socket dies with a press that nobody has read yet: delivered again on the next, it counts', async () => {
  const { people, id, count } = await walking();
  await running(people);
  const envelope = { envelope_id: 'E1', type: 'interactive', accepts_response_payload: true, payload: press('lead', id) };
  fake.drop();
  fake.frame({ ...envelope, retry_attempt: 0 });
  await onSocket(2);
  expect(await count('led')).toBe(0);
  await fake.envelope({ ...envelope, retry_attempt: 1, retry_reason: 'http_timeout' });
  expect(await count('led')).toBe(1);
});

test('a bot that is told to stop opens no other socket', async () => {
  await running(deskThat({}));
  const calls = () => fake.callsOf('apps.connections.open').length;
  fake.always('apps.connections.open', refuse('internal_error'));
  fake.drop();
  await vi.waitFor(() => expect(calls()).toBeGreaterThan(2));
  await bot?.stop();
  fake.always('apps.connections.open', {});
  const before = calls();
  await new Promise((resolve) => setImmediate(resolve));
  expect([calls(), fake.sockets()]).toEqual([before, 1]);
});
