/** Evidence bundles of the outages that the judge must get right, small enough to read. */
import { type ReadBundle, readBundle } from '../../../src/core/bundle.ts';
import type { Bundle } from '../../../src/core/evidence.ts';

type Json = Readonly<Record<string, unknown>>;

export function evidence(check: string, findings: readonly Json[], status = 'found'): Json {
  return { check, at: '2026-03-01T03:04:10Z', tookMs: 10, outcome: { status, findings } };
}

export function blind(check: string): Json {
  return { check, at: '2026-03-01T03:04:10Z', tookMs: 10, outcome: { status: 'blind', why: `${check} refuses`, fix: `mend ${check}` } };
}

export function bundle(all: readonly Json[], more: Json = {}): Bundle {
  const read: ReadBundle = readBundle({
    version: 1,
    openedAt: '2026-03-01T03:04:00Z',
    onset: '2026-03-01T02:53:00Z',
    evidence: all,
    ...more,
  });
  if ('error' in read) throw new Error(read.error);
  if (read.dropped.length > 0) throw new Error(read.dropped.join('; '));
  return read.bundle;
}

const orphanLog = `bin/rails aborted!
StandardError: An error has occurred, all later migrations canceled: (StandardError)

Mysql2::Error: Cannot add or update a child row: a foreign key constraint fails (\`shop\`.\`#sql-160f_e\`, CONSTRAINT \`fk_rails_144e25bef6\` FOREIGN KEY (\`post_id\`) REFERENCES \`posts\` (\`id\`))
/app/db/migrate/20260301024000_thread_comments.rb:3:in \`change'
Tasks: TOP => db:migrate
== 20260301024000 ThreadComments: migrating ===================================
-- add_foreign_key(:comments, :posts)`.split('\n');

export function irisEvidence(oldCode = 'safe', state = 'absent'): readonly Json[] {
  return [
    evidence('rollbar', [
      {
        kind: 'error-rate',
        points: [
          { at: '2026-03-01T02:50:00Z', count: 4 },
          { at: '2026-03-01T03:00:00Z', count: 310 },
        ],
      },
    ]),
    evidence('rds', [
      {
        kind: 'metric',
        name: 'CPUUtilization',
        unit: 'Percent',
        points: [{ at: '2026-03-01T03:02:00Z', value: 97 }],
        baseline: { mean: 22, max: 40 },
      },
    ]),
    evidence('deploy', [
      {
        kind: 'workload',
        name: 'deploy-tasks-4f1c2ab',
        workload: 'job',
        reason: 'BackoffLimitExceeded',
        exitCode: 1,
        recovers: false,
        log: orphanLog,
      },
      { kind: 'rollout', deployment: 'web', state: 'complete', sha: '4f1c2ab', previousSha: '91b07de', liveAt: '2026-03-01T02:52:00Z' },
    ]),
    evidence('releases', [
      { kind: 'release', at: '2026-03-01T02:52:00Z', sha: '4f1c2ab' },
      { kind: 'release', at: '2026-02-28T12:00:00Z', sha: '91b07de', quiet: true },
      { kind: 'commit', sha: '4f1c2ab', liveAt: '2026-03-01T02:52:00Z', live: true, message: 'Threaded comments' },
      { kind: 'commit', sha: '91b07de', liveAt: '2026-02-28T12:00:00Z', live: true, message: 'Old' },
    ]),
    evidence('migrations', [
      {
        kind: 'migration',
        version: '20260301024000',
        name: 'ThreadComments',
        inRelease: '4f1c2ab',
        state,
        tone: 'bad',
        oldCode,
        why: 'it dropped posts.title, which the old code reads',
        statements: ['add-foreign-key comments(post_id) posts', 'add-index comments(post_id, created_at)'],
      },
    ]),
    evidence('mysql', [
      {
        kind: 'query-group',
        fingerprint: 'select * from comments where post_id = ? order by created_at desc limit ?',
        threads: 183,
        longestSeconds: 94,
        tables: ['comments'],
        states: { 'Sending data': 183 },
      },
    ]),
  ];
}

const column = (name: string, type: string): Json => ({ name, type });
const reference = { column: 'message_thread_id', table: 'message_threads', to: 'id', toType: 'bigint', by: 'name' };

export function intercomEvidence(): readonly Json[] {
  const message = '2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes';
  return [
    evidence('sentry', [
      {
        kind: 'error-group',
        title: `ActiveModel::RangeError: ${message}`,
        class: 'ActiveModel::RangeError',
        message,
        transaction: 'POST /conversations',
        transactionShare: 1,
        count: 1480,
        isNew: true,
      },
    ]),
    evidence(
      'releases',
      [1, 2, 3, 4, 5, 6, 7].flatMap((hour) => [
        { kind: 'release', at: `2026-03-01T0${hour}:00:00Z`, sha: `aaaaaa${hour}` },
        {
          kind: 'commit',
          sha: `aaaaaa${hour}`,
          live: true,
          liveAt: `2026-03-01T0${hour}:00:00Z`,
          files: ['app/views/x.erb'],
          diff: '+<p>x</p>',
        },
      ]),
    ),
    evidence('schema', [
      { kind: 'table', table: 'message_threads', autoIncrement: '2147501990', columns: [column('id', 'bigint')] },
      { kind: 'table', table: 'conversation_parts', rows: 35e9, columns: [column('message_thread_id', 'int')], references: [reference] },
      { kind: 'table', table: 'thread_stats', rows: 310e6, columns: [column('message_thread_id', 'int')], references: [reference] },
      { kind: 'table', table: 'thread_labels', rows: 4e6, columns: [column('message_thread_id', 'int')], references: [reference] },
      {
        kind: 'table',
        table: 'audits',
        rows: 5e6,
        columns: [column('thread_ref', 'bigint')],
        references: [{ ...reference, column: 'thread_ref', by: 'code' }],
      },
    ]),
  ];
}
