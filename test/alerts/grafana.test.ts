import { describe, expect, test } from 'vitest';
import { grafana } from '../../src/alerts/grafana.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { envOf, hmacHex, webhook } from '../support/webhook.ts';

const source = grafana.make(envOf({ GRAFANA_SIGNING_SECRET: 'g-secret' }), {});
const tokenOnly = grafana.make(envOf({ ALERT_TOKEN_GRAFANA: 'token' }), {});
const body = {
  receiver: 'pulaski',
  status: 'firing',
  state: 'alerting',
  orgId: 1,
  title: '[FIRING:1] High CPU (web)',
  message: '**Firing**',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'High CPU', service: 'web', severity: 'critical', env: 'production' },
      annotations: {},
      startsAt: '2026-11-21T20:29:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://grafana.example.com/alerting/1/edit',
      fingerprint: 'c1d2',
      values: { B: 93.1 },
    },
  ],
  groupLabels: { alertname: 'High CPU' },
  commonLabels: { alertname: 'High CPU', service: 'web', severity: 'critical', env: 'production' },
  commonAnnotations: {},
  externalURL: 'https://grafana.example.com/',
  version: '1',
  groupKey: '{}/{}:{alertname="High CPU"}',
  truncatedAlerts: 0,
};
const says = {
  key: '{}/{}:{alertname="High CPU"}',
  title: 'High CPU (web)',
  service: 'web',
  environment: 'production',
  severity: 'critical',
  status: 'firing',
} as const;
const header = 'x-grafana-alerting-signature';
const timestamp = '1795293000';

alertSourceContract('grafana', 'signature', () => ({
  source,
  body,
  says,
  sign: (r) => ({ ...r, headers: { [header]: hmacHex('g-secret', r.body) } }),
  proof: { header },
  coversBody: true,
}));

alertSourceContract('grafana', 'signature with a time', () => ({
  source,
  body,
  says,
  sign: (r) => ({ ...r, headers: { [header]: hmacHex('g-secret', `${timestamp}:`, r.body), [`${header}-timestamp`]: timestamp } }),
  proof: { header },
  coversBody: true,
  windowMs: 5 * 60_000,
}));

alertSourceContract('grafana', 'token', () => ({
  source: tokenOnly,
  body,
  says,
  sign: (r) => ({ ...r, headers: { authorization: 'Bearer token' } }),
  proof: { header: 'authorization' },
  coversBody: false,
}));

describe('published signatures', () => {
  const firing = '{"status":"firing"}';
  const plain = 'e9004ec0df62cec0a0daf0e81d6f0f5671cea2c0adbe34d104e0a380f53a195e';
  const timed = '448877a8f321695422b653ca072805857f86aae979fe505003dd8d68b30e0e9c';
  test('without a time', () => expect(source.trusts(webhook(firing, { [header]: plain }))).toBe(true));
  test('with a time', () => expect(source.trusts(webhook(firing, { [header]: timed, [`${header}-timestamp`]: timestamp }))).toBe(true));
  test('the time is part of what is signed', () => {
    expect(source.trusts(webhook(firing, { [header]: timed, [`${header}-timestamp`]: '1795293001' }))).toBe(false);
    expect(source.trusts(webhook(firing, { [header]: plain, [`${header}-timestamp`]: timestamp }))).toBe(false);
    expect(source.trusts(webhook(firing, { [header]: timed }))).toBe(false);
  });
  test('a secret that is not set trusts nobody', () => {
    expect(tokenOnly.trusts(webhook(firing, { [header]: hmacHex('', firing) }))).toBe(false);
    expect(source.trusts(webhook(firing, { authorization: 'Bearer ' }))).toBe(false);
  });
});

test('the Test button opens nothing', async () => {
  const alerts = [
    { status: 'firing', labels: { alertname: 'TestAlert', instance: 'Grafana' }, annotations: {}, startsAt: '2026-11-21T20:29:00Z' },
  ];
  expect(await source.read(webhook({ ...body, alerts }))).toEqual([]);
});
