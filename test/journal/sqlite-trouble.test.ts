import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreDown } from '../../src/core/journal.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';
import { sqliteDown } from '../../src/journal/sqlite-down.ts';
import { noted, openedEvent } from '../support/an-alert.ts';

const due = '2026-11-21T20:30:00.000Z';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pulaski-trouble-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function troubleOf(work: Promise<unknown>): Promise<StoreDown> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error instanceof StoreDown) return error;
  throw new Error(`not StoreDown: ${error}`);
}

test('what was promised survives kill -9, whole transactions only', async () => {
  const promised = new Set<string>();
  for (const [round, lines] of [5, 40, 90, 160].entries()) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), dir, `r${round}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      if (text.split('\n').length > lines) child.kill('SIGKILL');
    });
    await ended;
    for (const line of text.split('\n').slice(0, -1)) promised.add(line);
    const journal = await openSqlite(dir);
    for (const line of promised) {
      const [word, id = ''] = line.split(' ');
      expect(await journal.once(word === 'opened' ? `once-${id}` : `more-${id}`)).toBe(false);
      expect((await journal.read(id)).length).toBeGreaterThanOrEqual(word === 'opened' ? 2 : 4);
    }
    for (const { id } of await journal.list('all', 1000)) expect([2, 4]).toContain((await journal.read(id)).length);
    await journal.shut();
  }
  expect(promised.size).toBeGreaterThan(200);
});

test('a second process on the same directory is refused with a clear word; after the first is gone it may', async () => {
  const first = await openSqlite(dir);
  const trouble = await troubleOf(openSqlite(dir));
  expect(trouble.message).toContain('another process uses it');
  expect(trouble.fix).toContain('DATABASE_URL');
  await first.shut();
  await (await openSqlite(dir)).shut();
});

test('a file that is no database, and a damaged one', async () => {
  writeFileSync(join(dir, 'journal.db'), 'this is not a database'.repeat(100));
  expect((await troubleOf(openSqlite(dir))).message).toContain('journal.db is no database');
  rmSync(join(dir, 'journal.db'));

  const journal = await openSqlite(dir);
  for (let i = 0; i < 50; i++) await journal.open({ id: `i${i}`, key: `k${i}`, due }, (n) => [openedEvent(n), noted('x'.repeat(3000))]);
  await journal.shut();
  const bytes = readFileSync(join(dir, 'journal.db'));
  writeFileSync(join(dir, 'journal.db'), Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0x5a)]));
  const trouble = await troubleOf(
    (async () => {
      const damaged = await openSqlite(dir);
      try {
        return await damaged.list('all', 100);
      } finally {
        await damaged.shut();
      }
    })(),
  );
  expect(trouble.message).toContain('journal.db is damaged');
  expect(trouble.fix).toContain('.recover');
});

test('a journal of a newer version is left alone', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const newer = new DatabaseSync(join(dir, 'journal.db'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect((await troubleOf(openSqlite(dir))).message).toContain('newer version (99');
});

// Root may write anywhere; it gets the mounted directories below instead.
if (process.getuid?.() !== 0)
  test('a directory that may not be written', async () => {
    chmodSync(dir, 0o555);
    expect((await troubleOf(openSqlite(dir))).fix).toMatch(/chown|mkdir/);
  });

test('what may go wrong with the files is said in words', () => {
  const sqlite = (errcode: number) => Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode });
  const system = (code: string) => Object.assign(new Error('x'), { code, syscall: 'mkdir' });
  const says = (error: Error) => sqliteDown(error, '/data').message;
  expect(says(sqlite(8))).toBe('the data directory /data: it cannot be written');
  expect(says(sqlite(1032))).toBe('the data directory /data: it cannot be written');
  expect(says(sqlite(13))).toBe('the data directory /data: the disk is full');
  expect(says(sqlite(778))).toBe('the data directory /data: reading or writing failed');
  expect(says(system('EROFS'))).toBe('the data directory /data: it cannot be written');
  expect(says(system('ENOTDIR'))).toBe('the data directory /data: it cannot be opened');
  expect(sqliteDown(new TypeError('a fault of ours'), '/data')).toBeInstanceOf(TypeError);
});

const mayMount = process.getuid?.() === 0 && tries(mountForAMoment);

if (mayMount)
  test('a full disk is said, stores nothing by halves, and ends when there is room', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'none', dir]);
    try {
      const journal = await openSqlite(dir);
      const filler = join(dir, 'filler');
      await journal.open({ id: 'a', key: 'a', due }, (n) => [openedEvent(n)]);
      tries(() => writeFileSync(filler, Buffer.alloc(2_000_000)));
      const trouble = await troubleOf(
        (async () => {
          for (;;) await journal.append('a', 'any', [noted('x'.repeat(10_000))]);
        })(),
      );
      expect(trouble.message).toContain('the disk is full');
      expect(await troubleOf(journal.append('a', 'any', [noted('x'.repeat(200_000))]))).toBeInstanceOf(StoreDown);
      rmSync(filler);
      await journal.append('a', 'any', [noted('room again')]);
      expect((await journal.read('a')).at(-1)).toMatchObject({ text: 'room again' });
      await journal.shut();

      execFileSync('mount', ['-o', 'remount,ro', dir]);
      expect((await troubleOf(openSqlite(dir))).message).toContain('it cannot be');
    } finally {
      execFileSync('umount', [dir]);
    }
  });

function tries(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function mountForAMoment(): void {
  const place = mkdtempSync(join(tmpdir(), 'pulaski-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
  } finally {
    rmSync(place, { recursive: true });
  }
}
