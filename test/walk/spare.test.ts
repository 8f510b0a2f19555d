import { expect, test } from 'vitest';
import type { Desk } from '../../src/core/channels.ts';
import { fold } from '../../src/core/fold.ts';
import { type Journal, StoreDown } from '../../src/core/journal.ts';
import { sqliteInMemory } from '../../src/journal/sqlite.ts';
import { intake } from '../../src/walk/intake.ts';
import { type SpareWalk, type Walk, withSpare } from '../../src/walk/spare.ts';
import { alertOf } from '../setup/journal-of.ts';
import { movingClock } from '../support/moving-clock.ts';

const down = new StoreDown('the disk is full', 'Free some space.', { passing: true });
const policy = { severities: ['critical', 'unknown'] as const, environment: 'production', services: [] };
const alert = alertOf({ source: 'grafana', key: 'k1', startedAt: '2026-11-21T03:00:00.000Z' });

/** A walk whose desk opens an incident for every command, and says which store has it. */
function walkOn(journal: Journal, clock: ReturnType<typeof movingClock>, name: string, shuts: string[]): Walk {
  const answer = async () => ({ text: name });
  const desk: Desk = {
    command: async ({ text }) => {
      const at = clock.now().toISOString();
      const { number } = await journal.open({ id: `${name}-${text}`, key: text, due: at }, (n) => [
        { type: 'opened', at, number: n, title: text, alert: alertOf() },
      ]);
      return { text: `${name} #${number}` };
    },
    click: answer,
    submit: answer,
  };
  return {
    journal,
    turns: { busy: () => 0, shut: async () => void shuts.push(name) },
    desk,
    receive: intake({ journal, clock, policy, mention: async () => undefined, wake: () => undefined }),
  };
}

function spared() {
  const clock = movingClock('2026-11-21T03:04:00.000Z');
  const said: string[] = [];
  const shuts: string[] = [];
  const store = { down: false };
  const real = sqliteInMemory(1);
  const check = <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (store.down) throw down;
      return work(...args);
    };
  };
  const main: Journal = {
    ...real,
    open: check(real.open),
    read: check(real.read),
    findByKey: check(real.findByKey),
    append: check(real.append),
    ping: check(real.ping),
  };
  const memory = sqliteInMemory(500);
  const make = async (): Promise<SpareWalk> => ({ ...walkOn(memory, clock, 'memory', shuts), resumed: make });
  const note = (text: string) => void said.push(text);
  const walks = withSpare(walkOn(main, clock, 'store', shuts), make, clock, { info: note, warn: note, error: note });
  const say = (text: string) => walks.desk.command({ text, user: 'U1', channel: 'C1', trigger: 't' });
  const press = (value: string) => walks.desk.click({ action: 'lead', value, user: 'U1', channel: 'C1', trigger: 't', id: 'i' });
  return { clock, said, shuts, store, real, walks, say, press };
}

test('a store that works keeps everything to itself', async () => {
  const { say, press, said } = spared();
  expect(await say('a')).toEqual({ text: 'store #1' });
  expect(await press('store-a')).toEqual({ text: 'store' });
  expect(said).toEqual([]);
});

test('while the store is down a person’s incident opens in memory, and its buttons find it there', async () => {
  const { say, press, said, store } = spared();
  await say('before');
  store.down = true;
  expect(await say('a')).toEqual({ text: 'memory #500' });
  expect(await press('memory-a:x')).toEqual({ text: 'memory' });
  expect(await press('store-before')).toEqual({ text: 'store' });
  expect(said).toEqual([expect.stringContaining('the disk is full: nothing can be stored')]);
});

test('an alert is looked at in memory once, and its sender hears that it must come again', async () => {
  const { walks, store, real, clock } = spared();
  store.down = true;
  for (let n = 0; n < 3; n++) await expect(walks.receive(alert)).rejects.toThrow(StoreDown);
  store.down = false;
  expect(await walks.receive(alert)).toMatchObject({ incident: 1, result: 'counted' });
  expect(await real.list('all', 5)).toHaveLength(1);
  await clock.pass(1000);
});

test('when the store is back, what stood in memory moves there by itself, with its channel and card', async () => {
  const { say, press, shuts, store, real, clock, walks } = spared();
  await say('before');
  store.down = true;
  await say('a');
  store.down = false;
  await clock.pass(6_000);
  expect(shuts).toEqual(['memory']);
  const moved = fold('memory-a', await real.read('memory-a'));
  expect(moved).toMatchObject({ number: 2, title: 'a' });
  expect(await real.dueBefore(clock.now().toISOString())).toContainEqual(expect.objectContaining({ id: 'memory-a' }));
  expect(await press('memory-a')).toEqual({ text: 'store' });
  await walks.shut();
});

test('a bot that ends before the store is back says what is forgotten', async () => {
  const { say, said, store, walks } = spared();
  store.down = true;
  await say('a');
  await walks.shut();
  expect(said.at(-1)).toContain('#500');
});
