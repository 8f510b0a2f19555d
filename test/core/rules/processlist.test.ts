import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/core/diagnose.ts';
import type { Finding, QueryGroup } from '../../../src/core/evidence.ts';

const at = '2026-11-21T20:00:00.000Z';
const judge = (...findings: Finding[]) =>
  diagnose({ version: 1, openedAt: at, evidence: [{ check: 'mysql', at, tookMs: 1, outcome: { status: 'found', findings } }] });
const first = (...findings: Finding[]) => judge(...findings).hypotheses[0];

const stuck: QueryGroup = {
  kind: 'query-group',
  fingerprint: 'select * from orders where external_ref = ? limit ?',
  threads: 40,
  longestSeconds: 30,
  states: { executing: 40 },
  tables: ['orders'],
  threadIds: [11, 12, 13, 14],
  tone: 'bad',
};
const orders: Finding = {
  kind: 'table',
  table: 'orders',
  db: 'shop',
  rows: 3_000_000,
  indexes: [{ name: 'PRIMARY', columns: ['id'] }],
  tone: 'normal',
};
const scan = [{ table: 'orders', type: 'ALL', key: null, rows: 3_000_000, extra: 'Using where' }];

describe('missing index', () => {
  test('threads alone are a sign, never a proof', () =>
    expect(first(stuck)).toMatchObject({ rule: 'missing-index', confidence: 'possible' }));

  test('a plan, or the server’s word, confirms it, with the statement to paste', () => {
    expect(first({ ...stuck, noIndexUsed: true })).toMatchObject({ confidence: 'confirmed' });
    expect(first({ ...stuck, plan: scan }, orders)).toMatchObject({
      rule: 'missing-index',
      confidence: 'confirmed',
      facts: { table: 'orders', columns: 'external_ref' },
      remedy: {
        kind: 'add-index',
        safety: 'needs-care',
        commands: [
          'SET SESSION lock_wait_timeout = 5;',
          'ALTER TABLE `orders` ADD INDEX `index_orders_on_external_ref` (`external_ref`), ALGORITHM=INPLACE, LOCK=NONE;',
        ],
      },
    });
  });

  test('a walk through the primary key with LIMIT 1 is a scan, whatever the estimate says', () => {
    const walk = [{ table: 'orders', type: 'index', key: 'PRIMARY', rows: 1, extra: 'Using where' }];
    const fingerprint = 'select * from orders where external_ref = ? order by id desc limit ?';
    expect(first({ ...stuck, fingerprint, plan: walk }, orders)).toMatchObject({ rule: 'missing-index', confidence: 'confirmed' });
  });

  test('a good plan clears it', () => {
    expect(judge({ ...stuck, plan: [{ table: 'orders', type: 'ref', key: 'i', rows: 2, extra: '' }] }).hypotheses).toEqual([]);
  });

  test('a large table gets the tools that build beside the load', () => {
    const commands = first({ ...stuck, plan: scan }, { ...orders, rows: 900_000_000 })?.remedy.commands ?? [];
    expect(commands[0]).toContain('gh-ost --database=shop --table=orders');
    expect(commands[1]).toContain('pt-online-schema-change');
  });

  test('the index is being added already: fewer statements, no second index', () => {
    const adding: QueryGroup = {
      kind: 'query-group',
      fingerprint: 'alter table `orders` add index i (external_ref)',
      threads: 1,
      sampleId: 99,
      tone: 'changed',
      states: { 'altering table': 1 },
    };
    const hypothesis = first({ ...stuck, noIndexUsed: true }, adding);
    expect(hypothesis).toMatchObject({ rule: 'missing-index', remedy: { kind: 'kill-queries' } });
    expect(hypothesis?.remedy.commands).not.toContain('KILL QUERY 99;');
  });
});

