import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { severitiesOf } from '../../src/core/intake.ts';
import type { Journal } from '../../src/core/journal.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { intake } from '../../src/walk/intake.ts';
import { anAlert } from '../support/an-alert.ts';
import { movingClock } from '../support/moving-clock.ts';

const minute = 60_000;
let dir: string;
let journal: Journal;
let clock: ReturnType<typeof movingClock>;
let mentioned: Alert[];
let woken: string[];
let receive: ReturnType<typeof intake>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pulaski-intake-'));
  journal = await openSqlite(dir);
  clock = movingClock('2026-11-21T20:30:00.000Z');
  mentioned = [];
  woken = [];
  receive = start();
});
afterEach(async () => {
  await journal.shut();
  rmSync(dir, { recursive: true });
});

function start(): ReturnType<typeof intake> {
  return intake({
    journal,
    clock,
    policy: { severities: severitiesOf(['critical', 'unknown']), environment: 'production', services: [] },
    mention: async (alert) => void mentioned.push(alert),
    wake: (id) => woken.push(id),
  });
}

const at = (minutesAgo: number) => new Date(clock.now().getTime() - minutesAgo * minute).toISOString();
const events = async (number: number) => journal.read((await journal.findByNumber(number)) ?? '');

test('an alert opens an incident, due at once', async () => {
  expect(await receive(anAlert())).toEqual({ incident: 1, duplicate: false, result: 'opened' });
  expect(await events(1)).toEqual([
    { type: 'opened', at: clock.now().toISOString(), number: 1, title: 'Checkout fails', alert: anAlert() },
  ]);
  expect(await journal.dueBefore(clock.now().toISOString())).toHaveLength(1);
  expect(woken).toHaveLength(1);
});

test('delivered again it is a duplicate with the same number, whatever happened since', async () => {
  await receive(anAlert());
  const again = { incident: 1, duplicate: true, result: 'duplicate' };
  expect(await receive(anAlert())).toEqual(again);
  receive = start();
  expect(await receive(anAlert())).toEqual(again);
  await journal.close((await journal.findByNumber(1)) ?? '');
  expect(await receive(anAlert())).toEqual(again);
  expect(await events(1)).toHaveLength(1);
});

test('delivered many times at once it is stored once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => receive(anAlert())));
  expect(answers.filter((a) => !a.duplicate)).toHaveLength(1);
  expect(new Set(answers.map((a) => a.incident))).toEqual(new Set([1]));
  expect(await events(1)).toHaveLength(1);
});

test('a new start of the same key joins, also in another severity; another key opens its own', async () => {
  await receive(anAlert());
  expect(await receive(anAlert({ startedAt: at(0), severity: 'low' }))).toEqual({ incident: 1, duplicate: false, result: 'joined' });
  expect(await receive(anAlert({ key: 'other' }))).toMatchObject({ incident: 2, result: 'opened' });
  expect((await events(1)).map((e) => e.type)).toEqual(['opened', 'alerted']);
});

test('what fires on without a change is remembered and counted, and stored once a minute', async () => {
  await receive(anAlert());
  for (let i = 0; i < 100; i++) {
    expect(await receive(anAlert({ startedAt: at(i + 2) }))).toEqual({ incident: 1, duplicate: false, result: 'counted' });
    expect(await receive(anAlert({ startedAt: at(i + 2) }))).toMatchObject({ duplicate: true });
  }
  expect(await events(1)).toHaveLength(1);
  await clock.pass(2 * minute);
  expect(await receive(anAlert({ startedAt: at(0) }))).toMatchObject({ incident: 1, result: 'joined' });
  expect((await events(1)).at(-1)).toMatchObject({ type: 'alerted', more: 100 });
});

test('what says nothing new asks the store once', async () => {
  const asked: string[] = [];
  const real = journal;
  const noting = <A extends readonly unknown[], R>(name: string, work: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => {
      asked.push(name);
      return work(...args);
    };
  };
  journal = {
    ...real,
    open: noting('open', real.open),
    append: noting('append', real.append),
    count: noting('count', real.count),
    once: noting('once', real.once),
    findByKey: noting('findByKey', real.findByKey),
    read: noting('read', real.read),
  };
  receive = start();
  await receive(anAlert());
  asked.length = 0;
  expect(await receive(anAlert({ startedAt: at(5) }))).toMatchObject({ result: 'counted' });
  expect(await receive(anAlert({ startedAt: at(5) }))).toMatchObject({ duplicate: true });
  expect(asked).toEqual(['count', 'count']);
});

test('of a burst at the minute one is stored, and the others are counted', async () => {
  await receive(anAlert());
  await clock.pass(2 * minute);
  const burst = await Promise.all(Array.from({ length: 20 }, (_, i) => receive(anAlert({ startedAt: at(i + 5) }))));
  expect(burst.filter((one) => one.result === 'joined')).toHaveLength(1);
  expect(burst.filter((one) => one.result === 'counted')).toHaveLength(19);
  expect(await events(1)).toHaveLength(2);
});

