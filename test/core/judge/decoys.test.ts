import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/core/diagnose.ts';
import { bundle, evidence } from './stories.ts';

type Json = Readonly<Record<string, unknown>>;

const live = { kind: 'commit', live: true, liveAt: '2026-03-01T02:50:00Z' };
const footer = {
  ...live,
  sha: 'c55c55c',
  message: 'Polish the footer',
  files: ['app/assets/footer.css'],
  diff: 'diff --git a/app/assets/footer.css b/app/assets/footer.css\n@@ -1 +1 @@\n-a{}\n+a{color:red}',
};
const released = evidence('releases', [{ kind: 'release', at: '2026-03-01T02:50:00Z', sha: 'c55c55c' }, footer]);

/** An innocent release two minutes before the onset beside the true cause. */
const innocent: readonly (readonly [string, Json, string])[] = [
  [
    'a provider',
    {
      kind: 'error-group',
      title: 'Faraday::ServerError: the server responded with status 503 for POST https://api.pay.example/charges',
      isNew: true,
    },
    'dependency-down',
  ],
  [
    'a certificate',
    { kind: 'log-group', message: 'tls: x509: certificate has expired or is not yet valid', count: 400 },
    'certificate-expired',
  ],
  ['a node', { kind: 'workload', name: 'web-1', workload: 'pod', reason: 'NodeLost' }, 'node-failure'],
  ['a full disk', { kind: 'error-group', title: "Mysql2::Error: The table 'orders' is full" }, 'disk-full'],
  [
    'traffic',
    { kind: 'metric', name: 'RequestCount', points: [{ at: '2026-03-01T03:00:00Z', value: 9000 }], baseline: { mean: 1000, max: 1300 } },
    'traffic-surge',
  ],
  [
    'a failover',
    { kind: 'error-group', title: 'The MySQL server is running with the --read-only option so it cannot execute this statement' },
    'failover-read-only',
  ],
];

describe('an innocent release before the onset', () => {
  test.each(innocent)('%s did it: nobody is convicted and a revert is useless', (_, finding, rule) => {
    const diagnosis = diagnose(bundle([evidence('source', [finding]), released]));
    expect(diagnosis.hypotheses[0]?.rule).toBe(rule);
    expect(diagnosis).toMatchObject({ revert: 'useless', suspects: [] });
  });
  test('memory that ran out under a release of a style sheet is not its fault', () => {
    const pod = { kind: 'workload', name: 'web-7d-abc', workload: 'pod', owner: 'web', reason: 'OOMKilled', image: 'reg/web:c55c55c' };
    const rollout = { kind: 'rollout', deployment: 'web', state: 'complete', sha: 'c55c55c' };
    expect(diagnose(bundle([evidence('deploy', [pod, rollout]), released])).revert).not.toBe('helps');
  });
});

test('one sign and a convicted commit are two signs: likely, and the revert is the remedy', () => {
  const error = {
    kind: 'error-group',
    title:
      'ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds (waited 5.001 seconds); all pooled connections were in use',
    isNew: true,
  };
  const settings = {
    ...live,
    sha: 'deadbee',
    message: 'Trim settings',
    files: ['config/database.yml'],
    diff: 'diff --git a/config/database.yml b/config/database.yml\n@@ -3,3 +3,3 @@\n-  pool: 20\n+  pool: 2\n',
  };
  const alone = diagnose(bundle([evidence('sentry', [error]), released]));
  expect(alone.hypotheses[0]).toMatchObject({ rule: 'connections-exhausted', confidence: 'possible' });
  const both = diagnose(bundle([evidence('sentry', [error]), released, evidence('more', [settings])]));
  expect(both.suspects.map((s) => s.sha)).toEqual(['deadbee']);
  expect(both.hypotheses[0]).toMatchObject({ confidence: 'likely', remedy: { kind: 'revert' } });
  expect(both.revert).toBe('helps');
});
