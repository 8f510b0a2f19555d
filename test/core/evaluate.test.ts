import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LabelledCase, scoreCase, summarise } from '../../src/core/evaluate.ts';
import { judgeTextLine } from '../../src/core/text/judge-text.ts';

function casesOf(file: string): readonly (LabelledCase & { line: unknown })[] {
  const text = readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row = JSON.parse(line);
      return { ...row, keyFacts: row.key_facts ?? {}, textSufficient: row.text_sufficient !== false, line: row };
    });
}

describe.each([
  ['texts.jsonl', 0.97],
  ['own.jsonl', 0.97],
  ['held-out.jsonl', 0.97],
  ['real-runs.jsonl', 0.97],
  ['first-sight.jsonl', 0.97],
])('the labelled texts of %s', (file, bar) => {
  const scored = casesOf(file).map((one) => {
    const diagnosis = judgeTextLine(one.line);
    if ('error' in diagnosis) throw new Error(`${one.id}: ${diagnosis.error}`);
    return scoreCase(one, diagnosis);
  });
  const summary = summarise(scored);

  test(`at least ${bar * 100} % have the right first hypothesis`, () => {
    expect(summary.right / summary.cases).toBeGreaterThanOrEqual(bar);
  });
  test('at least 95 % of the key facts are told', () => {
    expect(summary.factsFound / summary.factsWanted).toBeGreaterThanOrEqual(0.95);
  });
  test('no false alarm, and "confirmed" is never wrong', () => {
    expect(summary.falseAlarms).toEqual([]);
    expect(summary.overclaims).toEqual([]);
  });
});
