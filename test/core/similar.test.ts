import { expect, test } from 'vitest';
import type { Diagnosis, Hypothesis } from '../../src/core/diagnosis.ts';
import type { Incident } from '../../src/core/incident.ts';
import { fixOf, mostAlike } from '../../src/core/similar.ts';
import { at, incidentOf, opened } from '../setup/journal-of.ts';

const cause = (rule: string, facts: Record<string, string> = {}): Hypothesis => ({
  rule,
  cause: rule,
  confidence: 'confirmed',
  because: [],
  against: [],
  facts,
  remedy: { kind: 'revert', why: '', commands: [], hazards: [], safety: 'safe', range: [] },
  next: [],
  chain: [],
});
const judged = (first: Hypothesis): Diagnosis => ({
  verdict: 'cause',
  revert: 'helps',
  why: '',
  hypotheses: [first],
  suspects: [],
  seen: [],
  next: [],
  blind: [],
});
const ended = (first: Hypothesis, right?: boolean): Incident =>
  incidentOf(
    opened(),
    { type: 'judged', at: at(1), diagnosis: judged(first) },
    ...(right === undefined ? [] : [{ type: 'cause-confirmed', at: at(2), right, cause: '' } as const]),
    { type: 'resolved', at: at(3), fixedBy: `fixed ${first.facts.table ?? first.rule}`, note: '' },
  );

test('the same rule on the same table is more alike than the same rule elsewhere', () => {
  const all = [
    ended(cause('row-lock', { table: 'users' })),
    ended(cause('row-lock', { table: 'orders' })),
    ended(cause('metadata-lock', { table: 'orders' })),
  ];
  const alike = mostAlike(cause('row-lock', { table: 'orders' }), all);
  expect(alike && fixOf(alike)).toBe('fixed orders');
});
test('of equals the newest', () => {
  const newest = ended(cause('row-lock'));
  expect(mostAlike(cause('row-lock'), [newest, ended(cause('row-lock'))])).toBe(newest);
});
test('a cause that people refused teaches nothing', () =>
  expect(mostAlike(cause('row-lock'), [ended(cause('row-lock'), false)])).toBeUndefined());
