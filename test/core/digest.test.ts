import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digest, type ProcessRow, processRows, readProcesslist } from '../../src/core/digest.ts';
import { processlistEvidence } from '../../src/core/digest-findings.ts';
import { fingerprintKey } from '../../src/core/fingerprint.ts';

let next = 100;
const row = (info: string | undefined, more: Partial<ProcessRow> = {}): ProcessRow => ({
  id: next++,
  user: 'app',
  host: '10.0.0.1:4000',
  db: 'shop',
  command: info === undefined ? 'Sleep' : 'Query',
  time: 1,
  state: info === undefined ? '' : 'executing',
  info,
  ...more,
});
const many = (n: number, make: (i: number) => ProcessRow): ProcessRow[] => Array.from({ length: n }, (_, i) => make(i));

describe('digest', () => {
  test('groups by shape, most threads first, then seconds', () => {
    const rows = [
      ...many(3, (i) => row(`SELECT a FROM t WHERE b = ${i}`, { time: 2 })),
      ...many(2, (i) => row(`SELECT c FROM u WHERE d = 'x${i}'`, { time: 50 + i })),
      ...many(2, (i) => row(`DELETE FROM v WHERE d = ${i}`, { time: 90 })),
    ];
    const { groups } = digest(rows);
    expect(
      groups.map(({ fingerprint, threads, totalSeconds, longestSeconds }) => [fingerprint, threads, totalSeconds, longestSeconds]),
    ).toEqual([
      ['select a from t where b = ?', 3, 6, 2],
      ['delete from v where d = ?', 2, 180, 90],
      ['select c from u where d = ?', 2, 101, 51],
    ]);
    expect(groups[2]).toMatchObject({ tables: ['u'], sampleId: rows[4]?.id, states: { executing: 2 }, user: 'app', db: 'shop' });
  });

  test('sleeping, system and our own sessions stand in no group, but are counted', () => {
    const rows = [
      row('SELECT a FROM t'),
      row(undefined),
      row(undefined),
      row('SHOW FULL PROCESSLIST'),
      row('SELECT * FROM performance_schema.processlist'),
      row('SELECT b FROM t', { id: 7 }),
      row(undefined, { user: 'event_scheduler', command: 'Daemon', state: 'Waiting on empty queue' }),
      row(undefined, { user: 'system user', command: 'Connect', state: 'Waiting for master to send event' }),
      row(undefined, { command: 'Binlog Dump GTID', user: 'repl' }),
      row('SELECT 1', { user: 'rdsadmin' }),
      row(undefined, { user: 'unauthenticated user', command: 'Connect', state: 'Receiving from client' }),
    ];
    const { groups, connections } = digest(rows, { self: 7 });
    expect(groups.map((group) => group.fingerprint)).toEqual(['select a from t']);
    expect(connections).toMatchObject({ sleeping: 2, running: 1, connecting: 1, used: 7 });
  });

  test('a statement that was cut has a group of its own; one of the same length that was not cut has not', () => {
    const full = (n: number): string => `SELECT aaaaaaaa FROM tttttttttttt WHERE bbbbbbbbbbbb = ${n} AND cccccccccccc = 1 AND ddd = 5`;
    const whole = full(0).replace('= 0', `= ${'1'.repeat(101 - full(0).length)}`);
    expect(whole).toHaveLength(100);
    const cut = `${whole.slice(0, 60)}${' AND eeeeee = 1 AND fffffff = 2 AND gggg'}`.slice(0, 100).padEnd(100, 'g');
    const { groups } = digest([row(full(1)), row(whole), row(cut)]);
    expect(groups.map((group) => [group.threads, group.cut])).toEqual([
      [2, false],
      [1, true],
    ]);
  });

  test('a dump and a running schema change are facts, no trouble', () => {
    const { outcome } = processlistEvidence(
      [
        row('SELECT /*!40001 SQL_NO_CACHE */ * FROM `orders`', { time: 900, state: 'Sending to client' }),
        row('ALTER TABLE orders ADD INDEX i (a), ALGORITHM=INPLACE, LOCK=NONE', { time: 300, state: 'altering table' }),
      ],
      '2026-11-21T20:00:00Z',
      3,
    );
    expect(outcome.findings?.map((finding) => finding.tone)).toEqual(['normal', 'changed', 'normal']);
  });

  test('the evidence holds no literal', () => {
    const evidence = processlistEvidence(
      [row("SELECT a FROM t WHERE token = 's3cret'"), row("UPDATE t SET a = 's3cret' WHERE id = 1", { time: 9, state: 'updating' })],
      'now',
      1,
    );
    expect(JSON.stringify(evidence)).not.toContain('s3cret');
  });
});

