import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/core/diagnose.ts';
import type { Diagnosis } from '../../../src/core/diagnosis.ts';
import { judgeText } from '../../../src/core/text/judge-text.ts';
import { bundle, evidence } from '../judge/stories.ts';

const texts = new Map<string, { kind: 'pod_log'; text: string }>(
  ['texts.jsonl', 'own.jsonl'].flatMap((file) =>
    readFileSync(new URL(`../../cases/${file}`, import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .map((row) => [row.id, row] as const),
  ),
);

function judged(id: string): Diagnosis {
  const row = texts.get(id);
  if (row === undefined) throw new Error(`no case ${id}`);
  return judgeText(row.kind, row.text);
}

const ruleOf = (diagnosis: Diagnosis): string => diagnosis.hypotheses[0]?.rule ?? 'none';

/** The twenty distinctions of `test/cases/README.md`, each by the cases on its two sides. */
const pairs: readonly (readonly [string, string, string])[] = [
  ['1 line order: errors before the buffered output', 'r72_orphan_fk', 'migration-orphaned-rows'],
  ['1 line order: as on a terminal', 'r72_orphan_fk_tty', 'migration-orphaned-rows'],
  ['2 a killed migration whose log just ends is no cause', 'r72_hang_sigkill', 'none'],
  ['3 a concurrent migrator', 'r72_concurrent', 'migration-concurrent'],
  ['3 the same headline over a lost connection', 'r72_killed_conn', 'database-connection-lost'],
  ['3 the same headline over a SIGTERM', 'r72_hang_sigterm', 'job-timeout'],
  ['6 an exhausted id', 'x_range_message', 'integer-overflow'],
  ['6 a shrinking migration', 'r72_out_of_range_alter', 'migration-invalid-data'],
  ['7 Duplicate entry 2147483647 for PRIMARY is an exhausted key', 'x_pk_exhaust2', 'integer-overflow'],
  ['8 unknown column inside a migration is a bug of it', 'r72_unknown_column', 'migration-broken'],
  ['9 a missing migration without any SQL', 'x_notrun_attr', 'migration-pending'],
  ['10 duplicate entry is data', 'r61_dup', 'migration-duplicate-rows'],
  ['10 duplicate column is a second run', 'r61_dupcol', 'migration-object-exists'],
  ['10 duplicate key name is a second run', 'r72_dup_keyname', 'migration-object-exists'],
  ['11 the deploy pod failed, but not in a migration', 'r72_boot_keyerror', 'config-missing'],
  ['12 retried and then fine is fine', 'sm_lock_retry_ok', 'none'],
  ['12 retried and then failed is not', 'sm_lock_fail', 'migration-lock-timeout'],
  ['12 gh-ost prints 1205 while it retries', 'ghost_ok', 'none'],
  ['12 gh-ost gave up', 'gh_cutover_lock', 'migration-lock-timeout'],
  ['13 success that may not be one', 'gh_uniqdup', 'none'],
  ['14 exit 137 by a probe is not memory', 'k_desc_web-liveness', 'probe-failing'],
  ['14 OOMKilled with exit 1 is memory', 'k_desc_sidekiq-childoom', 'out-of-memory'],
  ['14 node ends its heap itself', 'node_heap', 'out-of-memory'],
  ['15 TimeoutError that is a lock wait', 'r72_mdl_timeout', 'migration-lock-timeout'],
  ['15 TimeoutError that is a slow query', 'x_read_timeout', 'missing-index'],
  ['15 Rack::Timeout spent in the database', 'x_missing_index_rack', 'missing-index'],
  ['17 READONLY of Redis', 'x_redis_readonly', 'cache-down'],
  ['17 --read-only of MySQL', 'x_read_only', 'failover-read-only'],
  ['17 refused by an HTTP client', 'x_pay_refused', 'dependency-down'],
  ['17 refused by the database', 'n_refused', 'database-unreachable'],
  ['17 503 of our own readiness', 'k_readiness503', 'probe-failing'],
  ['17 no space in the container', 'r_bootsnap_disk', 'disk-full'],
  ['18 libmariadb does not say MySQL', 'r72_conn_refused', 'database-unreachable'],
  ['18 an EXPLAIN tree without a scan', 'explain_ok', 'none'],
  ['18 an EXPLAIN tree with one', 'explain_tree_scan', 'missing-index'],
  ['19 sequelize-cli hides the words', 'seq_dup', 'migration-duplicate-rows'],
  ['19 Laravel cuts words at the width', 'la_incompat', 'key-type-mismatch'],
  ['19 colours inside a message', 'r72_pending_error', 'migration-pending'],
  ['19 sentry-ruby lists the root cause first', 'rs_lock', 'row-lock'],
  ['20 CrashLoopBackOff with exit 1 is a status', 'k_crash1', 'none'],
  ['20 BackoffLimitExceeded is a status', 'k_backoff', 'none'],
  ['20 kubectl wait says timed out for a failed job', 'k_wait_job', 'none'],
  ['20 DeadlineExceeded names itself', 'k_job_deploy-tasks-slow', 'job-timeout'],
];

describe('the distinctions that decide', () => {
  test.each(pairs)('%s (%s): %s', (_, id, rule) => {
    expect(ruleOf(judged(id))).toBe(rule);
  });

  test('4 a new column without parents is not orphaned: nothing is to be deleted', () => {
    const first = judged('r_addref').hypotheses[0];
    expect(first?.remedy.kind).toBe('roll-forward');
    expect(first?.remedy.hazards.join()).toContain('do not delete');
  });

  test.each(['k_log_deploy-tasks-4f2c9d1', 'r61_orphan_fk', 'r72_orphan_trace', 'lar_mig_orphan'])(
    '5 the table is never the temporary one (%s)',
    (id) => {
      const first = judged(id).hypotheses[0];
      expect(first?.facts.childTable).toBe('orders');
      expect(Object.values(first?.facts ?? {}).some((value) => value.startsWith('#sql'))).toBe(false);
    },
  );

  test('6 an absurd value is no exhausted id', () => {
    for (const id of ['x_pg_range', 'x_range_input_total']) {
      expect(judged(id).hypotheses.every((h) => h.confidence === 'possible')).toBe(true);
    }
  });

  test('8 unknown column: the text alone is open, the schema decides', () => {
    const title = "ActiveRecord::StatementInvalid: Mysql2::Error: Unknown column 'orders.currency' in 'where clause'";
    const error = evidence('sentry', [{ kind: 'error-group', title }]);
    const absent = evidence('migrations', [
      { kind: 'migration', version: '1', name: 'AddCurrencyToOrders', state: 'absent', statements: ['add-column orders(currency)'] },
    ]);
    expect(diagnose(bundle([error])).verdict).toBe('inconclusive');
    expect(diagnose(bundle([error, absent])).hypotheses[0]).toMatchObject({ rule: 'migration-pending', confidence: 'confirmed' });
  });

  test('16 an empty pool is one sign, and a lock beside it explains it', () => {
    const pool = {
      kind: 'error-group',
      title:
        'ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds (waited 5.001 seconds); all pooled connections were in use',
    };
    const lock = { kind: 'lock-wait', lock: 'row', waiters: 40, blockerThread: 9, blockerSeconds: 300, blockerIdle: true, table: 'stock' };
    expect(diagnose(bundle([evidence('sentry', [pool])])).hypotheses[0]).toMatchObject({
      rule: 'connections-exhausted',
      confidence: 'possible',
    });
    expect(ruleOf(diagnose(bundle([evidence('sentry', [pool]), evidence('mysql', [lock])])))).toBe('row-lock');
  });
});
