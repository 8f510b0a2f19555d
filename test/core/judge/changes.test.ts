import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/core/diagnose.ts';
import { bundle, evidence } from './stories.ts';

type Json = Readonly<Record<string, unknown>>;

const sha = 'd'.repeat(40);

function commit(path: string, lines: string, more: Json = {}): Json {
  const diff = `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -10,4 +10,4 @@\n${lines}`;
  return { kind: 'commit', sha, live: true, liveAt: '2026-03-01T02:45:00Z', message: 'Tidy up', files: [path], diff, ...more };
}

const log = (message: string, service = 'cart'): Json => ({ kind: 'log-group', message, service, level: 'error', count: 900 });
const points = Array.from({ length: 20 }, (_, i) => ({ at: `2026-03-01T02:${40 + i}:00Z`, value: i < 13 ? 20 : 900 }));
const slow: Json = { kind: 'metric', name: 'cart.duration.p99', unit: 'ms', points, baseline: { mean: 20, max: 30 } };

describe('a change as the cause, where no rule names what it broke', () => {
  test('is told as a sentence, with one line to paste', () => {
    const limit = commit('deploy/cart/values.yaml', ' redis:\n-  timeout: 2s\n+  timeout: 20ms');
    const { hypotheses, revert, why, suspects } = diagnose(bundle([evidence('metrics', [slow]), evidence('git', [limit])]));
    expect(suspects.map((s) => s.sha)).toEqual([sha]);
    expect(hypotheses[0]).toMatchObject({
      rule: 'config-change',
      confidence: 'likely',
      remedy: { kind: 'revert', range: [sha], safety: 'safe' },
    });
    expect(revert).toBe('helps');
    expect(why).toBe(
      'Taking ddddddd "Tidy up" back helps: it changes time limit: timeout from 2s to 20ms in deploy/cart/values.yaml. No migration came with it, so the old code can live with the schema.',
    );
    expect(hypotheses[0]?.remedy.commands).toEqual([
      `git fetch origin && git switch --no-track -c revert-ddddddd origin/HEAD && git revert --no-edit ${sha} && git push -u origin HEAD`,
    ]);
  });
  test('a merge is taken back along its first parent', () => {
    const merge = commit('deploy/cart/values.yaml', '-  timeout: 2s\n+  timeout: 20ms', { merge: true });
    const [first] = diagnose(bundle([evidence('metrics', [slow]), evidence('git', [merge])])).hypotheses;
    expect(first?.remedy.commands[0]).toContain(`git revert --no-edit -m 1 ${sha}`);
  });
  test('a migration in the commit leaves the schema unchecked, and says so', () => {
    const both = commit('db/migrate/20260301_x.rb', '+    remove_index :carts, :user_id', { message: 'Drop an index' });
    const stuck = {
      kind: 'query-group',
      fingerprint: 'select * from carts where user_id = ?',
      threads: 90,
      tables: ['carts'],
      noIndexUsed: true,
    };
    const { why } = diagnose(bundle([evidence('mysql', [stuck]), evidence('git', [both])]));
    expect(why).toContain('It ships db/migrate/20260301_x.rb; whether the old code can live with that was not checked.');
  });
});

describe('who is innocent', () => {
  const harmful = '   def total(lines)\n-    return 0 if lines.nil?\n     lines.sum(&:price)';
  const failing: Json = {
    kind: 'error-group',
    title: "NoMethodError: undefined method 'sum' for nil",
    isNew: true,
    frames: [{ file: 'app/models/cart.rb', line: 11, function: 'total', inApp: true }],
  };
  const look = (commits: readonly Json[]) =>
    diagnose(bundle([evidence('sentry', [failing]), evidence('git', commits)])).suspects.map((s) => s.sha);
  const first = commit('app/models/cart.rb', harmful, {
    message: 'Trust the lines',
    liveAt: '2026-02-27T10:00:00Z',
    at: '2026-02-27T10:00:00Z',
  });

  test('what was taken back by its title before the trouble', () => {
    const back = {
      ...commit('app/models/cart.rb', harmful.replace('-', '+')),
      sha: 'e'.repeat(40),
      message: 'Revert "Trust the lines"',
      liveAt: '2026-02-27T12:00:00Z',
      at: '2026-02-27T12:00:00Z',
    };
    const again = {
      ...first,
      sha: 'f'.repeat(40),
      message: 'Reapply "Trust the lines"',
      liveAt: '2026-03-01T02:50:00Z',
      at: '2026-03-01T02:50:00Z',
    };
    expect(look([first])).toEqual([sha]);
    expect(look([first, back, again])).toEqual(['f'.repeat(40)]);
  });
  test('what was taken back only after the trouble began is still guilty', () => {
    const late = {
      ...commit('app/models/cart.rb', '+    return 0 if lines.nil?'),
      sha: 'e'.repeat(40),
      message: 'Revert "Trust the lines"',
      liveAt: '2026-03-01T03:01:00Z',
      at: '2026-03-01T03:00:00Z',
    };
    expect(look([first, late])).toEqual([sha]);
  });
  test('a formatter, type hints, and another place of the same file', () => {
    expect(look([commit('app/models/cart.rb', '-  if x then y end\n+  if x\n+    then y\n+  end')])).toEqual([]);
    expect(look([commit('app/models/cart.py', '-def total(lines):\n+def total(lines: list[Line]) -> int:')])).toEqual([]);
  });
});

