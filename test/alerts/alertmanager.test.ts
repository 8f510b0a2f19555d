import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { alertmanager } from '../../src/alerts/alertmanager.ts';
import type { Alert } from '../../src/core/alert.ts';
import { deliveryOf } from '../../src/core/intake.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { envOf, webhook } from '../support/webhook.ts';

function captured(name: string): { headers: Record<string, string>; body: { groupKey: string } } {
  return JSON.parse(readFileSync(new URL(`../fixtures/alertmanager/${name}.json`, import.meta.url), 'utf8'));
}
// The token that the captures were made with.
const source = alertmanager.make(envOf({ ALERT_TOKEN_ALERTMANAGER: 'am-shared-secret' }), {});

async function read(name: string): Promise<Alert> {
  const { headers, body } = captured(name);
  const request = webhook(body, headers);
  expect(await source.trusts(request)).toBe(true);
  const [alert, ...more] = await source.read(request);
  if (alert === undefined || more.length > 0) throw new Error('one alert was expected');
  return alert;
}

const says: Partial<Alert> = {
  key: '{}:{team="platform"}',
  title: 'Error rate 31% on web',
  service: 'web',
  severity: 'critical',
  status: 'firing',
  startedAt: '2026-11-21T20:58:50.912Z',
};

for (const [how, sign, proof] of [
  [
    'bearer',
    (r: ReturnType<typeof webhook>) => ({ ...r, headers: { authorization: 'Bearer am-shared-secret' } }),
    { header: 'authorization' },
  ],
  ['token in the address', (r: ReturnType<typeof webhook>) => ({ ...r, query: { token: 'am-shared-secret' } }), { query: 'token' }],
] as const) {
  alertSourceContract('alertmanager', how, () => ({ source, body: captured('01-firing').body, says, sign, proof, coversBody: false }));
}

test('a group that fires', async () => {
  expect(await read('01-firing')).toMatchObject({
    ...says,
    url: expect.stringContaining('/graph?'),
    description: expect.stringContaining('5%'),
  });
});

test('a second alert that joins and a part that resolves leave the group firing under its key', async () => {
  expect(await read('02-second-alert-joins-group')).toMatchObject({ key: says.key, status: 'firing' });
  expect(await read('03-one-resolved-one-firing')).toMatchObject({ key: says.key, status: 'firing' });
});

test('the group resolves once, however often it is delivered', async () => {
  const first = await read('04-group-resolved');
  expect(first).toMatchObject({ key: says.key, status: 'resolved' });
  const { body } = captured('04-group-resolved');
  const [again] = await source.read(webhook(body));
  expect(again && deliveryOf(again)).toBe(deliveryOf(first));
  expect((await read('05-resolved-after-retries')).status).toBe('resolved');
});

test('"resolved" of a cut-off group, while an alert that is not listed still fires, is not resolved', async () => {
  const firing = await read('06-v0.33-firing-truncated');
  const resolved = await read('07-v0.33-resolved-but-truncated-still-firing');
  expect(firing.status).toBe('firing');
  expect(resolved.status).toBe('firing');
  expect(deliveryOf(resolved)).toBe(deliveryOf(firing));
  expect(resolved.description).toContain('1 more that Alertmanager cut off');
});

test('a cut-off group of which all are resolved is resolved', async () => {
  const { body } = captured('07-v0.33-resolved-but-truncated-still-firing');
  const [alert] = await source.read(webhook({ ...body, notification_reason: 'all alerts resolved' }));
  expect(alert?.status).toBe('resolved');
});

test('the severity is the worst of those that fire', async () => {
  const one = (severity: string, status = 'firing') => ({ status, labels: { severity, alertname: 'A' }, annotations: {}, startsAt: '' });
  const group = (...alerts: object[]) => webhook({ groupKey: 'g', status: 'firing', alerts });
  const severity = async (...alerts: object[]) => (await source.read(group(...alerts)))[0]?.severity;
  expect(await severity(one('warning'), one('critical'))).toBe('critical');
  expect(await severity(one('warning'), one('critical', 'resolved'))).toBe('medium');
  expect(await severity(one('purple'))).toBe('unknown');
});
