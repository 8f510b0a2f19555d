import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/core/diagnose.ts';
import { blind, bundle, evidence, intercomEvidence, irisEvidence } from './stories.ts';

describe('a failed migration whose code is live', () => {
  const diagnosis = diagnose(bundle(irisEvidence()));
  const first = diagnosis.hypotheses[0];

  test('the root is the orphaned rows, seen in the log', () => {
    expect(first).toMatchObject({ rule: 'migration-orphaned-rows', confidence: 'confirmed' });
    expect(first?.facts).toMatchObject({
      childTable: 'comments',
      column: 'post_id',
      parentTable: 'posts',
      constraint: 'fk_rails_144e25bef6',
    });
  });
  test('the chain goes from the release to the symptom', () => {
    const chain = first?.chain.join(' → ') ?? '';
    const parts = [
      '4f1c2ab is live',
      'comments.post_id',
      'So add_index comments (post_id, created_at) never ran',
      'All 183 queries are one statement that needs it, oldest 94 s',
      'RDS CPU 97 %',
      '310 a minute',
    ];
    const places = parts.map((part) => chain.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
  test('a revert helps, of the one commit since the last quiet release, and is safe', () => {
    expect(diagnosis.revert).toBe('helps');
    expect(first?.remedy).toMatchObject({ kind: 'revert', safety: 'safe', range: ['4f1c2ab'], commands: ['git revert --no-edit 4f1c2ab'] });
  });
  test('next: rows, the migration alone, then revert the revert', () => {
    expect(diagnosis.next[0]).toContain('LEFT JOIN posts');
    expect(diagnosis.next[1]).toContain('alone');
    expect(diagnosis.next[2]).toContain('revert the revert');
  });
  test('every reason cites a finding that is there', () => {
    expect(first?.because.every(({ from }) => ['deploy', 'migrations'].includes(from.check) && from.key !== '')).toBe(true);
  });
  test('harmful when the old code cannot live with the schema: roll forward', () => {
    const harmful = diagnose(bundle(irisEvidence('do-not', 'partial')));
    expect(harmful.revert).toBe('harmful');
    expect(harmful.hypotheses[0]?.remedy.kind).toBe('roll-forward');
    expect(harmful.why).toContain('posts.title');
  });
  test('nothing to take back while the failed release is not live', () => {
    const notLive = irisEvidence().filter((e) => e.check !== 'releases' && e.check !== 'deploy');
    const job = evidence('deploy', [
      {
        kind: 'workload',
        name: 'deploy-tasks',
        workload: 'job',
        log: ["Mysql2::Error: Duplicate column name 'x'", "/app/db/migrate/20260301024000_x.rb:3:in `change'"],
      },
      { kind: 'rollout', deployment: 'web', state: 'stalled', sha: 'fff' },
    ]);
    expect(diagnose(bundle([...notLive, job])).revert).toBe('useless');
  });
  test('"not the cause" takes it away and ranks again', () => {
    const rules = diagnose(bundle(irisEvidence()), { refused: ['migration-orphaned-rows'] }).hypotheses.map((h) => h.rule);
    expect(rules).not.toContain('migration-orphaned-rows');
  });
});

describe('a key that outgrew its columns', () => {
  const diagnosis = diagnose(bundle(intercomEvidence()));
  const first = diagnosis.hypotheses[0];

  test('is confirmed by the schema and names every column that is too small, and only those', () => {
    expect(first).toMatchObject({ rule: 'integer-overflow', confidence: 'confirmed' });
    expect(first?.facts.columns).toBe(
      'thread_labels.message_thread_id, thread_stats.message_thread_id, conversation_parts.message_thread_id',
    );
  });
  test('sorts the work into minutes, hours and days', () => {
    const text = first?.because.map((b) => b.text).join('\n') ?? '';
    expect(text).toMatch(/thread_labels.*minutes[\s\S]*thread_stats.*hours[\s\S]*conversation_parts.*days/);
  });
  test('no release brought it: useless, nobody convicted', () => {
    expect(diagnosis.revert).toBe('useless');
    expect(diagnosis.suspects).toEqual([]);
  });
  test('a widened table under older processes means restart before switching on', () => {
    const changed = [
      ...intercomEvidence(),
      evidence('schema-2', [{ kind: 'table', table: 'thread_stats', changedAt: '2026-03-01T13:22:00Z' }]),
      evidence('rollouts', [{ kind: 'rollout', deployment: 'web', oldestPodStartedAt: '2026-03-01T07:00:00Z' }]),
    ];
    const stale = diagnose(bundle(changed)).hypotheses.find((h) => h.rule === 'stale-schema-cache');
    expect(stale).toMatchObject({ confidence: 'likely', remedy: { kind: 'restart' } });
  });
});

describe('abstaining', () => {
  test('errors without a cause and two blind checks: inconclusive, revert unknown, what to mend', () => {
    const diagnosis = diagnose(
      bundle([
        evidence('rollbar', [{ kind: 'error-rate', points: [{ at: '2026-03-01T03:00:00Z', count: 38 }] }]),
        blind('mysql'),
        blind('deploy'),
        evidence('releases', [{ kind: 'release', at: '2026-03-01T02:31:00Z', sha: '77ab0c1' }]),
      ]),
    );
    expect(diagnosis).toMatchObject({ verdict: 'inconclusive', revert: 'unknown', suspects: [] });
    expect(diagnosis.blind.map((b) => b.check)).toEqual(['deploy', 'mysql']);
    expect(diagnosis.next.join()).toContain('mend mysql');
  });
  test('all quiet is healthy; all quiet but one blind is not', () => {
    const quiet = evidence('rds', [{ kind: 'metric', name: 'CPUUtilization', points: [], tone: 'normal' }], 'quiet');
    expect(diagnose(bundle([quiet])).verdict).toBe('healthy');
    expect(diagnose(bundle([quiet, blind('mysql')])).verdict).toBe('inconclusive');
  });
  test('an old error that is only louder is one sign, no cause', () => {
    const error = {
      kind: 'error-group',
      title: 'TypeError: x is not a function',
      class: 'TypeError',
      message: 'x is not a function',
      trend: 'as-always',
    };
    expect(diagnose(bundle([evidence('sentry', [error])])).verdict).toBe('inconclusive');
    expect(diagnose(bundle([evidence('sentry', [{ ...error, trend: 'new' }])])).verdict).toBe('cause');
  });
  test('a note of a person is a sign, never a proof', () => {
    const note = evidence('note-1', [{ kind: 'note', text: "redis says READONLY You can't write against a read only replica." }]);
    expect(diagnose(bundle([note])).hypotheses[0]).toMatchObject({ rule: 'cache-down', confidence: 'possible' });
  });
});

describe('rollouts', () => {
  test('an image that is not to be had, in a rollout under way: rollback, and the release brought it', () => {
    const diagnosis = diagnose(
      bundle([
        evidence('deploy', [
          {
            kind: 'workload',
            name: 'web-1',
            workload: 'pod',
            reason: 'ImagePullBackOff',
            image: 'reg/web:abc',
            owner: 'web',
            events: [{ reason: 'Failed', message: 'Failed to pull image "reg/web:abc": not found' }],
          },
          { kind: 'rollout', deployment: 'web', state: 'stalled', sha: 'abc' },
        ]),
      ]),
    );
    expect(diagnosis.hypotheses[0]).toMatchObject({ rule: 'image-pull', confidence: 'confirmed', remedy: { kind: 'rollback' } });
    expect(diagnosis.revert).toBe('helps');
  });
});

describe('metrics', () => {
  test.each([
    ['BurstBalance', 0.4, { mean: 95, max: 100 }, 'burst-credits-spent'],
    ['RequestCount', 9000, { mean: 1000, max: 1400 }, 'traffic-surge'],
    ['FreeStorageSpace', 1e6, { mean: 50e9, max: 60e9 }, 'disk-full'],
    ['ReplicaLag', 900, { mean: 1, max: 3 }, 'replication-lag'],
  ])('%s at %d', (name, value, baseline, rule) => {
    const metric = { kind: 'metric', name, points: [{ at: '2026-03-01T03:00:00Z', value }], baseline };
    expect(diagnose(bundle([evidence('rds', [metric])])).hypotheses[0]?.rule).toBe(rule);
  });
  test('the usual traffic is no surge', () => {
    const metric = {
      kind: 'metric',
      name: 'RequestCount',
      points: [{ at: '2026-03-01T03:00:00Z', value: 1500 }],
      baseline: { mean: 1000, max: 1400 },
    };
    expect(diagnose(bundle([evidence('rds', [metric])])).hypotheses).toEqual([]);
  });
});
