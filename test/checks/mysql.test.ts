import type { Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { mysql } from '../../src/checks/mysql.ts';
import type { Look } from '../../src/core/check.ts';
import { diagnose } from '../../src/core/diagnose.ts';
import type { Finding, FindingKind } from '../../src/core/evidence.ts';
import { mysqlKit } from '../../src/kit/mysql.ts';
import { aScope, checkContract, type Mood } from '../contract/check.ts';
import { type Mariadb, numbersTo, startMariadb } from '../setup/mariadb.ts';
import { cutAfter, tcp } from '../support/tcp.ts';

let db: Mariadb;
/** Statements left running on purpose; they end with the server. */
const stuck = (session: Connection, sql: string): void => void session.query(sql).catch(() => undefined);

beforeAll(async () => {
  db = await startMariadb(
    '--performance-schema=ON',
    '--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON',
    '--performance-schema-consumer-events-statements-current=ON',
    '--max-connections=60',
  );
  await db.sql(
    'CREATE DATABASE shop',
    'USE shop',
    'CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20), created_at DATETIME)',
    `INSERT INTO users (name) SELECT CONCAT('u', seq) FROM ${numbersTo(100)}`,
    'CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, external_ref VARCHAR(60), note VARCHAR(400))',
    `INSERT INTO orders (external_ref, note) SELECT SHA2(seq, 224), REPEAT('x', 300) FROM ${numbersTo(60_000)}`,
    'ANALYZE TABLE orders, users',
    "CREATE USER bot@'%' IDENTIFIED BY 'b0t-secret'",
    `GRANT PROCESS, ${db.rights.replication} ON *.* TO bot@'%'`,
    "GRANT SELECT ON performance_schema.* TO bot@'%'",
    "GRANT SELECT ON shop.* TO bot@'%'",
    "CREATE USER poor@'%' IDENTIFIED BY 'b0t-secret'",
    "CREATE USER lean@'%' IDENTIFIED BY 'b0t-secret'",
    "GRANT PROCESS ON *.* TO lean@'%'",
  );
});
afterAll(() => db[Symbol.asyncDispose]());

const open: Connection[] = [];
afterEach(async () => {
  for (const session of open.splice(0)) session.destroy();
  // Those that were cut off in a statement end when the server notices.
  for (
    let k = 0;
    k < 100 && (await db.rows("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = 'shop' AND ID <> CONNECTION_ID()")).length > 0;
    k++
  ) {
    const rows = await db.rows("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = 'shop' AND ID <> CONNECTION_ID()");
    for (const row of rows) await db.sql(`KILL ${row.ID}`).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

async function sessions(n: number): Promise<Connection[]> {
  const all = await Promise.all(Array.from({ length: n }, () => db.session('shop')));
  open.push(...all);
  return all;
}

/** What a statement that reads rows is at: MariaDB says it, MySQL only that it executes. */
const READING = ['Sending data', 'executing'];

/** Each session sends its statement again and again until it is told to end, or is cut off. */
function repeating(all: readonly Connection[], statement: (i: number) => string): () => Promise<void> {
  let going = true;
  const work = all.map(async (session, i) => {
    try {
      while (going) await session.query(statement(i));
    } catch {
      // The test has closed it.
    }
  });
  return async () => {
    going = false;
    await Promise.all(work);
  };
}

/** Waits until the server shows this many threads in one of these states. */
async function standing(n: number, ...states: string[]): Promise<void> {
  const within = states.map((state) => `STATE LIKE '${state}'`).join(' OR ');
  for (let k = 0; k < 400; k++) {
    const [row] = await db.rows(
      `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND INFO IS NOT NULL AND (${within})`,
    );
    if (Number(row?.n) >= n) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never ${n} threads in ${states.join(' or ')}`);
}

async function lookAs(url: string, lean = false, kit = mysqlKit()): Promise<Look> {
  try {
    return await mysql.make(() => url, { mysql: kit }).look({ ...aScope, lean }, AbortSignal.timeout(20_000));
  } finally {
    await Promise.all(kit.servers(url).map((server) => server.close()));
  }
}

function of<K extends FindingKind>(look: Look, kind: K): Extract<Finding, { kind: K }>[] {
  return (look.outcome.findings ?? []).filter((finding): finding is Extract<Finding, { kind: K }> => finding.kind === kind);
}

function judged(look: Look) {
  const evidence = [{ check: 'mysql', at: aScope.now, tookMs: 1, outcome: look.outcome }];
  return diagnose({ version: 1, openedAt: aScope.openedAt, evidence }).hypotheses[0];
}

const bot = (): string => db.url('bot', 'b0t-secret', 'shop');
const threadOf = async (session: Connection): Promise<number> =>
  Number((await session.query<never[]>('SELECT CONNECTION_ID() AS id'))[0].map((row: { id: number }) => row.id)[0]);

describe('a database in trouble', () => {
  test('an idle transaction, an ALTER behind it, and everybody behind the ALTER', async () => {
    const [idle, alter, ...others] = await sessions(8);
    if (idle === undefined || alter === undefined) throw new Error('no sessions');
    await idle.query('BEGIN');
    await idle.query('SELECT name FROM users WHERE id = 4711');
    stuck(alter, 'ALTER TABLE users ADD COLUMN locale VARCHAR(8)');
    await standing(1, '%metadata lock');
    for (const [i, other] of others.entries()) stuck(other, `SELECT name FROM users WHERE id = ${i}`);
    await standing(7, '%metadata lock');
    const look = await lookAs(bot());
    const [lock] = of(look, 'lock-wait');
    expect(look.outcome.status).toBe('found');
    expect(lock).toMatchObject({
      lock: 'metadata',
      waiters: 7,
      table: 'users',
      blockerThread: await threadOf(idle),
      blockerIdle: true,
      tone: 'bad',
    });
    expect(lock?.blockerStatement).toContain('select');
    expect(JSON.stringify(look)).not.toContain('4711');
    expect(look.cost?.statements).toBeLessThanOrEqual(10);
  });

  test('one row that an idle transaction holds', async () => {
    const [idle, ...others] = await sessions(7);
    if (idle === undefined) throw new Error('no sessions');
    await idle.query('BEGIN');
    await idle.query("UPDATE users SET name = 'held' WHERE id = 7");
    for (const other of others) stuck(other, "UPDATE users SET name = 'waits' WHERE id = 7");
    await standing(6, 'Updating');
    const look = await lookAs(bot());
    expect(of(look, 'lock-wait')).toEqual([
      expect.objectContaining({ lock: 'row', waiters: 6, blockerThread: await threadOf(idle), blockerIdle: true, tone: 'bad' }),
    ]);
  });

  test('a statement without an index, many at once: its plan, its table, and what one call examines', async () => {
    const busy = await sessions(12);
    const end = repeating(busy, (i) => `SELECT * FROM orders WHERE external_ref = 'REF-${i}' AND note LIKE '%y%y%y%' LIMIT 1`);
    await standing(8, ...READING);
    const look = await lookAs(bot());
    await end();
    const [group] = of(look, 'query-group');
    expect(group).toMatchObject({
      fingerprint: 'select * from orders where external_ref = ? and note like ? limit ?',
      tables: ['orders'],
      tone: 'bad',
      noIndexUsed: true,
      plan: [expect.objectContaining({ table: 'orders', type: 'ALL', key: null })],
    });
    expect(group?.rowsExaminedPerCall).toBeGreaterThan(50_000);
    expect(of(look, 'table')).toEqual([
      expect.objectContaining({ table: 'orders', indexes: [{ name: 'PRIMARY', columns: ['id'], unique: true }] }),
    ]);
    expect(JSON.stringify(look)).not.toContain('REF-');
    expect(look.cost?.statements).toBeLessThanOrEqual(10);
  });

  test('PROCESS alone shows the plan of a running statement in MariaDB; in MySQL the missing grant is named', async () => {
    const busy = await sessions(8);
    for (const session of busy)
      stuck(
        session,
        "SELECT COUNT(*) FROM orders a JOIN orders b ON a.note <> b.note WHERE a.external_ref = 'REF-1' OR b.external_ref > 'f'",
      );
    await standing(8, ...READING);
    const look = await lookAs(db.url('lean', 'b0t-secret'));
    const [group] = of(look, 'query-group');
    const notes = of(look, 'note').map((note) => note.text);
    if (db.flavour === 'mysql') {
      expect(notes).toContainEqual(expect.stringContaining("GRANT SELECT ON `shop`.* TO 'lean'@'%';"));
      return;
    }
    expect(group?.plan).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'ALL', key: null })]));
    expect(notes.join()).not.toContain('GRANT SELECT ON `shop`');
  });

  test('the plan that lies: ORDER BY id DESC LIMIT 1 without an index on the condition', async () => {
    const busy = await sessions(10);
    const end = repeating(busy, (i) => `SELECT * FROM orders WHERE external_ref = 'REF-${i}' ORDER BY id DESC LIMIT 1`);
    await standing(6, '%');
    const look = await lookAs(bot());
    await end();
    const group = of(look, 'query-group').find((one) => one.fingerprint.includes('order by id desc'));
    expect(group?.plan).toEqual([expect.objectContaining({ type: 'index', key: 'PRIMARY', extra: expect.stringMatching(/^Using where/) })]);
    expect(group?.rowsExaminedPerCall).toBeGreaterThan(50_000);
    expect(judged(look)?.rule).toBe('missing-index');
  });

  test('a crowd of short statements: Time is 0 for each of them, and still it is trouble', async () => {
    const busy = await sessions(45);
    const end = repeating(busy, (i) => `SELECT id FROM orders WHERE external_ref = 'REF-${i}'`);
    await standing(30, ...READING);
    const look = await lookAs(bot());
    await end();
    const [group] = of(look, 'query-group');
    expect(group).toMatchObject({ fingerprint: 'select id from orders where external_ref = ?', tone: 'bad', noIndexUsed: true });
    expect(group?.threads).toBeGreaterThanOrEqual(20);
    // None runs for long, which is what a look for slow statements would ask.
    expect(group?.longestSeconds).toBeLessThan(10);
    expect(judged(look)).toMatchObject({ rule: 'missing-index', facts: expect.objectContaining({ table: 'orders' }) });
  });

  test('a full server refuses us, and that is a finding', async () => {
    await db.sql('SET GLOBAL max_connections = 10');
    try {
      const filled = await Promise.allSettled(Array.from({ length: 14 }, () => db.session()));
      const held = filled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const look = await lookAs(bot());
      for (const session of held) session.destroy();
      expect(look.outcome).toMatchObject({ status: 'blind', findings: [{ kind: 'connections', refused: true, tone: 'bad' }] });
    } finally {
      await db.sql('SET GLOBAL max_connections = 60');
    }
  });
});

test('the connection that was opened before sees a server that is full', async () => {
  const kit = mysqlKit();
  const check = mysql.make(bot, { mysql: kit });
  await kit.servers(bot())[0]?.open(AbortSignal.timeout(10_000));
  await db.sql('SET GLOBAL max_connections = 10');
  try {
    const filled = await Promise.allSettled(Array.from({ length: 14 }, () => db.session()));
    const look = await check.look(aScope, AbortSignal.timeout(20_000));
    for (const one of filled) if (one.status === 'fulfilled') one.value.destroy();
    expect(of(look, 'connections')).toEqual([expect.objectContaining({ max: 10, tone: 'bad' })]);
  } finally {
    await db.sql('SET GLOBAL max_connections = 60');
    await kit.servers(bot())[0]?.close();
  }
});

describe('a calm database', () => {
  test('is quiet, with its connections counted', async () => {
    const look = await lookAs(bot());
    expect(look.outcome.status).toBe('quiet');
    expect(of(look, 'connections')).toEqual([expect.objectContaining({ max: 60, tone: 'normal' })]);
  });

  test('a later look asks for less', async () => {
    expect((await lookAs(bot(), true)).cost?.statements).toBeLessThanOrEqual(4);
  });
});

describe('several databases', () => {
  test('of one server have one process list: asked once', async () => {
    const look = await lookAs(`${bot()},${db.url('bot', 'b0t-secret', 'mysql')}`);
    expect(of(look, 'connections')).toHaveLength(1);
    expect(look.scope).toBe(`127.0.0.1:${db.port}`);
  });

  test('one that cannot be seen makes the calm of the others no answer', async () => {
    const { outcome } = await lookAs(`${bot()},mysql://bot:b0t-secret@127.0.0.1:1/shop`);
    expect(outcome).toMatchObject({ status: 'blind', why: expect.stringContaining('127.0.0.1:1') });
  });

  test('calm beside metrics of another, hot instance is blind', async () => {
    const kit = mysqlKit();
    const check = mysql.make(() => bot(), { mysql: kit });
    const { outcome, scope } = await check.look(aScope, AbortSignal.timeout(20_000));
    await kit.servers(bot())[0]?.close();
    const metric = (source: string, tone: 'bad' | 'normal', host: string): Finding => ({
      kind: 'metric',
      name: 'CPUUtilization',
      points: [],
      source,
      tone,
      hosts: [host],
    });
    const findings = [metric('prod-1', 'bad', 'prod-1.rds:3306'), metric('prod-2', 'normal', `127.0.0.1:${db.port}`)];
    const own = { check: 'mysql', at: '', tookMs: 1, outcome, ...(scope === undefined ? {} : { scope }) };
    const rds = { check: 'rds', at: '', tookMs: 1, outcome: { status: 'found' as const, findings } };
    expect(check.revise?.(own, [own, rds])).toMatchObject({ status: 'blind', fix: expect.stringContaining('prod-1.rds:3306') });
  });
});

describe('one connection', () => {
  const stop = (): AbortSignal => AbortSignal.timeout(20_000);
  const mine = () => db.rows("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'bot'");

  test('is all that several databases of one server take, and each is asked in its own', async () => {
    const kit = mysqlKit();
    const servers = kit.servers(['shop', 'performance_schema', ''].map((name) => db.url('bot', 'b0t-secret', name)).join());
    const where = () =>
      Promise.all(
        servers.map((server) => server.query('SELECT DATABASE() AS db', [], stop()).then(([row]) => String(row?.db).toLowerCase())),
      );
    expect(await where()).toEqual(['shop', 'performance_schema', 'information_schema']);
    expect(await servers[0]?.query('SELECT DATABASE() AS db', [], stop(), 'performance_schema')).toEqual([
      { db: expect.stringMatching(/^performance_schema$/i) },
    ]);
    expect(await where()).toEqual(['shop', 'performance_schema', 'information_schema']);
    expect(await mine()).toHaveLength(1);
    // One that is misspelt shuts out no other.
    const [wrong] = kit.servers(db.url('bot', 'b0t-secret', 'shpo'));
    await expect(wrong?.query('SELECT 1 AS one', [], stop())).rejects.toMatchObject({ errno: expect.toBeOneOf([1044, 1049]) });
    expect(await where()).toContain('shop');
    await Promise.all(servers.map((server) => server.close()));
  });

  test('keeps an answer only up to its size: many rows, or long ones; it is opened anew', async () => {
    const kit = mysqlKit({ rows: 1_000, characters: 50_000 });
    const [server] = kit.servers(bot());
    await expect(server?.query('SELECT id FROM orders', [], stop())).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
    await expect(server?.query("SELECT REPEAT('x', 60000) AS x", [], stop())).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
    expect(await server?.query('SELECT 1 AS one', [], stop())).toEqual([{ one: 1 }]);
    await server?.close();
  });

  test('statements too long to be taken whole are taken by their beginnings', async () => {
    const busy = await sessions(8);
    for (const session of busy)
      stuck(session, `SELECT SLEEP(20) FROM users WHERE id = 1 AND name IN (${Array(4_000).fill("'s3cret'").join()}) OR id = 2`);
    await standing(8, 'User sleep');
    const look = await lookAs(bot(), false, mysqlKit({ rows: 1_000, characters: 100_000 }));
    expect(of(look, 'query-group')[0]).toMatchObject({ threads: 8, tables: ['users'] });
    expect(JSON.stringify(look)).not.toContain('s3cret');
    expect(look.cost?.statements).toBeLessThanOrEqual(10);
  });

  test('a server that takes no writes says so', async () => {
    await db.sql('SET GLOBAL read_only = 1');
    try {
      const look = await lookAs(bot());
      expect(look.outcome.status).toBe('quiet');
      expect(of(look, 'note').map((note) => note.text)).toEqual([expect.stringContaining('takes no writes: a replica or a reader')]);
    } finally {
      await db.sql('SET GLOBAL read_only = 0');
    }
  });
});

describe('rights', () => {
  test('without PROCESS the list is only ourselves: blind, with the grant', async () => {
    expect((await lookAs(db.url('poor', 'b0t-secret'))).outcome).toMatchObject({
      status: 'blind',
      fix: "GRANT PROCESS ON *.* TO 'poor'@'%';",
    });
  });

  test('with PROCESS alone it sees, and names what would show more', async () => {
    const look = await lookAs(db.url('lean', 'b0t-secret'));
    expect(look.outcome.status).toBe('quiet');
    expect(of(look, 'note').map((note) => note.text)).toEqual([
      expect.stringContaining(`GRANT ${db.rights.replication} ON *.* TO 'lean'@'%';`),
    ]);
  });

  test('a wrong password is blind and stays secret', async () => {
    const look = await lookAs(db.url('bot', 'wrong-s3cret'));
    expect(look.outcome.status).toBe('blind');
    expect(JSON.stringify(look)).not.toMatch(/s3cret/);
  });

  test('doctor names each missing grant', async () => {
    const kit = mysqlKit();
    const url = db.url('lean', 'b0t-secret');
    const lines = await mysql.make(() => url, { mysql: kit }).verify(AbortSignal.timeout(5_000));
    await kit.servers(url)[0]?.close();
    expect(lines.map(({ ok, required, fix }) => ({ ok, required, fix }))).toEqual([
      { ok: true, required: true, fix: undefined },
      { ok: true, required: true, fix: undefined },
      { ok: false, required: false, fix: "GRANT SELECT ON performance_schema.* TO 'lean'@'%';" },
      { ok: false, required: false, fix: `GRANT ${db.rights.replication} ON *.* TO 'lean'@'%';` },
    ]);
  });
});

describe('what is to be pasted', () => {
  test.each([
    [
      'the check’s own words',
      async (url: string) => {
        const { outcome } = await lookAs(url);
        return outcome.status === 'blind' ? [outcome.fix] : [];
      },
    ],
    [
      'doctor’s lines',
      async (url: string) => {
        const kit = mysqlKit();
        const lines = await mysql.make(() => url, { mysql: kit }).verify(AbortSignal.timeout(5_000));
        await kit.servers(url)[0]?.close();
        return lines.flatMap((line) => (line.ok ? [] : [line.fix ?? '']));
      },
    ],
  ])('%s: pasted into the server as they are, they mend it', async (_, fixesOf) => {
    await db.sql(
      "DROP USER IF EXISTS bare@'%'",
      "CREATE USER bare@'%' IDENTIFIED BY 'b0t-secret'",
      "GRANT REFERENCES ON shop.* TO bare@'%'",
    );
    const url = db.url('bare', 'b0t-secret', 'shop');
    const fixes = await fixesOf(url);
    expect(fixes).not.toEqual([]);
    for (const fix of fixes) await db.sql(fix);
    expect((await lookAs(url)).outcome.status).toBe('quiet');
    expect(await fixesOf(url)).toEqual([]);
  });
});

describe('the contract', () => {
  const rig = async (mood: Mood) => {
    const kit = mysqlKit();
    const closers: (() => Promise<unknown>)[] = [];
    const url = async (): Promise<string> => {
      const served = async (serve: Parameters<typeof tcp>[0]): Promise<string> => {
        const server = await tcp(serve);
        closers.push(server.close);
        return `mysql://bot:b0t-secret@127.0.0.1:${server.port}/shop`;
      };
      switch (mood) {
        case 'refused': {
          const nobody = await tcp(() => undefined);
          await nobody.close();
          return `mysql://bot:b0t-secret@127.0.0.1:${nobody.port}/shop`;
        }
        case 'slow':
          return served(() => undefined);
        case 'garbage':
          return served((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n<html>Down for maintenance</html>'));
        case 'empty':
          return served((socket) => void socket.end());
        case 'truncated':
          return served(cutAfter(700, db.port));
        case 'unauthorised':
          return db.url('poor', 'b0t-secret');
        case 'trouble': {
          const [idle, ...others] = await sessions(7);
          await idle?.query('BEGIN');
          await idle?.query("UPDATE users SET name = 'held-s3cret' WHERE id = 9");
          for (const other of others) stuck(other, "UPDATE users SET name = 'waits-s3cret' WHERE id = 9");
          await standing(6, 'Updating');
          return bot();
        }
        default:
          return bot();
      }
    };
    const at = await url();
    return {
      check: mysql.make(() => at, { mysql: kit }),
      close: async () => {
        await Promise.all(kit.servers(at).map((server) => server.close()));
        for (const close of closers) await close();
      },
    };
  };
  checkContract('mysql', { build: rig, secrets: ['b0t-secret', 's3cret'], without: ['rateLimited'] });
});
