import type { Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { killQueries } from '../../src/actions/kill-queries.ts';
import type { Action, ActionRequest } from '../../src/core/action.ts';
import type { Evidence, Finding } from '../../src/core/evidence.ts';
import { mysqlKit } from '../../src/kit/mysql.ts';
import { type Mariadb, startMariadb } from '../setup/mariadb.ts';

let db: Mariadb;
const kit = mysqlKit();
const signal = AbortSignal.timeout(60_000);

beforeAll(async () => {
  db = await startMariadb();
  await db.sql(
    'CREATE DATABASE shop',
    'USE shop',
    'CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(20))',
    "INSERT INTO users VALUES (1, 'a')",
    "CREATE USER bot@'%' IDENTIFIED BY 'x'",
    `GRANT PROCESS, ${db.rights.kill} ON *.* TO bot@'%'`,
    "GRANT REFERENCES ON shop.* TO bot@'%'",
    "CREATE USER weak@'%' IDENTIFIED BY 'x'",
    "GRANT REFERENCES ON shop.* TO weak@'%'",
    "GRANT PROCESS ON *.* TO weak@'%'",
  );
});
afterAll(async () => {
  for (const user of ['bot', 'weak']) await kit.servers(db.url(user, 'x', 'shop'))[0]?.close();
  await db[Symbol.asyncDispose]();
});

const open: Connection[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.destroy();
});

function action(setting = 'run', user = 'bot'): Action {
  return killQueries.make((name) => (name === 'KILL_QUERIES' ? setting : db.url(user, 'x', 'shop')), { mysql: kit });
}

function request(...findings: Finding[]): ActionRequest {
  const evidence: Evidence = { check: 'mysql', at: '2026-11-21T20:00:00Z', tookMs: 1, outcome: { status: 'found', findings } };
  return {
    id: 'a1',
    kind: 'kill-queries',
    incident: { number: 1, title: 't', openedAt: evidence.at },
    by: { id: 'U1' },
    now: evidence.at,
    evidence: [evidence],
  };
}

async function threadOf(session: Connection): Promise<number> {
  const [rows] = await session.query<never[]>('SELECT CONNECTION_ID() AS id');
  return Number((rows[0] as { id: number } | undefined)?.id);
}

/** An idle transaction that holds a row, and one that waits for it. */
async function blocked(): Promise<{ thread: number; waiter: Promise<unknown> }> {
  const [idle, waiting] = [await db.session('shop'), await db.session('shop')];
  open.push(idle, waiting);
  await idle.query('BEGIN');
  await idle.query("UPDATE users SET name = 'held' WHERE id = 1");
  const thread = await threadOf(idle);
  const waiter = waiting.query("UPDATE users SET name = 'done' WHERE id = 1");
  waiter.catch(() => undefined);
  // The list alone suspects a row lock after two seconds.
  for (let k = 0; k < 200; k++) {
    const [row] = await db.rows("SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE STATE = 'Updating' AND TIME >= 2");
    if (Number(row?.n) > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { thread, waiter };
}

const rowLock = (thread: number): Finding => ({
  kind: 'lock-wait',
  lock: 'row',
  waiters: 1,
  blockerThread: thread,
  blockerIdle: true,
  tone: 'bad',
});

describe('kill queries', () => {
  test('ends the session that blocks; the others go on', async () => {
    const { thread, waiter } = await blocked();
    const asked = request(rowLock(thread));
    const shown = await action().preview(asked, signal);
    expect(shown).toMatchObject({
      possible: true,
      safety: 'needs-care',
      command: `KILL ${thread};\n-- on RDS instead:\n-- CALL mysql.rds_kill(${thread});`,
    });
    const lines: string[] = [];
    const result = await action().run(asked, shown, (line) => lines.push(line), signal);
    expect(result).toMatchObject({ status: 'done', live: { when: 'now' } });
    expect(lines).toEqual([`ended ${thread}`]);
    await waiter;
    expect(await action().settle(asked, shown, signal)).toMatchObject({ status: 'done' });
  });

  test('only prints by default', async () => {
    const { thread } = await blocked();
    const asked = request(rowLock(thread));
    const shown = await action('print').preview(asked, signal);
    expect(shown).toMatchObject({
      possible: false,
      refusal: expect.stringContaining('KILL_QUERIES'),
      command: expect.stringContaining(`KILL ${thread};`),
    });
    expect(await action('print').run(asked, shown, () => undefined, signal)).toMatchObject({ status: 'refused' });
  });

  test('a thread that does something else by now is left alone', async () => {
    const { thread } = await blocked();
    const asked = request(rowLock(thread));
    const shown = await action().preview(asked, signal);
    await open[0]?.query('ROLLBACK');
    await open[1]?.query('SELECT 1');
    expect(await action().run(asked, shown, () => undefined, signal)).toMatchObject({ status: 'refused', moved: true });
    expect(await threadOf(open[0] as Connection)).toBe(thread);
  });

  test('stuck statements of the named shape are ended, no other', async () => {
    const [stuck, other] = [await db.session('shop'), await db.session('shop')];
    open.push(stuck, other);
    const [a, b] = [await threadOf(stuck), await threadOf(other)];
    const ends = stuck.query('SELECT SLEEP(30) FROM users WHERE id = 1').then(
      () => 'ended',
      () => 'ended',
    );
    other.query('SELECT SLEEP(31) AS other FROM users').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const asked = request({
      kind: 'query-group',
      fingerprint: 'select sleep(?) from users where id = ?',
      threads: 2,
      threadIds: [a, b],
      tone: 'bad',
    });
    const shown = await action().preview(asked, signal);
    expect(shown.command.split('\n')[0]).toBe(`KILL QUERY ${a};`);
    expect(shown.command).not.toContain(`${b}`);
    expect(await action().run(asked, shown, () => undefined, signal)).toMatchObject({ status: 'done' });
    expect(await ends).toBe('ended');
  });

  test('without the right it fails, with the grant as this server words it: pasted, it mends it', async () => {
    const { thread } = await blocked();
    const asked = request(rowLock(thread));
    const shown = await action('run', 'weak').preview(asked, signal);
    const grant = `GRANT ${db.rights.kill} ON *.* TO 'weak'@'%';`;
    expect(await action('run', 'weak').run(asked, shown, () => undefined, signal)).toMatchObject({
      status: 'failed',
      fix: expect.stringContaining(grant),
    });
    expect(await action('run', 'weak').settle(asked, shown, signal)).toBeUndefined();
    const [line] = await action('run', 'weak').verify(signal);
    expect(line).toMatchObject({ ok: false, fix: expect.stringContaining(grant) });
    expect(await action().verify(signal)).toEqual([expect.objectContaining({ ok: true })]);
    await db.sql(grant);
    await kit.servers(db.url('weak', 'x', 'shop'))[0]?.close();
    expect(await action('run', 'weak').run(asked, shown, () => undefined, signal)).toMatchObject({ status: 'done' });
  });

  test('no evidence, no kill', async () => {
    expect(await action().preview(request(), signal)).toMatchObject({ possible: false });
  });
});
