import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { claimOf, decide, deliveryOf, isFlapping, severitiesOf, stillFiring } from '../../src/core/intake.ts';
import { anAlert } from '../support/an-alert.ts';

const now = new Date('2026-11-21T20:30:00.000Z');
const policy = { severities: severitiesOf(['critical', 'unknown']), environment: 'production', services: ['web', 'Worker'] };

const cases: [name: string, alert: Partial<Alert>, decision: string][] = [
  ['critical opens', {}, 'open'],
  ['unknown opens: the source is trusted', { severity: 'unknown' }, 'open'],
  ['high is mentioned', { severity: 'high' }, 'mention'],
  ['low is mentioned', { severity: 'low' }, 'mention'],
  ['a day old still opens', { startedAt: '2026-11-20T20:30:00.000Z' }, 'open'],
  ['more than a day old does not', { startedAt: '2026-11-20T20:29:59.000Z' }, 'late'],
  ['another environment', { environment: 'staging' }, 'elsewhere'],
  ['the environment in other letters', { environment: 'Production' }, 'open'],
  ['prod is production', { environment: 'prod' }, 'open'],
  ['no environment named', { environment: '' }, 'open'],
  ['another service', { service: 'billing' }, 'elsewhere'],
  ['a service in other letters', { service: 'worker' }, 'open'],
  ['no service named', { service: '' }, 'open'],
];
for (const [name, alert, decision] of cases) test(name, () => expect(decide(anAlert(alert), policy, now)).toBe(decision));

test('prod is not an alias of another environment', () => {
  expect(decide(anAlert({ environment: 'prod' }), { ...policy, environment: 'staging' }, now)).toBe('elsewhere');
});

test('a severity that does not exist is named', () => {
  expect(() => severitiesOf(['critical', 'sever'])).toThrow('not "sever"');
});

describe('the same delivery', () => {
  const one = anAlert();
  test('differs by source, key, status and start, by nothing else', () => {
    const same = [one, anAlert({ title: 'other', severity: 'low', description: 'x' })].map(deliveryOf);
    expect(new Set(same).size).toBe(1);
    const others: Partial<Alert>[] = [
      { source: 'grafana' },
      { key: 'k2' },
      { status: 'resolved' },
      { startedAt: '2026-11-21T20:28:00.000Z' },
    ];
    expect(new Set([one, ...others.map(anAlert)].map(deliveryOf)).size).toBe(5);
  });
  test('cannot be told without a start', () => expect(deliveryOf(anAlert({ startKnown: false }))).toBeUndefined());
  test('two sources never share a claim', () => expect(claimOf(one)).not.toBe(claimOf(anAlert({ source: 'grafana' }))));
});

test('six changes within a quarter of an hour are flapping', () => {
  const minutesAgo = (...minutes: number[]) => minutes.map((m) => now.getTime() - m * 60_000);
  expect(isFlapping(minutesAgo(1, 2, 3, 4, 5), now)).toBe(false);
  expect(isFlapping(minutesAgo(1, 2, 3, 4, 5, 6), now)).toBe(true);
  expect(isFlapping(minutesAgo(1, 2, 3, 4, 5, 16), now)).toBe(false);
});

test('what still fires is told per key, newest word last; the storm itself is none', () => {
  const storm = anAlert({ key: 'storm' });
  const a = anAlert({ key: 'a' });
  const b = anAlert({ key: 'b' });
  const alerts = [a, b, anAlert({ key: 'a', status: 'resolved' })];
  expect(stillFiring({ alert: storm, alerts })).toEqual([b]);
  expect(stillFiring({ alert: a, alerts: [] })).toEqual([a]);
  expect(stillFiring({ alert: a, alerts: [anAlert({ key: 'a', status: 'resolved' }), a] })).toEqual([a]);
});
