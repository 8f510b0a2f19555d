import { sqlName, sqlNames } from '../../paste.ts';
import type { Fit, Rule } from '../../rule.ts';
import { type TextCase, textsFor } from '../cases.ts';
import { textRule } from '../text-rule.ts';
import { on, remedy, textGrounds } from '../write.ts';

/** Requests that waited for a row until their time was up. The process list names the blocker; the text only the victims. */
export const rowLockText = textRule({
  id: 'row-lock',
  strength: 'strong',
  cause: (facts) => `Requests wait for a row${on(facts.table, ' of ')} that another transaction holds`,
  remedy: () =>
    remedy('kill-queries', 'one open transaction holds the row; ending it frees the rest', {
      commands: [
        'SELECT trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_rows_modified, trx_query FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 5;',
      ],
      hazards: ['ending a long writer starts a rollback that may take longer than it ran', 'more database connections make it worse'],
      safety: 'needs-care',
    }),
  next: () => [
    'find the oldest transaction that is not waiting itself',
    'see what it belongs to: a job, a console, a request that calls another system inside it',
    'end it, or wait',
  ],
  chain: (facts) => ['one transaction holds a row and stays open', `others wait for it${on(facts.table)} until their time is up`],
});

/** A full server or an empty pool. Never "make the pool bigger" first: what holds the connections is the cause. */
export const connectionsExhaustedText = textRule({
  id: 'connections-exhausted',
  strength: ({ fault }) => (fault.meaning === 'pool-empty' ? 'sign' : 'strong'),
  cause: (facts) =>
    facts.waited === undefined && facts.pool === undefined
      ? `No database connection is left${on(facts.user, ' for ')}`
      : `The pool of database connections is empty${on(facts.waited, ': ')}`,
  remedy: () =>
    remedy('look-closer', 'a full pool or server is a symptom: find what holds the connections', {
      commands: [
        "SELECT USER, SUBSTRING_INDEX(HOST, ':', 1) AS host, COMMAND, STATE, COUNT(*), MAX(TIME) FROM information_schema.PROCESSLIST GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT 20;",
      ],
      hazards: ['a larger pool or max_connections moves the queue into the database'],
      safety: 'safe',
    }),
  next: () => [
    'are the connections busy, waiting for one lock, or asleep?',
    'busy: the slow statement is the cause; one lock: its holder; asleep: the app leaks them',
    'free some: restart the largest holder',
  ],
  chain: (facts) => [`connections are held${on(facts.waited, ': ')}`, 'new requests get none'],
  against: () => [
    'all of them wait for one row or one table: then that lock is the cause',
    'the database is idle: then the app leaks connections',
  ],
});

/** A statement that ran into its time limit: often, not always, for want of an index. Only a plan could confirm it. */
export const missingIndexText: Rule = {
  id: 'missing-index',
  fits: (facts) => textsFor(facts, 'missing-index').flatMap(slow),
};

function slow(found: TextCase): readonly Fit[] {
  return found.fault.meaning === 'full-scan' ? [scanned(found)] : timedOut(found);
}

/** A plan or the slow log shows the table read whole. */
function scanned(found: TextCase): Fit {
  const { facts } = found;
  const { table = 'the table', columns = facts.column ?? '' } = facts;
  return {
    cause: `A statement reads ${table} whole${on(facts.rows ?? facts.rowsExamined, ' (')}${facts.rows === undefined && facts.rowsExamined === undefined ? '' : ' rows)'}: an index${on(columns === '' ? undefined : columns, ' on ')} is missing`,
    about: table,
    grounds: textGrounds(found, 'strong'),
    facts,
    remedy: remedy('add-index', 'the condition has no index that fits', {
      commands:
        columns === ''
          ? []
          : [
              `SET SESSION lock_wait_timeout = 5; ALTER TABLE ${sqlName(table)} ADD INDEX ${sqlName(`idx_${table.split('.').at(-1) ?? 'table'}_${columns.replaceAll(', ', '_')}`)} (${sqlNames(columns)}), ALGORITHM=INPLACE, LOCK=NONE;`,
            ],
      hazards: [
        'under full load this takes minutes instead of seconds and looks like a lock at first: shed load before',
        'on a large table use gh-ost or pt-online-schema-change',
      ],
      safety: 'needs-care',
    }),
    next: ['confirm it with the plan of the statement: type ALL, key NULL', 'shed load, then add the index', 'see the plan use it'],
    chain: [`no index${on(columns === '' ? undefined : columns, ' on ')} of ${table}`, 'the statement reads the whole table'],
    against: ['the statement is a report or an export that must read all rows'],
  };
}

function timedOut(found: TextCase): readonly Fit[] {
  const { fault, reading } = found;
  const share = fault.meaning === 'request-timeout' ? databaseShare(reading.lines) : undefined;
  if (fault.meaning === 'request-timeout' && share === undefined) return [];
  const limit = reading.lines.map((line) => /\b(?<limit>timeout=\d+ms)\b/.exec(line)?.groups?.limit).find((value) => value !== undefined);
  return [
    {
      cause: `A statement ran longer than its time limit${on(found.facts.place, ', called at ')}: perhaps an index is missing`,
      about: found.facts.place ?? 'slow',
      grounds: textGrounds(found, 'sign'),
      facts: {
        ...found.facts,
        ...(limit === undefined ? {} : { timeout: limit }),
        ...(share === undefined ? {} : { databaseShare: share }),
      },
      atMost: 'possible',
      remedy: remedy('look-closer', 'the text names no statement; the process list or a plan does', {
        commands: ['SHOW FULL PROCESSLIST;', 'EXPLAIN FORMAT=TRADITIONAL <the statement>;'],
        safety: 'safe',
      }),
      next: [
        'find the statement: process list, slow log, or the code at that place',
        'look at its plan: type ALL without key over many rows is a missing index',
        'shed load before adding an index under fire',
      ],
      chain: ['one statement runs into its time limit'],
      against: ['a lock: then the statement waits instead of working', 'a plan that uses an index'],
    },
  ];
}

/** Rails prints both: `Completed 500 … in 993ms (ActiveRecord: 983.0ms …`. Mostly database, or not the database's fault. */
function databaseShare(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const groups = /Completed 5\d\d .{0,60}? in (?<total>\d+)ms \(.{0,60}?ActiveRecord: (?<db>[\d.]+)ms/.exec(line)?.groups;
    if (groups?.total === undefined || groups.db === undefined) continue;
    const share = Number(groups.db) / Math.max(1, Number(groups.total));
    if (share > 0.7) return `${Math.round(share * 100)} %`;
  }
  return undefined;
}

export const replicationLagText = textRule({
  id: 'replication-lag',
  strength: 'strong',
  byRelease: 'no',
  cause: (facts) =>
    facts.value === undefined
      ? 'A replica has stopped replaying: it falls behind until someone mends it'
      : `A replica is behind by ${facts.value} s`,
  remedy: () =>
    remedy('look-closer', 'reads from the replica are old; what it replays slowly is the cause', {
      commands: ['SHOW REPLICA STATUS\\G'],
      safety: 'safe',
    }),
  next: () => ['read from the primary where it matters', 'find the large transaction or schema change it replays'],
});
