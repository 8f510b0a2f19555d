import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/core/diagnose.ts';
import { digest } from '../../src/core/digest.ts';
import { processlistEvidence } from '../../src/core/digest-findings.ts';
import { roleOf } from '../../src/core/process-roles.ts';
import type { ProcessRow } from '../../src/core/processlist.ts';

const row = (fields: Partial<ProcessRow>): ProcessRow => ({
  id: 1,
  user: 'app',
  host: '10.0.0.9:41000',
  db: 'shop',
  command: 'Query',
  time: 86_400,
  state: '',
  info: undefined,
  ...fields,
});

const DUMP = 'SELECT /*!40001 SQL_NO_CACHE */ * FROM `orders`';

/** Rows that a calm server shows for days: old, many of them, and nobody's trouble. */
const harmless: [what: string, fields: Partial<ProcessRow>][] = [
  ['our own thread', { id: 77, info: 'SELECT 1' }],
  ['another look at the list', { info: 'SHOW FULL PROCESSLIST', state: 'starting' }],
  ['the event scheduler, waiting', { user: 'event_scheduler', command: 'Daemon', state: 'Waiting on empty queue', db: undefined }],
  ['the event scheduler, between two events', { user: 'event_scheduler', command: 'Daemon', state: 'Waiting for next activation' }],
  [
    'a replica that is served',
    { user: 'repl', command: 'Binlog Dump', state: 'Master has sent all binlog to slave; waiting for more updates' },
  ],
  [
    'a replica that is served by GTID',
    { user: 'repl', command: 'Binlog Dump GTID', state: 'Source has sent all binlog to replica; waiting for more updates' },
  ],
  ['the receiver of a replica', { user: 'system user', command: 'Connect', state: 'Waiting for source to send event' }],
  ['the receiver of MariaDB', { user: 'system user', command: 'Slave_IO', state: 'Waiting for master to send event' }],
  [
    'the applier, with nothing to do',
    { user: 'system user', command: 'Slave_SQL', state: 'Slave has read all relay log; waiting for more updates', time: 3 },
  ],
  ['a worker of the applier', { user: 'system user', command: 'Slave_worker', state: 'Waiting for work from SQL thread', time: 3 }],
  ['InnoDB of MariaDB', { user: 'system user', command: 'Daemon', state: 'InnoDB purge worker' }],
  ['RDS itself', { user: 'rdsadmin', command: 'Sleep', time: 3 }],
  ['a session asleep', { command: 'Sleep', time: 55 }],
];

describe('rows that are no trouble', () => {
  test.each(harmless)('%s: never a group, never a cause', (_, fields) => {
    const rows = [row(fields)];
    expect(roleOf(row(fields), 77)).not.toBe('running');
    expect(digest(rows, { self: 77 })).toMatchObject({ groups: [], locks: [] });
    const at = '2026-11-21T20:00:00.000Z';
    expect(diagnose({ version: 1, openedAt: at, evidence: [processlistEvidence(rows, at, 0, { self: 77 })] }).hypotheses).toEqual([]);
  });

  test('the same states on an application’s own statement are not', () => {
    expect(roleOf(row({ info: 'SELECT 1', state: 'Sending data' }), 77)).toBe('running');
    expect(roleOf(row({ user: 'unauthenticated user', command: 'Connect', state: 'Receiving from client' }))).toBe('connecting');
  });

  test('a dump that reads for hours is told as a backup, and is no trouble by itself', () => {
    const [group] = digest([row({ info: DUMP, state: 'Sending to client' })], {}).groups;
    expect(group).toMatchObject({ role: 'backup', longestSeconds: 86_400 });
  });
});
