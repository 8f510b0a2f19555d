import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integerHeadroom } from '../../src/checks/integer-headroom.ts';
import { schema } from '../../src/checks/schema.ts';
import type { Look } from '../../src/core/check.ts';
import type { Evidence, Finding, Table } from '../../src/core/evidence.ts';
import { headroomMessage } from '../../src/core/headroom.ts';
import { mysqlKit } from '../../src/kit/mysql.ts';
import { aScope, checkContract, type Mood } from '../contract/check.ts';
import { type Mariadb, startMariadb } from '../setup/mariadb.ts';
import { cutAfter, tcp } from '../support/tcp.ts';

let db: Mariadb;

beforeAll(async () => {
  db = await startMariadb();
  await db.sql(
    'CREATE DATABASE shop',
    'USE shop',
    'CREATE TABLE messages (id BIGINT PRIMARY KEY AUTO_INCREMENT, body VARCHAR(20)) AUTO_INCREMENT = 2147501900',
    "INSERT INTO messages (body) VALUES ('x')",
    'CREATE TABLE message_reads (id BIGINT PRIMARY KEY AUTO_INCREMENT, message_id INT NOT NULL, user_id INT, KEY index_reads (message_id))',
    'CREATE TABLE audits (id BIGINT PRIMARY KEY AUTO_INCREMENT, message_ref INT, last_message_id INT UNSIGNED)',
    'CREATE TABLE wide (id BIGINT PRIMARY KEY AUTO_INCREMENT, message_id BIGINT)',
    'CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(9))',
    'CREATE TABLE pets (id INT PRIMARY KEY AUTO_INCREMENT, user_id SMALLINT)',
    'CREATE TABLE tiny (id TINYINT PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 120',
    'CREATE DATABASE calm',
    'CREATE TABLE calm.users (id INT PRIMARY KEY AUTO_INCREMENT)',
    'CREATE TABLE calm.messages (id INT PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 77',
    'CREATE TABLE calm.notes (id INT PRIMARY KEY AUTO_INCREMENT, message_id SMALLINT)',
    "CREATE USER bot@'%' IDENTIFIED BY 'b0t-secret'",
    "GRANT REFERENCES ON shop.* TO bot@'%'",
    "GRANT REFERENCES ON calm.* TO bot@'%'",
    "CREATE USER poor@'%' IDENTIFIED BY 'b0t-secret'",
    "GRANT SHOW VIEW ON shop.* TO poor@'%'",
  );
});
afterAll(() => db[Symbol.asyncDispose]());

const evidence = (check: string, ...findings: Finding[]): Evidence => ({
  check,
  at: aScope.now,
  tookMs: 1,
  outcome: { status: 'found', findings },
});
const overflow = evidence('rollbar', {
  kind: 'error-group',
  title: 'ActiveModel::RangeError: 2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes',
});
const declared = evidence('releases', {
  kind: 'table',
  table: 'audits',
  references: [{ column: 'message_ref', table: 'messages', to: 'id', by: 'code' }],
  tone: 'normal',
});

async function lookAs(url: string, known: readonly Evidence[], lean = false): Promise<Look> {
  const kit = mysqlKit();
  try {
    return await schema.make(() => url, { mysql: kit }).look({ ...aScope, known, lean }, AbortSignal.timeout(10_000));
  } finally {
    await Promise.all(kit.servers(url).map((server) => server.close()));
  }
}

const bot = (database = 'shop'): string => db.url('bot', 'b0t-secret', database);
const tables = (look: Look): readonly Table[] => (look.outcome.findings ?? []).filter((finding) => finding.kind === 'table');
const table = (look: Look, name: string): Table | undefined => tables(look).find((one) => one.table === name);

