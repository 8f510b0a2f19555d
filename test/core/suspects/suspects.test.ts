import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../../src/core/evidence.ts';
import { factsOf } from '../../../src/core/facts.ts';
import { suspects } from '../../../src/core/suspects.ts';
import { type Case, cases, commit, noise, ONSET, shaOf } from './cases.ts';
import { hardCases } from './hard-cases.ts';
import { indirectCases } from './indirect-cases.ts';

function bundleOf(c: Case): Bundle {
  const evidence = (check: string, findings: Case['findings']) =>
    ({ check, at: ONSET, tookMs: 1, outcome: { status: 'found', findings } }) as const;
  return {
    version: 1,
    onset: c.onset,
    openedAt: c.onset,
    ...(c.service ? { service: c.service } : {}),
    evidence: [evidence('look', c.findings), evidence('releases', c.commits)],
  };
}

describe('who did it', () => {
  test.each([...cases, ...hardCases, ...indirectCases].map((c) => [c.what, c] as const))('%s', (_, c) => {
    const found = suspects(factsOf(bundleOf(c)), []);
    expect(found.map((s) => s.sha)).toEqual(c.guilty === '' ? [] : [shaOf(c.guilty)]);
    for (const s of found) {
      expect(s.score).toBeLessThanOrEqual(1);
      expect(s.because.length).toBeGreaterThan(0);
    }
  });

  test('the order of findings changes nothing', () => {
    const [first] = cases;
    if (!first) throw new Error('no cases');
    const wanted = suspects(factsOf(bundleOf(first)), []);
    fc.assert(
      fc.property(fc.shuffledSubarray([...first.commits], { minLength: first.commits.length }), (commits) => {
        expect(suspects(factsOf(bundleOf({ ...first, commits })), [])).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  test('a provider that is down clears a commit that only fits', () => {
    const c = cases.find((one) => one.guilty === 'limit');
    if (!c) throw new Error('no case');
    const down = {
      rule: 'dependency-down',
      cause: 'The provider is down.',
      confidence: 'confirmed',
      because: [],
      against: [],
      facts: {},
      remedy: { kind: 'wait-for-provider', why: '', commands: [], hazards: [], safety: 'safe', range: [] },
      next: [],
      chain: [],
    } as const;
    const fitting = commit('fits', 25, 'Fail faster', ['services/checkout/http.go', '-const timeout = 5\n+const timeout = 4']);
    expect(suspects(factsOf(bundleOf({ ...c, commits: [...noise, fitting] })), [down])).toEqual([]);
  });

  test('a commit that was taken back is not to blame', () => {
    const c = cases.find((one) => one.guilty === 'pool');
    if (!c) throw new Error('no case');
    const undo = commit('undo', 20, `Revert "Tidy configuration"\n\nThis reverts commit ${shaOf('pool')}.`, [
      'services/orders/x.yml',
      '-  a: 1\n+  a: 2',
    ]);
    expect(suspects(factsOf(bundleOf({ ...c, commits: [...c.commits, undo] })), []).map((s) => s.sha)).not.toContain(shaOf('pool'));
  });

  test('commits told without diffs are judged by message and files', () => {
    const pool = cases.find((c) => c.guilty === 'pool');
    if (!pool) throw new Error('no case');
    const told = (name: string, minutes: number, message: string, files: readonly string[]) => {
      const { diff: _, ...rest } = commit(name, minutes, message);
      return { ...rest, files };
    };
    const commits = [
      told('docs', 2, 'Explain the connection pool from 1 to 2', ['docs/pool.md']),
      told('lessp', 40, 'Reduce the connection pool size from 50 to 5', ['services/orders/application.yml']),
      told('other', 5, 'Rename a variable', ['services/orders/Order.java']),
    ];
    expect(suspects(factsOf(bundleOf({ ...pool, commits })), []).map((s) => s.sha)).toEqual([shaOf('lessp')]);
  });

  test('hostile diffs stay linear', () => {
    const hostile = ['+', '-('.repeat(50_000), '@@ -1 +1 @@\n+'.repeat(20_000), `+${'aB_'.repeat(60_000)}`, '+"\'`\\'.repeat(30_000)];
    const [first] = cases;
    if (!first) throw new Error('no cases');
    const commits = hostile.map((diff, i) => ({ ...commit(`h${i}`, 5, diff.slice(0, 5000), ['a.rb', '+x']), diff }));
    expect(suspects(factsOf(bundleOf({ ...first, commits })), [])).toEqual([]);
  });
});