describe('reading a process list', () => {
  const json = '[{"ID":5,"USER":"app","HOST":"h","DB":null,"COMMAND":"Query","TIME":"3","STATE":"executing","INFO":"SELECT 1"}]';
  const expected = { id: 5, user: 'app', host: 'h', db: undefined, command: 'Query', time: 3, state: 'executing', info: 'SELECT 1' };
  test.each([
    ['JSON rows', json],
    ['an object of rows', `{"rows":${json}}`],
    ['JSON lines', `${json.slice(1, -1)}\n${json.slice(1, -1)}`],
    ['mysql -B', 'Id\tUser\tHost\tdb\tCommand\tTime\tState\tInfo\tProgress\n5\tapp\th\tNULL\tQuery\t3\texecuting\tSELECT 1\t0.000\n'],
    [
      "the client's table",
      '+----+------+------+------+---------+------+-----------+----------+\n| Id | User | Host | db   | Command | Time | State     | Info     |\n+----+------+------+------+---------+------+-----------+----------+\n|  5 | app  | h    | NULL | Query   |    3 | executing | SELECT 1 |\n+----+------+------+------+---------+------+-----------+----------+\n1 row in set (0.00 sec)\n',
    ],
    [
      '\\G',
      '*************************** 1. row ***************************\n     Id: 5\n   User: app\n   Host: h\n     db: NULL\nCommand: Query\n   Time: 3\n  State: executing\n   Info: SELECT 1\nProgress: 0.000\n',
    ],
  ])('%s', (_, text) => {
    expect(readProcesslist(text)?.[0]).toEqual(expected);
  });

  test('a statement over several lines stays whole', () => {
    const vertical = '*** 1. row ***'.replaceAll('***', '*'.repeat(27));
    const rows = readProcesslist(
      `${vertical}\n     Id: 5\n   User: app\n   Host: h\n     db: d\nCommand: Query\n   Time: 3\n  State: x\n   Info: SELECT a\n  FROM t\n  WHERE b: 1\n`,
    );
    expect(rows?.[0]?.info).toBe('SELECT a\n  FROM t\n  WHERE b: 1');
    expect(readProcesslist("Id\tUser\tInfo\n5\tapp\tSELECT a\\nFROM t\\tWHERE b = '\\\\'\n")?.[0]?.info).toBe(
      "SELECT a\nFROM t\tWHERE b = '\\'",
    );
  });

  test.each(['', 'hello', '{"error":"no"}', '[1,2]', '[{"a":1}]', '{"rows":'])('what is none is no process list: %s', (text) => {
    expect(readProcesslist(text)).toBeUndefined();
  });
});

describe('the truth of 400 made shapes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'processlist-'));
  let rows: readonly { Info: string; _shape: number; _trunc: number }[] = [];
  beforeAll(() => {
    execFileSync(process.execPath, [
      new URL('../../bench/gen-processlist.cjs', import.meta.url).pathname,
      '--rows',
      '12000',
      '--zipf',
      '0.6',
      '--seed',
      '7',
      '--out',
      folder,
    ]);
    rows = readFileSync(join(folder, 'processlist.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('400 shapes are 400 groups, none mixed, none split; what is cut mixes with none', () => {
    const whole = rows.filter((one) => one._trunc === 0);
    const pairs = new Set(whole.map((one) => `${one._shape} ${fingerprintKey(one.Info)}`));
    expect(new Set(whole.map((one) => one._shape)).size).toBe(400);
    expect(pairs.size).toBe(400);
    expect(new Set(whole.map((one) => fingerprintKey(one.Info))).size).toBe(400);
    const cut = processRows(rows.filter((one) => one._trunc === 1)) ?? [];
    const shapes = new Set(digest(processRows(whole) ?? [], { limit: 0 }).groups.map((group) => group.fingerprint));
    expect(
      digest([...(processRows(whole) ?? []), ...cut], { limit: 0 }).groups.filter((group) => !group.cut && !shapes.has(group.fingerprint)),
    ).toEqual([]);
    expect(digest(cut, { limit: 0 }).groups.every((group) => group.cut)).toBe(true);
  });
});
