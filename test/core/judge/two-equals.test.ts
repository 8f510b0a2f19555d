import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/core/diagnose.ts';
import { bundle, evidence } from './stories.ts';

type Json = Readonly<Record<string, unknown>>;

const error = {
  kind: 'error-group',
  title: "NoMethodError: undefined method `cents' for nil",
  isNew: true,
  frames: [{ file: 'app/models/quote.rb', line: 42, function: 'total', inApp: true }],
};

/** A commit that changes the given line of the file on the stack, or another file. */
function commit(digit: string, title: string, liveAt: string, line = 42, path = 'app/models/quote.rb'): Json {
  return {
    kind: 'commit',
    sha: digit.repeat(40),
    message: title,
    at: '2026-03-01T02:00:00Z',
    live: true,
    liveAt,
    files: [path],
    diff: `diff --git a/${path} b/${path}\n@@ -${line},1 +${line},1 @@\n-    price.amount${digit}\n+    price.net${digit}.cents\n`,
  };
}

const RELEASED = '2026-03-01T02:50:00Z';
const a = commit('a', 'Net prices', RELEASED);
const b = commit('b', 'Prices by country', RELEASED);
const judge = (...more: readonly Json[]) => diagnose(bundle([evidence('sentry', [error]), evidence('releases', more)]));

describe('two commits that fit alike', () => {
  test('both are named, as either the one or the other, and the revert takes both in one line', () => {
    const { suspects, revert, why, hypotheses } = judge(a, b);
    expect(suspects.map((s) => s.sha).toSorted()).toEqual([a.sha, b.sha]);
    expect(revert).toBe('helps');
    expect(why).toMatch(/^Taking one of two back helps, aaaaaaa "Net prices" or bbbbbbb "Prices by country", /);
    expect(why).toContain('the evidence cannot tell which: the revert takes both');
    const remedy = hypotheses[0]?.remedy;
    expect(remedy).toMatchObject({ kind: 'revert', range: [a.sha, b.sha] });
    expect(remedy?.commands).toHaveLength(1);
    expect(remedy?.commands[0]).toContain(`${a.sha} ${b.sha}`);
  });

  test('the revert is withheld from both when the old code of one cannot live with the schema', () => {
    const migration = {
      kind: 'migration',
      version: '20260301',
      inRelease: b.sha,
      state: 'applied',
      oldCode: 'do-not',
      why: 'it dropped quotes.amount, which the old code reads',
    };
    const { revert, why, hypotheses } = judge(a, b, migration);
    expect(revert).toBe('harmful');
    expect(why).toContain('it dropped quotes.amount');
    expect(hypotheses[0]?.remedy).toMatchObject({ kind: 'roll-forward', commands: [], range: [] });
  });

  test('of two that changed the line one after the other, the later one wrote what stands there', () => {
    const earlier = commit('c', 'Prices in cents', '2026-03-01T01:10:00Z');
    expect(judge(a, earlier).suspects.map((s) => s.sha)).toEqual([a.sha]);
  });

  test('of three nobody is taken back', () => {
    const { suspects, revert, hypotheses } = judge(a, b, commit('d', 'Prices by day', RELEASED));
    expect(suspects).toEqual([]);
    expect(revert).not.toBe('helps');
    expect(hypotheses.flatMap(({ remedy }) => remedy.commands).join('\n')).not.toContain('git revert');
  });
});

describe('a commit that was merely there', () => {
  test('changed another place of the failing file: it is named, but no revert is advised', () => {
    const { suspects, revert, why, hypotheses } = judge({
      ...commit('e', 'A title for quotes', RELEASED, 44),
      diff: 'diff --git a/app/models/quote.rb b/app/models/quote.rb\n@@ -41,4 +41,4 @@ def total\n     lines = quote.lines\n     lines.sum(&:cents)\n   end\n-  TITLE = "Quote"\n+  TITLE = "Your quote"\n',
    });
    expect(suspects).toEqual([]);
    expect(revert).toBe('unknown');
    expect(why).toMatch(/^eeeeeee "A title for quotes" changes lines around .* nothing shows that what it changed there can bring this/);
    expect(hypotheses[0]?.remedy.commands.join('\n') ?? '').not.toContain('git revert');
  });
});

describe('a switch in a file', () => {
  test('that was turned on is told, not the code that slept behind it', () => {
    const flags: Json = {
      ...commit('f', 'Quotes v2 for everybody', RELEASED, 3, 'config/flags.yml'),
      diff: 'diff --git a/config/flags.yml b/config/flags.yml\n@@ -3,2 +3,2 @@\n quotes_v2:\n-  enabled: false\n+  enabled: true\n',
    };
    const path = 'app/models/quotes_v2.rb';
    const code = commit('9', 'Second version of the quotes', '2026-02-20T10:00:00Z', 42, path);
    const woken = { ...error, frames: [{ file: path, line: 42, function: 'total', inApp: true }] };
    const { suspects } = diagnose(bundle([evidence('sentry', [woken]), evidence('releases', [flags, code])]));
    expect(suspects.map((s) => s.sha)).toEqual([flags.sha]);
  });
});