test('keys of one incident that are looked up at the same time share one reading', async () => {
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  for (const key of keys) await receive(anAlert({ key }));
  const real = journal;
  let reads = 0;
  journal = {
    ...real,
    read: (...args) => {
      reads++;
      return real.read(...args);
    },
  };
  receive = start();
  const again = await Promise.all(keys.map((key) => receive(anAlert({ key, startedAt: at(5) }))));
  expect(again.every((one) => one.result === 'counted')).toBe(true);
  // Five incidents of their own, and the one that gathers fifteen.
  expect(reads).toBe(6);
});

test('resolved is noted on the open incident, and nothing without one', async () => {
  const resolved = anAlert({ status: 'resolved' });
  expect(await receive(resolved)).toEqual({ incident: null, duplicate: false, result: 'ignored' });
  expect(await receive(resolved)).toMatchObject({ incident: null, duplicate: true });
  await receive(anAlert());
  expect(await receive(anAlert({ status: 'resolved', startedAt: at(0) }))).toMatchObject({ incident: 1, result: 'joined' });
  expect((await events(1)).at(-1)).toMatchObject({ type: 'alerted', alert: { status: 'resolved' } });
});

test('what opens none is answered with null; the milder one is to be mentioned each time that it comes', async () => {
  expect(await receive(anAlert({ severity: 'high' }))).toEqual({ incident: null, duplicate: false, result: 'mentioned' });
  expect(await receive(anAlert({ severity: 'high' }))).toMatchObject({ incident: null, duplicate: true });
  expect(await receive(anAlert({ environment: 'staging' }))).toMatchObject({ incident: null, result: 'ignored' });
  expect(await receive(anAlert({ startedAt: at(25 * 60) }))).toMatchObject({ incident: null, result: 'ignored' });
  expect(mentioned).toHaveLength(2);
  expect(await journal.list('all', 10)).toEqual([]);
});

test('a milder alert that was mentioned opens an incident when it becomes critical', async () => {
  await receive(anAlert({ severity: 'high' }));
  expect(await receive(anAlert({ severity: 'critical' }))).toMatchObject({ incident: 1, result: 'opened' });
});

describe('without a start', () => {
  const plain = (over: Partial<Alert> = {}) => anAlert({ startKnown: false, startedAt: clock.now().toISOString(), ...over });

  test('what fires already is a duplicate; a change joins; after the close it opens again', async () => {
    expect(await receive(plain())).toMatchObject({ incident: 1, duplicate: false });
    await clock.pass(minute);
    expect(await receive(plain())).toMatchObject({ incident: 1, duplicate: true });
    expect(await receive(plain({ status: 'resolved' }))).toMatchObject({ incident: 1, result: 'joined' });
    expect(await receive(plain({ status: 'resolved' }))).toMatchObject({ duplicate: true });
    receive = start();
    expect(await receive(plain())).toMatchObject({ incident: 1, result: 'joined' });
    await journal.close((await journal.findByNumber(1)) ?? '');
    expect(await receive(plain())).toMatchObject({ incident: 2, result: 'opened' });
  });
});

describe('a storm', () => {
  test('opens five, gathers the rest in one that lists them, and is over after ten minutes', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => receive(anAlert({ key: `k${i}`, title: `T${i}` }))));
    expect(answers.filter((a) => a.result === 'opened')).toHaveLength(5);
    const gathered = answers.filter((a) => a.result === 'gathered');
    expect(gathered).toHaveLength(7);
    expect(new Set(gathered.map((a) => a.incident)).size).toBe(1);
    const storm = await events(gathered[0]?.incident ?? 0);
    expect(storm[0]).toMatchObject({ type: 'opened', title: expect.stringContaining('Alert storm') });
    expect(storm.flatMap((e) => (e.type === 'alerted' ? [e.alert.title] : [])).toSorted()).toEqual(
      Array.from({ length: 7 }, (_, i) => `T${i + 5}`).toSorted(),
    );
    // A gathered key goes on in the gathering incident.
    expect(await receive(anAlert({ key: 'k11', status: 'resolved' }))).toMatchObject({ incident: gathered[0]?.incident, result: 'joined' });
    await clock.pass(11 * minute);
    expect(await receive(anAlert({ key: 'later', startedAt: at(0) }))).toMatchObject({ result: 'opened' });
  });
});

test('flapping is stored, but no news', async () => {
  await receive(anAlert());
  woken.length = 0;
  for (let i = 0; i < 10; i++) {
    await clock.pass(minute / 2);
    await receive(anAlert({ status: i % 2 === 0 ? 'resolved' : 'firing', startedAt: at(0) }));
  }
  const stored = await events(1);
  expect(stored).toHaveLength(11);
  expect(stored.filter((e) => e.type === 'alerted' && e.damped)).toHaveLength(4);
  expect(woken).toHaveLength(6);
  await clock.pass(20 * minute);
  await receive(anAlert({ status: 'resolved', startedAt: at(0) }));
  expect((await events(1)).at(-1)).not.toHaveProperty('damped');
});
