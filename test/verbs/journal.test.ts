import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqlite } from '../../src/journal/sqlite.ts';

const FIXTURE = 'test/fixtures/journal/version-1.jsonl';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pulaski-journal-verb-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function journal(dataDir: string, ...args: readonly string[]): Promise<{ code: number; out: string; says: string }> {
  const env = { PATH: process.env.PATH, DATA_DIR: join(dir, dataDir) };
  const run = promisify(execFile)(process.execPath, ['bin/pulaski.js', 'journal', ...args], { env, maxBuffer: 1e7 });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, says: stderr }),
    (error) => ({ code: error.code, out: error.stdout, says: error.stderr }),
  );
}

test('a backup is made while the bot runs, and restored into an empty directory only', async () => {
  expect(await journal('a', 'import', FIXTURE)).toMatchObject({ code: 0, out: 'Imported 1 incidents.\n' });
  const running = await openSqlite(join(dir, 'a'));
  const file = join(dir, 'backup.jsonl');
  expect(await journal('a', 'export', file)).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').split('\n').toSorted()).toEqual(readFileSync(FIXTURE, 'utf8').split('\n').toSorted());
  expect(await journal('a', 'import', file)).toMatchObject({ code: 1, says: expect.stringContaining('another process uses it') });
  await running.shut();
  expect(await journal('a', 'import', file)).toMatchObject({ code: 1, says: expect.stringContaining('not empty') });
  expect(await journal('b', 'import', file, '--json')).toMatchObject({ code: 0, out: '{"incidents":1}\n' });
  expect((await journal('b', 'export')).out).toBe(readFileSync(file, 'utf8'));
});

test('what cannot be done is said, with what to do', async () => {
  expect(await journal('nowhere', 'export')).toMatchObject({ code: 1, says: expect.stringContaining('Set DATA_DIR') });
  expect(await journal('a', 'restore')).toMatchObject({ code: 2, says: expect.stringContaining('Usage:') });
  expect(await journal('a', 'import', join(dir, 'missing.jsonl'))).toMatchObject({ code: 2 });
});
