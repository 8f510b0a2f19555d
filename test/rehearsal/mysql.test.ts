import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startMysql } from '../../src/rehearsal/stand-ins/mysql.ts';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { quick, worldAt } from './stage.ts';

const TWENTY_ORPHANS =
  'SELECT c.TABLE_NAME, c.COLUMN_NAME FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA,TABLE_NAME) ' +
  'LEFT JOIN information_schema.STATISTICS s ON s.TABLE_SCHEMA=c.TABLE_SCHEMA AND s.TABLE_NAME=c.TABLE_NAME AND s.COLUMN_NAME=c.COLUMN_NAME AND s.SEQ_IN_INDEX=1 ' +
  "WHERE c.TABLE_SCHEMA=? AND t.TABLE_TYPE='BASE TABLE' AND c.COLUMN_NAME LIKE '%\\_id' AND s.INDEX_NAME IS NULL";

let world: ReturnType<typeof worldAt>;
let server: Awaited<ReturnType<typeof startMysql>>;
const connect = () =>
  createConnection({ uri: server.url, dateStrings: true, supportBigNumbers: true, bigNumberStrings: true, rowsAsArray: false });

beforeEach(async () => {
  world = worldAt(iris, 11);
  server = await startMysql(world, quick);
});
afterEach(async () => {
  await server.close();
  world.remove();
});

test('a client logs in, sets its session up, and sees the stuck threads', async () => {
  const client = await connect();
  await client.query('SET SESSION lock_wait_timeout=1');
  await client.query('SET SESSION TRANSACTION READ ONLY');
  await client.ping();
  const [rows] = await client.query('SHOW FULL PROCESSLIST');
  const stuck = (rows as { Info: string | null; Time: unknown; Command: string }[]).filter((row) =>
    row.Info?.includes('ORDER BY `comments`'),
  );
  expect(stuck.length).toBeGreaterThan(170);
  expect(Math.max(...stuck.map((row) => Number(row.Time)))).toBeGreaterThan(60);
  await client.end();
});

test('any question about the catalogues is answered by its meaning', async () => {
  const client = await connect();
  const ask = async (sql: string, values: string[] = []) => (await client.query(sql, values))[0] as Record<string, unknown>[];
  expect(await ask('SELECT VERSION() AS v, @@max_connections AS most, CONNECTION_ID() > 0 AS me')).toEqual([
    { v: '8.0.39', most: 600, me: 1 },
  ]);
  expect(await ask(TWENTY_ORPHANS, ['checkout'])).toEqual([{ TABLE_NAME: 'comments', COLUMN_NAME: 'post_id' }]);
  expect(await ask('SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 1')).toEqual([{ version: '20261116095500' }]);
  expect(await ask("SHOW GLOBAL VARIABLES LIKE 'max\\_connections'")).toEqual([{ Variable_name: 'max_connections', Value: '600' }]);
  expect(await ask("SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_running', 'Uptime')")).toHaveLength(2);
  const grouped = await ask(
    "SELECT TABLE_NAME, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX SEPARATOR ',') cols FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND table_name = 'COMMENTS' GROUP BY TABLE_NAME, INDEX_NAME ORDER BY INDEX_NAME",
  );
  expect(grouped.map((row) => row.cols)).toEqual(['thread_key', 'user_id', 'id']);
  const trx = await ask(
    'SELECT trx_mysql_thread_id, TIMESTAMPDIFF(SECOND,trx_started,NOW()) age FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 1',
  );
  expect(Number(trx[0]?.age)).toBeGreaterThan(60);
  const proof = await ask(
    'SELECT t.PROCESSLIST_ID id, s.NO_INDEX_USED bad FROM performance_schema.threads t JOIN performance_schema.events_statements_current s USING (THREAD_ID) WHERE s.NO_INDEX_USED = 1 LIMIT 1',
  );
  expect(proof).toHaveLength(1);
  const [plan] = await ask(
    'EXPLAIN FORMAT=TRADITIONAL SELECT * FROM `comments` WHERE `comments`.`post_id` = 3 ORDER BY `comments`.`created_at` ASC LIMIT 50',
  );
  expect(plan).toMatchObject({ table: 'comments', type: 'ALL', key: null, Extra: 'Using where; Using filesort' });
  await client.end();
});

test.each([
  ['SELEC 1', 1064],
  ['SELECT nope FROM comments', 1054],
  ['SELECT 1 FROM nowhere', 1146],
  ['SELECT * FROM information_schema.INNODB_LOCK_WAITS', 1109],
  ['SET SESSION max_statement_time=2', 1193],
  ['SHOW EXPLAIN FOR 3', 1064],
  ['UPDATE comments SET body = 1', 1142],
  ['KILL 999999', 1094],
  ['KILL 30000', 1095],
])('%s is refused with %i', async (sql, errno) => {
  const client = await connect();
  await expect(client.query(sql)).rejects.toMatchObject({ errno });
  await client.query('SELECT 1');
  await client.end();
});

test('a wrong password is turned away', async () => {
  await expect(createConnection(server.url.replace('read-only', 'wrong'))).rejects.toMatchObject({ errno: 1045 });
});
