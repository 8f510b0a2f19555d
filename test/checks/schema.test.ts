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
    expect(headroomMessage(keys, 'k')?.text).toBe(
      '🔴 message_reads.message_id (int(11)), which holds keys of messages, has used 100 % of its range: full.\n' +
        '🟡 tiny.id (tinyint(4)) has used 94.4 % of its range.',
    );
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