describe('the schema behind an error', () => {
  test('every column that a key has outgrown: by name, by declaration; none that is wide enough', async () => {
    const look = await lookAs(bot(), [overflow, declared]);
    expect(look.outcome.status).toBe('found');
    expect(table(look, 'messages')).toMatchObject({ autoIncrement: '2147501901', tone: 'normal' });
    expect(table(look, 'message_reads')).toMatchObject({
      tone: 'bad',
      references: [{ column: 'message_id', table: 'messages', to: 'id', by: 'name', toType: expect.stringMatching(/^bigint/) }],
      columns: expect.arrayContaining([
        expect.objectContaining({ name: 'message_id', type: expect.stringMatching(/^int/), unsigned: false }),
      ]),
    });
    expect(table(look, 'audits')?.references).toEqual([
      expect.objectContaining({ column: 'message_ref', by: 'code' }),
      expect.objectContaining({ column: 'last_message_id', by: 'name' }),
    ]);
    expect(tables(look).map((one) => one.table)).not.toContain('wide');
    expect(tables(look).map((one) => one.table)).not.toContain('pets');
    expect(look.cost?.statements).toBeLessThanOrEqual(10);
  });

  test('a table the error names comes with its columns and indexes', async () => {
    const look = await lookAs(bot(), [
      evidence('rollbar', { kind: 'error-group', title: "Mysql2::Error: Unknown column 'pets.colour' in 'field list'" }),
    ]);
    expect(table(look, 'pets')).toMatchObject({
      indexes: [{ name: 'PRIMARY', columns: ['id'], unique: true }],
      columns: [{ name: 'id' }, { name: 'user_id' }],
    });
  });

  test('a later look reads the same tables, and sees that a type has changed', async () => {
    const first = await lookAs(bot(), [overflow, declared]);
    const known = [overflow, declared, { ...evidence('schema'), outcome: first.outcome }];
    await db.sql('ALTER TABLE shop.message_reads MODIFY message_id BIGINT NOT NULL');
    const look = await lookAs(bot(), known, true);
    await db.sql('ALTER TABLE shop.message_reads MODIFY message_id INT NOT NULL');
    expect(table(look, 'message_reads')).toMatchObject({
      tone: 'normal',
      columns: expect.arrayContaining([expect.objectContaining({ name: 'message_id', type: expect.stringMatching(/^bigint/) })]),
    });
    expect(table(look, 'audits')?.tone).toBe('bad');
    expect(look.cost?.statements).toBe(2);
  });

  test('nothing points to the schema: it asks nothing', async () => {
    const look = await lookAs(bot(), [evidence('rollbar', { kind: 'error-group', title: 'Net::ReadTimeout' })]);
    expect(look).toMatchObject({ outcome: { status: 'quiet' } });
    expect(look.cost).toBeUndefined();
  });

  test('nobody else could see: that nothing points to the schema is no news', async () => {
    const rollbar = { ...evidence('rollbar'), outcome: { status: 'blind' as const, why: 'token refused', fix: 'Set it' } };
    expect((await lookAs(bot(), [rollbar])).outcome).toMatchObject({ status: 'blind', why: expect.stringContaining('rollbar') });
  });

  test('it starts once an error points to the schema and the releases have spoken', () => {
    const { ready } = schema.make(() => bot(), { mysql: mysqlKit() });
    expect([[], [overflow], [declared], [overflow, declared]].map((known) => ready?.(known))).toEqual([false, false, false, true]);
  });

  test('the weekly line: keys, and columns that hold keys, above 85 %', async () => {
    const kit = mysqlKit();
    const [server] = kit.servers(bot());
    if (server === undefined) throw new Error('no server');
    const answer = await integerHeadroom(server, AbortSignal.timeout(5_000));
    await server.close();
    expect('keys' in answer && answer.keys.map((key) => `${key.table}.${key.column}`)).toEqual(['message_reads.message_id', 'tiny.id']);
    const keys = 'keys' in answer ? answer.keys.map((key) => ({ ...key, server: server.host })) : [];
    // MySQL 8 and later tell no display width.
    expect(headroomMessage(keys, 'k')?.text.replaceAll(/(int)\(\d+\)/g, '$1')).toBe(
      '🔴 message_reads.message_id (int), which holds keys of messages, has used 100 % of its range: full.\n' +
        '🟡 tiny.id (tinyint) has used 94.4 % of its range.',
    );
  });
});

