import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mysql } from '../../src/checks/mysql.ts';
import type { MysqlRow, MysqlServer } from '../../src/core/kit/mysql.ts';
import { judgeText } from '../../src/core/text/judge-text.ts';
import { aScope } from '../contract/check.ts';

/** What MySQL 9.7.4 and MariaDB 10.11 answered while ten sessions ran one statement without an index, and to the faults of migrations. */
type Flavour = 'mysql97' | 'mariadb1011';
const recorded = (flavour: Flavour, name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/${flavour}/${name}.json`, import.meta.url), 'utf8'));
interface Answered {
  rows: readonly MysqlRow[];
}
interface Step {
  label: string;
  sql: string;
  error?: { sqlMessage: string };
}

const VERSIONS = { mysql97: '9.7.4-2', mariadb1011: '10.11.19-MariaDB' };

/** Answers by what is asked for, under the names the check asks for; every number as the server's driver gives it. */
function replayed(flavour: Flavour): MysqlServer {
  const { is, esc, digest }: Record<'is' | 'esc' | 'digest', Answered> = recorded(flavour, 'h_evidence');
  const statement = (i: number) =>
    `SELECT \`orders\`.* FROM \`orders\` WHERE \`orders\`.\`external_ref\` = 'REF-${i}' AND \`note\` NOT LIKE '%y%' LIMIT 1`;
  const list = Array.from({ length: 10 }, (_, i) => {
    const { ID, STATE = null, COMMAND = null, TIME = 1 } = is.rows[i % is.rows.length] ?? {};
    return {
      Id: Number(ID) + i,
      User: 'app',
      Host: '10.0.0.9:4',
      db: 'shop',
      Command: COMMAND,
      Time: TIME,
      State: STATE,
      Info: statement(i),
    };
  });
  const answers: [asks: RegExp, rows: readonly MysqlRow[]][] = [
    [/VERSION\(\)/, [{ self: 1, version: VERSIONS[flavour], account: 'bot@%', max_connections: 151, performance_schema: 1, read_only: 0 }]],
    [/PROCESSLIST$/, list],
    [/events_statements_current/, esc.rows.map((row) => ({ thread: row.id ?? null, none: row.NO_INDEX_USED ?? null }))],
    [
      /summary_by_digest/,
      digest.rows.map((row) => ({
        text: row.dt ?? null,
        calls: row.COUNT_STAR ?? null,
        examined: row.SUM_ROWS_EXAMINED ?? null,
        noindex: row.SUM_NO_INDEX_USED ?? null,
      })),
    ],
  ];
  return {
    host: 'db:3306',
    db: 'shop',
    open: async () => {},
    close: async () => {},
    query: async (sql) => answers.find(([asks]) => asks.test(sql))?.[1] ?? [],
  };
}

describe.each(['mysql97', 'mariadb1011'] as const)('%s', (flavour) => {
  test('proof of a missing index without a plan: from the statements that run, or from those that ended', async () => {
    const check = mysql.make(() => '', { mysql: { servers: () => [replayed(flavour)] } });
    const { outcome } = await check.look(aScope, AbortSignal.timeout(20_000));
    const group = outcome.findings?.find((finding) => finding.kind === 'query-group');
    expect(group).toMatchObject({ threads: 10, tone: 'bad', noIndexUsed: true, rowsExaminedPerCall: 3_000_000, tables: ['orders'] });
    expect(JSON.stringify(outcome)).not.toContain('REF-');
  });

  const faults: [label: string, rule: string, facts: Record<string, string>][] = [
    ['d FK int->bigint refused', 'key-type-mismatch', {}],
    ['d overflow, strict mode', 'integer-overflow', { column: 'message_id' }],
    ['d overflow multi-row names the row', 'integer-overflow', { column: 'message_id', row: '3' }],
    ['d ai exhausted', 'integer-overflow', {}],
    ['d fix, forced online is refused', 'migration-broken', { instead: 'ALGORITHM=COPY' }],
    ['e add fk (default algorithm)', 'migration-orphaned-rows', { constraint: 'fk_rails_0a1b2c3d4e', parentTable: 'parents' }],
    ['e add unique', 'migration-duplicate-rows', { index: 'index_dup_emails_on_email' }],
    ['e drop missing index', 'migration-broken', { index: 'nope' }],
    ['e duplicate column', 'migration-object-exists', { column: 'email' }],
    ['e table exists', 'migration-object-exists', { table: 'dup_emails' }],
  ];
  test.each(faults)('%s is %s, in this server’s words', (label, rule, facts) => {
    const steps: readonly Step[] = recorded(flavour, 'de_schema').steps;
    const step = steps.find((one) => one.label === label);
    const said = `Mysql2::Error: ${step?.error?.sqlMessage}`;
    const { hypotheses } = /^(ALTER|CREATE|DROP)/i.test(step?.sql ?? '')
      ? judgeText('pod_log', `StandardError: An error has occurred, all later migrations canceled:\n\n${said}`)
      : judgeText('exception', `ActiveRecord::StatementInvalid: ${said}`);
    expect(hypotheses[0]).toMatchObject({ rule, facts });
  });
});
