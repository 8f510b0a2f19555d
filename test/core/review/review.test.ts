import { expect, test } from 'vitest';
import type { Diagnosis } from '../../../src/core/diagnosis.ts';
import { review } from '../../../src/core/review/review.ts';
import { milestones } from '../../../src/core/review/timeline.ts';
import { at, blindBy, doneAction, foundBy, incidentOf, looked, opened } from '../../setup/journal-of.ts';

const diagnosis: Diagnosis = {
  verdict: 'cause',
  revert: 'helps',
  why: 'the old code can live with the schema',
  hypotheses: [
    {
      rule: 'migration-orphaned-rows',
      cause: 'Release 4f1c2ab is live, its migration is not.',
      confidence: 'confirmed',
      because: [{ text: 'deploy-tasks stopped at 1452', from: { check: 'deploy', kind: 'workload', key: 'deploy-tasks' } }],
      against: ['an index on comments.post_id'],
      facts: {},
      remedy: { kind: 'revert', why: '', commands: [], hazards: [], safety: 'safe', range: [] },
      next: ['Repair the rows', 'Ship the migration alone', 'Revert the revert'],
      chain: ['rows without a parent', 'index never made', '183 stuck queries'],
    },
  ],
  suspects: [],
  seen: [],
  next: [],
  blind: [],
};

const incident = incidentOf(
  opened(),
  looked(
    1,
    foundBy('rollbar', 0.05, [
      {
        kind: 'error-group',
        title: 'Timeout | <b>',
        transaction: 'POST /conversations',
        count: 310,
        users: 40,
        transactionShare: 1,
        tone: 'bad',
      },
      { kind: 'error-group', title: 'Overflow', transaction: 'threads#create', count: 90, transactionErrorShare: 0.88, tone: 'bad' },
    ]),
  ),
  looked(1, blindBy('sentry', 0.1)),
  { type: 'judged', at: at(0.15), diagnosis },
  ...doneAction('a', 2, { when: 'now' }),
  { type: 'noted', at: at(3), by: 'U2', text: 'token=xoxb-12345678901-abcdefghijklmnop in the log' },
  { type: 'cause-confirmed', at: at(20), by: 'U1', right: true, cause: '' },
  { type: 'resolved', at: at(21), by: 'U1', fixedBy: 'the revert', note: '' },
);
const text = review(incident);

test('the chain stands root first, with who saw it', () => {
  expect(text).toMatch(/1\. rows without a parent\n2\. index never made\n3\. 183 stuck queries/);
  expect(text).toContain('deploy-tasks stopped at 1452');
});
test('the impact is told per route: of its requests where they are counted, else of its errors', () => {
  expect(text).toContain('POST /conversations | 310 | 40 | 100 %');
  expect(text).toContain('threads\\#create | 90 |  | ≥ 88 % of its errors |');
});
test('what came from outside breaks no table and makes no markup', () => expect(text).toContain('Timeout \\| \\<b\\>'));
test('what could not be seen is named with its fix', () => expect(text).toContain('sentry: token expired. Fix: make a new one'));
test('the order in which the code may come back', () =>
  expect(text).toContain('1. Repair the rows\n2. Ship the migration alone\n3. Revert the revert'));
test('no secret leaves in the file', () => expect(text).not.toContain('xoxb-12345678901'));
test('seconds to each milestone', () => expect(milestones(incident)).toEqual({ firstFact: 3, cause: 9, decision: 120 }));

test('one error on two routes is two rows, times are to the minute, and what nobody set is not set', () => {
  const group = (transaction: string, count: number) => ({
    kind: 'error-group' as const,
    title: 'RangeError',
    transaction,
    count,
    tone: 'bad' as const,
  });
  const written = review(incidentOf(opened(), looked(1, foundBy('rollbar', 1, [group('POST /a', 9), group('POST /b', 4)]))));
  expect(written).toContain('| POST /a | 9 |');
  expect(written).toContain('| POST /b | 4 |');
  expect(written).toContain('Opened 2026-11-21 03:04 UTC by U1; severity not set;');
  expect(written).toContain('Would a revert have helped? Not known.');
});
