import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { openSqlite, type SqliteJournal } from '../../src/journal/sqlite.ts';
import { walkingBot } from '../setup/walking-bot.ts';

let journal: SqliteJournal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heard-'));
  journal = await openSqlite(folder);
});
afterEach(async () => {
  await journal.shut();
  await rm(folder, { recursive: true, force: true });
});

type Bot = ReturnType<typeof walkingBot>;

async function opened(): Promise<Bot> {
  const b = walkingBot(journal);
  await b.say('checkout is down');
  await b.turn();
  return b;
}

/** What Slack delivers again when the connection broke before it was answered: the same press under the same ids. */
const presses: readonly [
  what: string,
  type: Incident['events'][number]['type'],
  deliver: (b: Bot, incident: Incident) => Promise<unknown>,
][] = [
  ['I lead', 'led', (b, { id }) => b.people.click({ action: 'lead', value: id, ...who, trigger: 't1', id: '1.2:3.4:U1' })],
  ['Look again', 'look-asked', (b, { id }) => b.people.click({ action: 'look', value: id, ...who, trigger: 't1', id: '1.2:3.5:U1' })],
  [
    'a note',
    'noted',
    (b, { id }) => b.people.submit({ form: 'note', meta: id, values: { text: 'the cache is cold' }, user: 'U1', id: 'V1:a' }),
  ],
  [
    'a pasted log',
    'pasted',
    (b, { id }) =>
      b.people.submit({ form: 'paste', meta: id, values: { kind: 'guess', text: 'ERROR: disk full' }, user: 'U1', id: 'V1:a' }),
  ],
  ['an update', 'told', (b, { id }) => b.people.submit({ form: 'tell', meta: id, values: { text: 'we look' }, user: 'U1', id: 'V1:a' })],
  [
    'a note in words',
    'noted',
    (b, { place }) => b.people.command({ text: 'note the cache is cold', user: 'U1', channel: place?.channel ?? '', trigger: '9.9.abc' }),
  ],
];
const who = { user: 'U1', channel: 'C1' };

test.each(presses)('%s that is delivered again is stored once, and answered the same', async (_what, type, deliver) => {
  const b = await opened();
  const first = await deliver(b, await b.incident());
  const second = await deliver(b, await b.incident());
  expect(second).toEqual(first);
  expect((await b.incident()).events.filter((event) => event.type === type)).toHaveLength(1);
});

test('a command that is delivered again opens nothing new and asks nothing', async () => {
  const b = walkingBot(journal);
  const deliver = () =>
    b.people.command({ text: 'checkout is down', user: 'U1', channel: 'C0', trigger: '13345224609.738474920.8088930838d88f' });
  const first = await deliver();
  expect(first.text).toMatch(/^Opened #1/);
  expect(await deliver()).toEqual(first);
  await b.turn();
  expect(await deliver()).toEqual(first);
  expect(await journal.list('all', 10)).toHaveLength(1);
});

test('a form that is delivered again opens one incident', async () => {
  const b = walkingBot(journal);
  const deliver = () => b.people.submit({ form: 'declare', meta: 'C0', values: { title: 'broken' }, user: 'U1', id: 'V7:hash' });
  expect(await deliver()).toEqual(await deliver());
  expect(await journal.list('all', 10)).toHaveLength(1);
});

test('another press of the same button counts', async () => {
  const b = await opened();
  const { id } = await b.incident();
  for (const press of ['1.2:3.4:U1', '1.2:3.9:U1']) await b.people.click({ action: 'look', value: id, ...who, trigger: 't', id: press });
  expect((await b.incident()).events.filter((event) => event.type === 'look-asked')).toHaveLength(2);
});