describe('a feature flag', () => {
  const broken: Json = {
    kind: 'error-group',
    title: 'KeyError: tier',
    transaction: 'POST /quote',
    frames: [{ file: 'pricing/engine_v2/tiers.py', line: 3, inApp: true }],
  };
  const flag = (name: string, at: string): Json => ({ kind: 'flag', name, at, from: 'off', to: 'on' });
  const rules = (finding: Json) =>
    diagnose(bundle([evidence('sentry', [broken]), evidence('flags', [finding])])).hypotheses.map((h) => [h.rule, h.confidence]);

  test('switched right before, and named by what fails: likely, and no release is to blame', () => {
    const { hypotheses, revert } = diagnose(
      bundle([
        evidence('sentry', [broken]),
        evidence('flags', [flag('pricing-engine-v2', '2026-03-01T02:51:00Z')]),
        evidence('git', [commit('web/a.css', '+a{}')]),
      ]),
    );
    expect(hypotheses[0]).toMatchObject({ rule: 'flag-change', confidence: 'likely', remedy: { kind: 'flag' } });
    expect(revert).toBe('useless');
  });
  test.each([
    ['of another part', flag('invoice-layout', '2026-03-01T02:51:00Z')],
    ['switched yesterday', flag('pricing-engine-v2', '2026-02-28T02:51:00Z')],
    ['switched after the trouble began', flag('pricing-engine-v2', '2026-03-01T03:01:00Z')],
    ['without a time', { kind: 'flag', name: 'pricing-engine-v2', from: 'off', to: 'on' }],
  ])('%s says nothing', (_, finding) => {
    expect(rules(finding).map(([rule]) => rule)).not.toContain('flag-change');
  });
});

describe('another system that does not answer', () => {
  const refused = 'Get "http://ledger:8080/balance": dial tcp 10.3.1.9:8080: connect: connection refused';
  const release = { kind: 'release', at: '2026-02-28T00:00:00Z', sha: 'abcdef1', service: 'ledger' };
  test('is only possible when it is one of ours, and the next step is to look there', () => {
    const { verdict, hypotheses, next } = diagnose(bundle([evidence('logs', [log(refused)]), evidence('releases', [release])]));
    expect(hypotheses[0]).toMatchObject({ rule: 'dependency-down', confidence: 'possible' });
    expect(verdict).toBe('inconclusive');
    expect(next.join('\n')).toContain('look at ledger itself');
  });
  test('is likely when it is not', () => {
    expect(diagnose(bundle([evidence('logs', [log(refused)])])).hypotheses[0]).toMatchObject({
      rule: 'dependency-down',
      confidence: 'likely',
    });
  });
  test('gives way to a service of ours that names its own fault', () => {
    const panic = { ...log('panic: runtime error: invalid memory address or nil pointer dereference', 'payment') };
    const broken = log('rpc error: code = Unavailable desc = error reading from server: EOF', 'checkout');
    expect(diagnose(bundle([evidence('logs', [panic, broken])])).hypotheses[0]?.rule).toBe('code-exception');
  });
});

test('more requests inside, while those at the edge are as always, are no surge of traffic', () => {
  const inner = { ...slow, name: 'shipping.requests.rate' };
  const calm = { ...slow, name: 'ingress.requests.rate', points: points.map((p) => ({ ...p, value: 21 })) };
  const only = diagnose(bundle([evidence('metrics', [inner])])).hypotheses[0];
  expect(only).toMatchObject({ rule: 'traffic-surge', confidence: 'likely' });
  expect(diagnose(bundle([evidence('metrics', [inner, calm])])).hypotheses[0]).toMatchObject({
    rule: 'traffic-surge',
    confidence: 'possible',
  });
});

test('without a baseline the course before the onset is the usual one', () => {
  const bare = { kind: 'metric', name: 'ingress.requests.rate', unit: 'req/s', points };
  expect(diagnose(bundle([evidence('metrics', [bare])])).hypotheses[0]?.rule).toBe('traffic-surge');
});

test('everything as usual and without tones is healthy', () => {
  const calm = { ...slow, points: points.map((p) => ({ ...p, value: 21 })) };
  const told = { ...log('error budget: 99 %'), level: 'info' };
  expect(diagnose(bundle([evidence('metrics', [calm]), evidence('logs', [told])])).verdict).toBe('healthy');
});

test('a probe that runs a command may fail without a word', () => {
  const pod = { kind: 'workload', name: 'web-1', workload: 'pod', events: [{ reason: 'Unhealthy', message: 'Readiness probe failed: ' }] };
  expect(diagnose(bundle([evidence('deploy', [pod])])).hypotheses[0]?.rule).toBe('probe-failing');
});

test('without a cause the next steps name the switch, the number that left its usual, and clear the near commits', () => {
  const { next } = diagnose(
    bundle([
      evidence('metrics', [slow]),
      evidence('flags', [{ kind: 'flag', name: 'hero-video', at: '2026-03-01T02:40:00Z', from: 'off', to: 'on' }]),
      evidence('git', [commit('app/hero.rb', '+  video_tag "a"')]),
    ]),
  );
  expect(next.join('\n')).toMatch(
    /flag hero-video was switched 13 min before.*\n.*cart\.duration\.p99 900 ms is farthest from its usual since 02:53 UTC.*\n.*ddddddd \(8 min before\): nothing that is seen to fail is touched there/,
  );
});