describe('the three ways to know that a column holds a key', () => {
  const MESSAGES = 'CREATE TABLE messages (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 5000000000';
  const ways = async (known: readonly Evidence[]) => {
    const look = await lookAs(bot('ways'), known);
    return tables(look).flatMap((one) =>
      (one.references ?? []).map((reference) => [`${one.table}.${reference.column}`, reference.by, one.tone]),
    );
  };
  beforeAll(() => db.sql('CREATE DATABASE ways', 'USE ways', MESSAGES, "GRANT REFERENCES ON ways.* TO bot@'%'"));

  test('by constraint: a key that was made anew, wider, with the checks off', async ({ skip }) => {
    // MySQL refuses that with the checks off, too: there a constraint never has two widths.
    skip(db.flavour === 'mysql');
    await db.sql(
      'DROP TABLE messages',
      'CREATE TABLE messages (id INT UNSIGNED PRIMARY KEY)',
      'CREATE TABLE reads_of (id INT PRIMARY KEY, seen INT UNSIGNED, CONSTRAINT fk_seen FOREIGN KEY (seen) REFERENCES messages (id))',
      'SET SESSION foreign_key_checks = 0',
      'DROP TABLE messages',
      MESSAGES,
      'SET SESSION foreign_key_checks = 1',
    );
    expect(await ways([overflow, evidence('releases')])).toEqual([['reads_of.seen', 'constraint', 'bad']]);
    await db.sql('DROP TABLE reads_of');
  });

  test('by its name alone', async () => {
    await db.sql('CREATE TABLE replies (id INT PRIMARY KEY, message_id INT UNSIGNED, seen INT UNSIGNED)');
    expect(await ways([overflow, evidence('releases')])).toEqual([['replies.message_id', 'name', 'bad']]);
    await db.sql('DROP TABLE replies');
  });

  test('by what the code declares alone: nothing in the database says it', async () => {
    await db.sql('CREATE TABLE threads (id INT PRIMARY KEY, opener INT UNSIGNED)');
    expect(await ways([overflow, evidence('releases')])).toEqual([]);
    const code = evidence('releases', {
      kind: 'table',
      table: 'threads',
      references: [{ column: 'opener', table: 'messages', to: 'id', by: 'code' }],
      tone: 'normal',
    });
    expect(await ways([overflow, code])).toEqual([['threads.opener', 'code', 'bad']]);
    await db.sql('DROP TABLE threads');
  });
});

describe('a URL without a database', () => {
  test('tables of one name in two schemas stay apart, at the first look and later', async () => {
    const known = [overflow, declared];
    const first = await lookAs(bot(''), known);
    const reads = tables(first).find((one) => one.table === 'message_reads');
    expect(reads).toMatchObject({
      db: 'shop',
      tone: 'bad',
      references: [expect.objectContaining({ table: 'messages', toType: expect.stringMatching(/^bigint/) })],
    });
    // Its key has used 77: the other schema's 2,147,501,901 is none of its business.
    expect(tables(first).filter((one) => one.db === 'calm' && one.tone === 'bad')).toEqual([]);
    expect(tables(first).find((one) => one.table === 'audits')?.references).toContainEqual(
      expect.objectContaining({ column: 'message_ref', by: 'code' }),
    );
    const again = await lookAs(bot(''), [...known, { ...evidence('schema'), outcome: first.outcome }], true);
    expect(tables(again).map((one) => [one.db, one.table, one.tone])).toEqual(tables(first).map((one) => [one.db, one.table, one.tone]));
    expect(again.cost?.statements).toBe(2);
  });

  test('the weekly line names the schema', async () => {
    const kit = mysqlKit();
    const [server] = kit.servers(bot(''));
    const answer = server === undefined ? undefined : await integerHeadroom(server, AbortSignal.timeout(5_000));
    await server?.close();
    const keys = answer !== undefined && 'keys' in answer ? answer.keys : [];
    expect(keys.filter((one) => one.table.startsWith('shop.')).map((one) => [`${one.table}.${one.column}`, one.of])).toEqual([
      ['shop.message_reads.message_id', 'shop.messages'],
      ['shop.tiny.id', 'shop.tiny'],
    ]);
    expect(keys.filter((one) => one.table.startsWith('calm.'))).toEqual([]);
  });
});

describe('the contract', () => {
  const build = async (mood: Mood) => {
    const kit = mysqlKit();
    const closers: (() => Promise<unknown>)[] = [];
    const served = async (serve: Parameters<typeof tcp>[0]): Promise<string> => {
      const server = await tcp(serve);
      closers.push(server.close);
      return `mysql://bot:b0t-secret@127.0.0.1:${server.port}/shop`;
    };
    const urls: Partial<Record<Mood, () => Promise<string> | string>> = {
      refused: async () => {
        const nobody = await tcp(() => undefined);
        await nobody.close();
        return `mysql://bot:b0t-secret@127.0.0.1:${nobody.port}/shop`;
      },
      slow: () => served(() => undefined),
      garbage: () => served((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n<html>Down for maintenance</html>')),
      empty: () => served((socket) => void socket.end()),
      truncated: () => served(cutAfter(420, db.port)),
      unauthorised: () => db.url('poor', 'b0t-secret', 'shop'),
      calm: () => bot('calm'),
    };
    const url = await (urls[mood] ?? (() => bot()))();
    return {
      check: schema.make(() => url, { mysql: kit }),
      scope: { known: [overflow, declared] },
      close: async () => {
        await Promise.all(kit.servers(url).map((server) => server.close()));
        for (const close of closers) await close();
      },
    };
  };
  checkContract('schema', { build, secrets: ['b0t-secret'], without: ['rateLimited'] });
});
