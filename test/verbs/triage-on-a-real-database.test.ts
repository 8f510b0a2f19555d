import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mariadb, startMariadb } from '../setup/mariadb.ts';

/** The real command as a process of its own, on a real server in trouble, with trackers that refuse, hang, or are not set up at all. */
let db: Mariadb;
const held: Connection[] = [];

beforeAll(async () => {
  db = await startMariadb();
  await db.sql(
    'CREATE DATABASE shop',
    'CREATE TABLE shop.orders (id INT PRIMARY KEY, note VARCHAR(40))',
    "INSERT INTO shop.orders VALUES (1, 'a'), (4711, 'b')",
    "CREATE USER bot@'%' IDENTIFIED BY 'b0t-s3cret'",
    `GRANT PROCESS, ${db.rights.replication} ON *.* TO bot@'%'`,
    "GRANT REFERENCES ON shop.* TO bot@'%'",
  );
  for (let i = 0; i < 9; i++) held.push(await db.session('shop'));
  const [idle, alter, ...others] = held;
  await idle?.query('BEGIN');
  await idle?.query('SELECT note FROM orders WHERE id = 4711');
  alter?.query('ALTER TABLE orders ADD COLUMN locale VARCHAR(8)').catch(() => undefined);
  await waiting(1);
  for (const other of others) other.query("SELECT note FROM orders WHERE note = 'jane@customer.test'").catch(() => undefined);
  await waiting(8);
});
afterAll(async () => {
  for (const session of held) session.destroy();
  await db[Symbol.asyncDispose]();
});

async function waiting(n: number): Promise<void> {
  for (let k = 0; k < 400; k++) {
    const [row] = await db.rows("SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE STATE LIKE '%metadata lock'");
    if (Number(row?.n) >= n) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never ${n} threads behind the lock`);
}

const bin = new URL('../../bin/pulaski.js', import.meta.url).pathname;
const mysqlAlone = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  MYSQL_URL: db.url('bot', 'b0t-s3cret', 'shop'),
});

async function ran(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const [code]: (number | null)[] = await once(child, 'close');
  return { code: code ?? null, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

const triage = (args: readonly string[], env: Readonly<Record<string, string>>) => ran(process.execPath, [bin, 'triage', ...args], env);

describe('triage of a real database', { timeout: 60_000 }, () => {
  test('alone: the lock, who holds it, and what to paste; what is not set up is not missed', async () => {
    const { code, out, err } = await triage(['--verbose'], mysqlAlone());
    expect(code).toBe(0);
    expect(out).toMatch(/^Cause \(.*metadata lock/ms);
    expect(out).toMatch(new RegExp(`\\b${held[0]?.threadId}\\b`));
    expect(out).toMatch(/^🔴 MySQL: /m);
    expect(out).toContain('KILL ');
    expect(out).not.toMatch(/⚫|\u001B/);
    expect(out + err).not.toMatch(/4711|jane@|s3cret/);
    expect(err).toMatch(/^mysql: \d+ ms, \d statements$/m);
    // Nothing is left behind on the server.
    expect(await db.rows("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'bot'")).toEqual([]);
  });

  test('beside a tracker that is gone and one that hangs: the database is told all the same, each with what it was asked', async () => {
    const hanging = createServer(() => undefined);
    hanging.listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const { port } = hanging.address() as AddressInfo;
    const { code, out, err } = await triage(['--verbose'], {
      ...mysqlAlone(),
      ROLLBAR_READ_TOKEN: 'r0llbar-s3cret',
      ROLLBAR_API_URL: 'http://127.0.0.1:1',
      SENTRY_TOKEN: 'sentry-s3cret',
      SENTRY_ORG: 'acme',
      SENTRY_URL: `http://127.0.0.1:${port}`,
    });
    hanging.closeAllConnections();
    hanging.close();
    expect(code).toBe(0);
    expect(out).toMatch(/^Cause \(.*metadata lock/ms);
    expect(out).toMatch(/^⚫ Rollbar: /m);
    expect(out).toMatch(/^⚫ Sentry: /m);
    expect(out).toMatch(/^So that I can see Rollbar\n.*curl -sS '?http:\/\/127\.0\.0\.1:1\b/m);
    expect(err).toMatch(/^rollbar: \d+ ms, [1-9] requests$/m);
    expect(err).toMatch(/^sentry: \d+ ms/m);
    expect(out + err).not.toContain('s3cret');
  });

  test('in a terminal of 80 columns: in colour, and nothing but what is there to paste is wider', async () => {
    const line = `stty cols 80 && exec '${process.execPath}' '${bin}' triage`;
    const { code, out } = await ran('script', ['-qec', line, '/dev/null'], { ...mysqlAlone(), TERM: 'xterm-256color', SHELL: '/bin/sh' });
    expect(code).toBe(0);
    expect(out).toMatch(/\u001B\[31m🔴 MySQL/);
    const lines = out.replaceAll(/\u001B\[[\d;]*m/g, '').split(/\r?\n/);
    const pasted = lines.findIndex((one) => /^(KILL|EXPLAIN|SELECT|GRANT|SHOW|--) ?/.test(one));
    const told = pasted < 0 ? lines : lines.slice(0, pasted);
    expect(told.length).toBeGreaterThan(8);
    expect(told.filter((one) => one.length > 80)).toEqual([]);
  });
});
