import { expect, test } from 'vitest';
import type { Check } from '../../src/core/check.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import { lookAll, lookOne } from '../../src/walk/look.ts';
import { stoppedClock } from '../setup/stopped-clock.ts';

const clock = stoppedClock('2026-11-21T03:04:00Z');
const scope = { environment: 'production', openedAt: '2026-11-21T03:04:00.000Z', lean: false };
const never = new AbortController().signal;

const check = (name: string, look: Check['look'], more: Partial<Check> = {}): Check => ({
  name,
  question: '?',
  budgetMs: 5_000,
  look,
  verify: async () => [],
  ...more,
});
const quiet: Check['look'] = async () => ({ outcome: { status: 'quiet' } });
const hangs: Check['look'] = () => new Promise(() => {});

test('lean is asked only who has seen: a check that was blind is asked everything when it can see again', async () => {
  const asked: Record<string, boolean> = {};
  const notes = (name: string) =>
    check(name, async ({ lean }) => {
      asked[name] = lean;
      return { outcome: { status: 'quiet' } };
    });
  const before = (name: string, outcome: Evidence['outcome']): Evidence => ({ check: name, at: '', tookMs: 1, outcome });
  const blind = { status: 'blind', why: 'away', fix: 'start it' } as const;
  await lookAll(
    [notes('seen'), notes('was-blind'), notes('saw-a-part'), notes('never-asked')],
    { ...scope, lean: true },
    [
      before('seen', { status: 'quiet' }),
      before('was-blind', blind),
      before('saw-a-part', { ...blind, findings: [{ kind: 'note', text: 'x', at: '', by: '' }] }),
    ],
    clock,
    never,
    async () => {},
  );
  expect(asked).toEqual({ seen: true, 'was-blind': false, 'saw-a-part': true, 'never-asked': false });
});

test('a budget lasts as long as the caller says', async () => {
  const limits: number[] = [];
  const spent = (ms: number) => {
    limits.push(ms);
    return AbortSignal.abort();
  };
  const { evidence } = await lookOne(check('mysql', hangs), { ...scope, now: '', known: [] }, clock, never, spent);
  expect(limits).toEqual([5_000]);
  expect(evidence.outcome).toMatchObject({ status: 'blind', why: 'no answer within 5 s' });
});

async function all(checks: readonly Check[]): Promise<readonly Evidence[]> {
  const answers: Evidence[] = [];
  await lookAll(checks, scope, [], clock, never, async ({ evidence }) => void answers.push(evidence));
  return answers;
}

test('a check that hangs is blind when its budget is spent, and says how long it was asked', async () => {
  const { evidence } = await lookOne(check('mysql', hangs, { budgetMs: 20 }), { ...scope, now: '', known: [] }, clock, never);
  expect(evidence.outcome).toMatchObject({ status: 'blind', why: 'no answer within 0.02 s' });
});

test('a throw before the first await is blind, too', async () => {
  const look = () => {
    throw new Error('boom');
  };
  const { evidence } = await lookOne(check('rds', look), { ...scope, now: '', known: [] }, clock, never);
  expect(evidence.outcome).toMatchObject({ status: 'blind', why: 'the check failed: boom' });
});

test('one that hangs does not hold the others', async () => {
  const answers = await all([check('slow', hangs, { budgetMs: 50 }), check('fast', quiet)]);
  expect(answers.map((a) => a.check)).toEqual(['fast', 'slow']);
});

test('a check that waits starts when its answer is there, and knows it', async () => {
  const order: string[] = [];
  const waiting = check(
    'releases',
    async ({ known }) => {
      order.push(...known.map((e) => e.check));
      return { outcome: { status: 'quiet' } };
    },
    { ready: (known) => known.some((e) => e.check === 'deploy') },
  );
  const answers = await all([waiting, check('deploy', quiet), check('slow', hangs, { budgetMs: 50 })]);
  expect(answers.map((a) => a.check)).toEqual(['deploy', 'releases', 'slow']);
  expect(order).toEqual(['deploy']);
});

test('what is never ready is asked when all others have answered', async () => {
  const answers = await all([
    check('schema', quiet, { ready: () => false }),
    check('migrations', quiet, { ready: () => false }),
    check('mysql', quiet),
  ]);
  expect(answers.map((a) => a.check)).toEqual(['mysql', 'schema', 'migrations']);
});

test('a check may answer again when another’s answer changes what its own is worth', async () => {
  const mysql = check('mysql', quiet, {
    revise: (own, known) =>
      own.outcome.status === 'quiet' && known.some((e) => e.check === 'rds')
        ? { status: 'blind', why: 'another one is hot', fix: 'add it' }
        : undefined,
  });
  const rds = check('rds', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { outcome: { status: 'quiet' } };
  });
  const answers = await all([mysql, rds]);
  expect(answers.map((e) => `${e.check} ${e.outcome.status}`)).toEqual(['mysql quiet', 'rds quiet', 'mysql blind']);
});
