import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/core/diagnose.ts';
import type { Diagnosis } from '../../../src/core/diagnosis.ts';
import type { Bundle, Evidence } from '../../../src/core/evidence.ts';
import { bundle, evidence, intercomEvidence, irisEvidence } from './stories.ts';

const stories: readonly (readonly [string, Bundle])[] = [
  ['failed migration', bundle(irisEvidence())],
  ['outgrown key', bundle(intercomEvidence())],
];

/** What must not change: each cause and how sure it is. */
function gist(diagnosis: Diagnosis): unknown {
  return { verdict: diagnosis.verdict, revert: diagnosis.revert, hypotheses: diagnosis.hypotheses.map((h) => [h.rule, h.confidence]) };
}

function shuffled(story: Bundle, order: readonly number[]): Bundle {
  let i = 0;
  const byOrder = <T>(all: readonly T[]): readonly T[] => {
    const keyed = all.map((item) => [order[i++ % order.length] ?? 0, item] as const);
    return keyed.toSorted((a, b) => a[0] - b[0]).map(([, item]) => item);
  };
  const mixed = (e: Evidence): Evidence => {
    const { findings } = e.outcome;
    return findings === undefined ? e : { ...e, outcome: { ...e.outcome, findings: byOrder(findings) } };
  };
  return { ...story, evidence: byOrder(story.evidence.map(mixed)) };
}

describe.each(stories)('%s', (_, story) => {
  test('shuffled evidence and findings give the very same diagnosis', () => {
    const expected = diagnose(story);
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 5, maxLength: 40 }), (order) => {
        expect(diagnose(shuffled(story, order))).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('harmless findings beside it change neither cause nor confidence', () => {
    const expected = gist(diagnose(story));
    const harmless = fc.constantFrom(
      { kind: 'metric', name: 'DatabaseConnections', points: [{ at: '2026-03-01T03:00:00Z', value: 60 }], tone: 'normal' },
      { kind: 'query-group', fingerprint: 'select ?', threads: 1, tone: 'normal' },
      { kind: 'note', text: 'all quiet in the other region' },
      { kind: 'workload', name: 'cron-1', workload: 'pod', phase: 'Running', tone: 'normal', log: ['0 errors', 'error_reporter started'] },
      { kind: 'flag', name: 'new-cart', from: 'off', to: 'on' },
      { kind: 'table', table: 'carts', autoIncrement: 12, columns: [{ name: 'id', type: 'int' }] },
      { kind: 'db-event', message: 'Backing up DB instance', tone: 'normal' },
      { kind: 'something-new', whatever: 1 },
    );
    fc.assert(
      fc.property(fc.array(harmless, { minLength: 1, maxLength: 12 }), (extra) => {
        const more = bundle([evidence('extra', extra)]).evidence;
        expect(gist(diagnose({ ...story, evidence: [...story.evidence, ...more] }))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('renaming tables and people consistently changes neither cause nor confidence', () => {
    const expected = gist(diagnose(story));
    const word = fc.stringMatching(/^[a-z]{4,9}$/);
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        fc.pre(new Set([a, b, c]).size === 3);
        const names: readonly (readonly [RegExp, string])[] = [
          [/comment/g, `q${a}`],
          [/Comment/g, `Q${a}`],
          [/post/g, `w${b}`],
          [/message_thread/g, `e${c}`],
        ];
        const text = names.reduce((json, [from, to]) => json.replaceAll(from, to), JSON.stringify(story).replaceAll('POST', '\u0001'));
        const renamed: Bundle = JSON.parse(text.replaceAll('\u0001', 'POST'));
        expect(gist(diagnose(renamed))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
