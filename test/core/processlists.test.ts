import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/core/diagnose.ts';
import { processRows } from '../../src/core/digest.ts';
import { processlistEvidence } from '../../src/core/digest-findings.ts';

interface Case {
  id: string;
  rows: readonly unknown[];
  label: string;
  acceptable: readonly string[];
  blocker: number | null;
}

const cases: readonly Case[] = readFileSync(new URL('../cases/processlists.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const information = new Set(['backup-running', 'schema-change-running']);
/** The list cannot tell it, by its makers' word: one sleeper among many, a writer that shows no state of its own. */
const hidden = new Set(['live-mysql97-f_disk_full', 'live-mysql97-f_long_transaction_sleeping']);

const judge = ({ rows }: Case) => {
  const at = '2026-11-21T20:00:00.000Z';
  return diagnose({ version: 1, openedAt: at, evidence: [processlistEvidence(processRows(rows) ?? [], at, 0)] });
};

describe('process lists of the field and of staged outages', () => {
  test.each(cases.map((one) => [`${one.id}: ${one.label}`, one] as const))('%s', (_, one) => {
    const { hypotheses } = judge(one);
    const alarms = hypotheses.filter((hypothesis) => !information.has(hypothesis.rule));
    const first = hypotheses[0];
    if (one.label === 'none') expect(alarms).toEqual([]);
    else if (one.label === 'unknown' || hidden.has(one.id))
      expect(alarms.filter((hypothesis) => hypothesis.confidence !== 'possible')).toEqual([]);
    else expect(one.acceptable).toContain(first?.rule ?? 'none');
    if (first?.confidence === 'confirmed') expect(one.acceptable).toContain(first.rule);
    if (one.blocker !== null && first !== undefined && one.acceptable.includes(first.rule) && one.label !== 'unknown') {
      expect(Object.values(first.facts)).toContain(String(one.blocker));
    }
  });
});
