import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { RemedyKind } from '../../src/core/diagnosis.ts';
import { openSqlite, type SqliteJournal } from '../../src/journal/sqlite.ts';
import { preview, walkingBot } from '../setup/walking-bot.ts';

const kinds: readonly RemedyKind[] = ['revert', 'rollback', 'restart', 'kill-queries', 'flag'];
/** Of `walkingBot`: not in ACTORS. */
const STRANGER = 'U5';

let dir: string;
let journal: SqliteJournal;
let runs: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'forged-'));
  journal = await openSqlite(dir);
  runs = [];
});
afterEach(async () => {
  await journal.shut();
  await rm(dir, { recursive: true });
});

async function declared() {
  const actions = kinds.map(
    (kind): Action => ({
      kind,
      preview: async () => preview,
      run: async () => {
        runs.push(kind);
        return { status: 'done', text: 'done', links: [], live: { when: 'now' } };
      },
      settle: async () => undefined,
      verify: async () => [],
    }),
  );
  const b = walkingBot(journal, { actions });
  await b.say('checkout is down');
  await b.turn();
  const { id, place } = await b.incident();
  const channel = place?.channel ?? '';
  const press = async (action: string, value: string, user: string) => {
    const reply = await b.people.click({ action, value, user, channel, trigger: 't', id: `${action}${value}${user}` });
    return reply.later ? reply.later() : reply.form;
  };
  const submit = (form: string, meta: string, user: string, values = {}) =>
    b.people.submit({ form, meta, values, user, id: `${form}${meta}` });
  const say = async (text: string, user: string) => {
    const reply = await b.people.command({ text, user, channel, trigger: 't' });
    return reply.later ? reply.later() : reply.form;
  };
  return { b, id, press, submit, say };
}

test.each([...kinds, 'undo-revert'])('%s: a stranger gets no Confirm by button or word, and a forged one is refused', async (action) => {
  const { b, id, press, submit, say } = await declared();
  const forms = [await press(action, id, STRANGER), await press(action, `${id}:anything`, STRANGER), await say(action, STRANGER)];
  for (const form of forms) {
    expect(form?.submit).not.toBe('Confirm');
    await submit('confirm', form?.meta ?? '', STRANGER);
  }
  const offered = await press('revert', id, 'U1');
  expect(offered?.submit).toBe('Confirm');
  // Somebody else's preview, by a stranger and by another actor.
  for (const user of [STRANGER, 'U7']) await submit('confirm', offered?.meta ?? '', user);
  await b.turn();
  expect(runs).toEqual([]);
});

test('a preview of one incident confirms nothing in another', async () => {
  const { b, id, press, submit } = await declared();
  const offered = await press('revert', id, 'U1');
  const request = offered?.meta.split('|')[1] ?? '';
  expect(request).not.toBe('');
  for (const meta of [
    `other|${request}`,
    `|${request}`,
    `${id}|`,
    `${id}|constructor`,
    `${id}|__proto__`,
    '__proto__|toString',
    '',
    `${id}|${request}x`,
  ]) {
    await submit('confirm', meta, 'U1').catch(() => undefined);
  }
  await b.turn();
  expect(runs).toEqual([]);
});

test('names that every object has are no buttons, no forms, no incidents', async () => {
  const { b, id } = await declared();
  const before = (await b.incident()).version;
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '']) {
    const reply = await b.people.click({ action: name, value: id, user: 'U1', channel: 'C1', trigger: 't', id: name });
    expect(reply).toEqual({ text: expect.stringContaining('older version') });
    expect(await b.people.click({ action: 'revert', value: name, user: 'U1', channel: 'C1', trigger: 't', id: `v${name}` })).toHaveProperty(
      'text',
    );
    const form = await b.people.submit({ form: name, meta: id, values: {}, user: 'U1', id: `f${name}` });
    expect(form).toHaveProperty('errors');
  }
  expect((await b.incident()).version).toBe(before);
});

test('a button of a resolved incident confirms nothing any more', async () => {
  const { b, id, press, submit } = await declared();
  const offered = await press('revert', id, 'U1');
  await submit('resolve', id, 'U1', { fixedBy: 'itself', right: 'unsure' });
  const reply = await submit('confirm', offered?.meta ?? '', 'U1');
  expect(reply.text).toMatch(/gone/);
  await b.turn();
  expect(runs).toEqual([]);
});

test('whoever comes from elsewhere may look, and change nothing: other workspaces, guests, bots, ids that only look alike', async () => {
  const { b, id, press, submit } = await declared();
  const offered = await press('revert', id, 'U1');
  for (const user of ['', 'u1', 'U1 ', 'U1|U1', 'U1,U5', 'W1', 'B1', 'USLACKBOT', 'S1', 'U11', '*', 'constructor', '__proto__']) {
    expect((await press('revert', id, user))?.submit, user).not.toBe('Confirm');
    await submit('confirm', offered?.meta ?? '', user);
  }
  await b.turn();
  expect(runs).toEqual([]);
});

test('a form whose context is not ours is answered, and does nothing', async () => {
  const { b, id, submit } = await declared();
  const before = (await b.incident()).version;
  for (const meta of [
    '',
    '{',
    'null',
    '[]',
    '3',
    '{"__proto__":{"kind":"revert"}}',
    `{"incident":"${id}","kind":"constructor"}`,
    `{"incident":"${id}","kind":"scale"}`,
    '{"kind":"revert"}',
  ])
    expect((await submit('choose', meta, 'U1', { sha: '--upload-pack=x' })).text, meta).toMatch(/not known/);
  expect((await b.incident()).version).toBe(before);
  expect(runs).toEqual([]);
});