describe('locks', () => {
  test.each([
    ['metadata', 'metadata-lock'],
    ['row', 'row-lock'],
    ['table', 'table-lock'],
    ['flush', 'flush-wait'],
    ['global-read', 'flush-wait'],
  ] as const)('%s is %s: the one holder is ended, whole when it sleeps', (lock, rule) => {
    const wait: Finding = {
      kind: 'lock-wait',
      lock,
      waiters: 60,
      blockerThread: 421,
      blockerIdle: true,
      blockerSeconds: 700,
      table: 'users',
      tone: 'bad',
    };
    expect(first(wait)).toMatchObject({
      rule,
      confidence: 'confirmed',
      facts: { thread: '421', table: 'users', waiters: '60' },
      remedy: { kind: 'kill-queries', commands: ['KILL 421;', 'CALL mysql.rds_kill(421); -- on RDS'] },
    });
    expect(first({ ...wait, blockerIdle: false })?.remedy.commands[0]).toBe('KILL QUERY 421;');
  });

  test('an unknown holder is looked for, not guessed', () => {
    expect(first({ kind: 'lock-wait', lock: 'metadata', waiters: 5, tone: 'bad' })).toMatchObject({
      confidence: 'likely',
      remedy: { kind: 'look-closer', safety: 'safe' },
    });
  });

  test('who waits for a user lock (GET_LOCK) is no alarm', () => {
    expect(judge({ kind: 'lock-wait', lock: 'user', waiters: 5, tone: 'normal' }).hypotheses).toEqual([]);
  });

  test('connections that are full because of a lock follow from it', () => {
    const { hypotheses } = judge(
      { kind: 'lock-wait', lock: 'row', waiters: 200, blockerThread: 9, blockerIdle: true, tone: 'bad' },
      { kind: 'connections', used: 300, max: 300, tone: 'bad' },
    );
    expect(hypotheses.map((one) => one.rule)).toEqual(['row-lock', 'connections-exhausted']);
  });
});

describe('a full disk', () => {
  test.each(['Waiting for someone to free space', 'Waiting for disk space'])('%s explains the table lock behind it', (state) => {
    const { hypotheses } = judge(
      {
        kind: 'query-group',
        fingerprint: 'insert into t_full (s) values (?)',
        threads: 1,
        longestSeconds: 9,
        states: { [state]: 1 },
        sampleId: 937,
        tone: 'bad',
      },
      { kind: 'lock-wait', lock: 'table', waiters: 4, blockerThread: 937, blockerIdle: false, table: 't_full', tone: 'bad' },
    );
    expect(hypotheses[0]).toMatchObject({ rule: 'disk-full', facts: { table: 't_full', thread: '937' } });
  });
});

describe('the others', () => {
  test.each([
    [{ kind: 'connections', refused: true, tone: 'bad' }, 'connections-exhausted', 'confirmed'],
    [{ kind: 'connections', used: 590, max: 600, tone: 'bad' }, 'connections-exhausted', 'confirmed'],
    [
      { kind: 'lock-wait', lock: 'row', waiters: 0, blockerThread: 5, blockerSeconds: 900, blockerIdle: true, tone: 'bad' },
      'long-transaction',
      'possible',
    ],
    [
      { kind: 'metric', name: 'AuroraReplicaLag', unit: 'Milliseconds', points: [{ at, value: 90_000 }], tone: 'bad' },
      'replication-lag',
      'likely',
    ],
    [
      { kind: 'query-group', fingerprint: 'select sql_no_cache * from `orders`', threads: 1, longestSeconds: 4000, tone: 'normal' },
      'backup-running',
      'possible',
    ],
    [
      { kind: 'query-group', fingerprint: 'alter table t add column a int', threads: 1, states: { 'altering table': 1 }, tone: 'changed' },
      'schema-change-running',
      'possible',
    ],
  ] satisfies [Finding, string, string][])('%j', (finding, rule, confidence) => expect(first(finding)).toMatchObject({ rule, confidence }));

  test('room is left, nobody is behind: no word', () => {
    expect(
      judge(
        { kind: 'connections', used: 60, max: 600, tone: 'normal' },
        { kind: 'metric', name: 'ReplicaLag', points: [{ at, value: 1 }], tone: 'normal' },
      ).hypotheses,
    ).toEqual([]);
  });
});
