import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Journal, StoreDown } from '../../src/core/journal.ts';
import { openBoss } from '../../src/journal/boss-turns.ts';
import { openPostgres } from '../../src/journal/postgres.ts';
import { postgresDown } from '../../src/journal/postgres-down.ts';
import { type Postgres, startPostgres } from '../setup/postgres.ts';
import { noted, openedEvent } from '../support/an-alert.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.gone());
const ignore = () => undefined;

async function until(what: () => boolean | Promise<boolean>, seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 10 && !(await what()); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  if (!(await what())) throw new Error(`did not happen within ${seconds} s`);
}

async function replica(url: string, name: string): Promise<{ child: ChildProcess; said: () => string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'replica.ts'), url, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await until(() => text.includes('ready'), 20);
  return { child, said: () => text };
}

async function notes(journal: Journal, id: string): Promise<readonly string[]> {
  return (await journal.read(id)).flatMap((event) => (event.type === 'noted' ? [event.text] : []));
}

test('three processes share the work, none doubles it, and the others take over from one that is killed', {
  timeout: 120_000,
}, async () => {
  const url = postgres.database();
  const boss = await openBoss(url, ignore);
  const journal = await openPostgres(url, boss.schedule, ignore);
  const replicas = await Promise.all(['a', 'b', 'c'].map((name) => replica(url, name)));
  const [victim] = replicas;
  const ids = Array.from({ length: 24 }, (_, i) => `i${i}`);
  const due = new Date().toISOString();
  await Promise.all(ids.map((id) => journal.open({ id, key: id, due }, (number) => [openedEvent(number)])));
  await until(() => (victim?.said().match(/begin/g)?.length ?? 0) >= 5, 20);
  victim?.child.kill('SIGKILL');
  const done = async (id: string) => (await notes(journal, id)).filter((text) => text.startsWith('end')).length === 5;
  await until(async () => (await Promise.all(ids.map(done))).every(Boolean), 60);

  const workers = new Set<string>();
  let lost = 0;
  for (const id of ids) {
    let running: string | undefined;
    for (const text of await notes(journal, id)) {
      const [word, name = ''] = text.split(' ');
      workers.add(name);
      if (word === 'begin') {
        // Only the killed one may leave a turn without an end.
        if (running !== undefined) expect(running).toBe('a');
        if (running !== undefined) lost++;
        running = name;
      } else {
        expect(name).toBe(running);
        running = undefined;
      }
    }
    expect(running).toBeUndefined();
  }
  expect(workers).toEqual(new Set(['a', 'b', 'c']));
  expect(lost).toBeGreaterThan(0);

  for (const { child } of replicas.slice(1)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
  await boss.turns(journal, ignore).shut();
  await journal.shut();
});

test('PostgreSQL that is lost is said, loses nothing that was promised, and is used again when it is back', {
  timeout: 60_000,
}, async () => {
  const url = postgres.database();
  const lost: Error[] = [];
  const journal = await openPostgres(
    url,
    async () => undefined,
    (error) => lost.push(error),
  );
  await journal.open({ id: 'a', key: 'a', due: new Date().toISOString() }, (n) => [openedEvent(n)]);
  await postgres.kill();
  for (const work of [journal.ping(), journal.append('a', 1, [noted('x')]), journal.read('a'), journal.list('all', 1)]) {
    const error = await work.then(ignore, (e: unknown) => e);
    expect(error).toBeInstanceOf(StoreDown);
    expect(String(error)).not.toMatch(/127\.0\.0\.1|pulaski@/);
  }
  await postgres.start();
  await journal.append('a', 1, [noted('back')]);
  expect((await journal.read('a')).length).toBe(2);
  await journal.shut();
});

test('turns go on by themselves when a lost PostgreSQL is back', { timeout: 90_000 }, async () => {
  const url = postgres.database();
  const troubles: Error[] = [];
  const boss = await openBoss(url, (error) => troubles.push(error));
  const journal = await openPostgres(url, boss.schedule, ignore);
  const turns = boss.turns(journal, ignore);
  const taken: string[] = [];
  await turns.start(async (id) => {
    taken.push(id);
    return null;
  });
  const open = (id: string) => journal.open({ id, key: id, due: new Date().toISOString() }, (n) => [openedEvent(n)]);
  await open('before');
  await until(() => taken.includes('before'), 20);
  await postgres.kill();
  await until(() => troubles.length > 0, 20);
  await expect(turns.nudge('before')).rejects.toThrow(StoreDown);
  await postgres.start();
  await until(
    () =>
      open('after').then(
        () => true,
        () => false,
      ),
    20,
  );
  await until(() => taken.includes('after'), 30);
  expect(troubles.length).toBeLessThan(5);
  await turns.shut();
  await journal.shut();
});

test('a server that is not there, and a database that does not exist', async () => {
  const nowhere = await openPostgres('postgres://pulaski:planted-sentinel@127.0.0.1:1/x', async () => undefined, ignore).then(
    ignore,
    (e: unknown) => e,
  );
  expect(nowhere).toBeInstanceOf(StoreDown);
  expect(String(nowhere)).toContain('cannot be reached');
  expect(String(nowhere)).not.toContain('planted');
  await expect(openPostgres(postgres.url('missing'), async () => undefined, ignore)).rejects.toThrow('does not exist');
  await expect(openBoss('postgres://pulaski@127.0.0.1:1/x', ignore)).rejects.toThrow(StoreDown);
});

test('what PostgreSQL may answer is said in words; faults of ours are not hidden behind it', () => {
  const says = (code: string) => postgresDown(Object.assign(new Error('x'), { code })).message;
  expect(says('53100')).toContain('disk is full');
  expect(says('25006')).toContain('takes no writes');
  expect(says('28P01')).toContain('refuses this user');
  expect(says('57P01')).toContain('cannot do its work');
  expect(says('42601')).toBe('x');
  expect(postgresDown(new TypeError('ours'))).toBeInstanceOf(TypeError);
});
