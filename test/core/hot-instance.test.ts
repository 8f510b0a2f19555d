import { expect, test } from 'vitest';
import type { Evidence, Finding, Outcome } from '../../src/core/evidence.ts';
import { besideMetrics } from '../../src/core/hot-instance.ts';

const at = '2026-11-21T20:32:00.000Z';
const metric = (
  source: string,
  tone: 'bad' | 'normal',
  hosts: readonly string[] = [`${source}.abc.eu-west-1.rds.amazonaws.com:3306`],
): Finding => ({
  kind: 'metric',
  name: 'CPUUtilization',
  points: [{ at, value: 97 }],
  source,
  tone,
  hosts,
});
const rds = (...findings: readonly Finding[]): readonly Evidence[] => [
  { check: 'rds', at, tookMs: 1, outcome: { status: 'found', findings } },
];
const one = 'prod-1.abc.eu-west-1.rds.amazonaws.com:3306';
const two = 'prod-2.abc.eu-west-1.rds.amazonaws.com:3306';
const quiet: Outcome = { status: 'quiet' };
const found: Outcome = { status: 'found', findings: [{ kind: 'query-group', fingerprint: 'select ?', threads: 9, tone: 'bad' }] };
const hotOne = rds(metric('prod-1', 'bad'), metric('prod-2', 'normal'));

test('a calm database is blind when another instance is the hot one, with what to paste', () => {
  expect(besideMetrics(quiet, [two], hotOne)).toEqual({
    status: 'blind',
    why: 'MySQL: looked at prod-2; the hot one is prod-1',
    fix: `Add to MYSQL_URL: mysql://USER:PASSWORD@${one}/DATABASE`,
  });
});

test('trouble on it stands, beside what was not seen', () => {
  const outcome = besideMetrics(found, [two], hotOne);
  expect(outcome).toMatchObject({ status: 'found', findings: [{ kind: 'query-group' }, { kind: 'note', tone: 'changed' }] });
  expect(outcome && besideMetrics(outcome, [two], hotOne)).toBeUndefined();
});

test('a proxy or a name of one’s own is a note, once', () => {
  const outcome = besideMetrics(quiet, ['db.internal:3306'], hotOne);
  expect(outcome).toMatchObject({
    status: 'quiet',
    findings: [{ tone: 'normal', text: expect.stringContaining('db.internal:3306 is no endpoint of') }],
  });
  expect(outcome && besideMetrics(outcome, ['db.internal:3306'], hotOne)).toBeUndefined();
});

test.each<[string, Outcome, readonly string[], readonly Evidence[]]>([
  ['the hot one was looked at', quiet, [one], hotOne],
  ['both were looked at', quiet, [two, one], hotOne],
  ['letter case aside', quiet, [one.toUpperCase()], hotOne],
  ['nobody is hot', quiet, [two], rds(metric('prod-1', 'normal'), metric('prod-2', 'normal'))],
  ['no metrics at all', quiet, [two], []],
  ['metrics that name no endpoint', quiet, [two], rds(metric('prod-1', 'bad', []))],
  ['by the cluster’s endpoint', quiet, ['prod.cluster-abc:3306'], rds(metric('prod-1', 'bad', [one, 'prod.cluster-abc:3306']))],
  ['it is blind already', { status: 'blind', why: 'access denied', fix: 'GRANT' }, [two], hotOne],
])('the answer stands: %s', (_, outcome, hosts, known) => {
  expect(besideMetrics(outcome, hosts, known)).toBeUndefined();
});
