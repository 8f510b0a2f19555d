import { expect, test } from 'vitest';
import { pagerduty } from '../../src/alerts/pagerduty.ts';
import { deliveryOf } from '../../src/core/intake.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { envOf, hmacHex, webhook } from '../support/webhook.ts';

const source = pagerduty.make(envOf({ PAGERDUTY_SIGNING_SECRET: 'pd-secret' }), {});
const event = (event_type: string, over: object = {}, occurred_at = '2026-11-21T20:29:05Z') => ({
  event: {
    id: '01DEN1HNLBC1VITQK5J6FXJJ1U',
    event_type,
    resource_type: 'incident',
    occurred_at,
    agent: null,
    client: null,
    data: {
      id: 'PGR0VU2',
      type: 'incident',
      html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
      number: 2,
      status: 'triggered',
      created_at: '2026-11-21T20:29:00Z',
      title: 'Checkout fails',
      service: { id: 'PF9KMXH', summary: 'web', html_url: '' },
      priority: { summary: 'P1' },
      urgency: 'high',
      ...over,
    },
  },
});
const header = 'x-pagerduty-signature';
const says = {
  key: 'PGR0VU2',
  title: 'Checkout fails',
  service: 'web',
  severity: 'critical',
  status: 'firing',
  startedAt: '2026-11-21T20:29:00.000Z',
} as const;

alertSourceContract('pagerduty', 'signature', () => ({
  source,
  body: event('incident.triggered'),
  says,
  sign: (r) => ({ ...r, headers: { [header]: `v1=${hmacHex('pd-secret', r.body)}` } }),
  proof: { header },
  coversBody: true,
}));
alertSourceContract('pagerduty', 'token', () => ({
  source: pagerduty.make(envOf({ ALERT_TOKEN_PAGERDUTY: 'token' }), {}),
  body: event('incident.triggered'),
  says,
  sign: (r) => ({ ...r, query: { token: 'token' } }),
  proof: { query: 'token' },
  coversBody: false,
}));

test('the published signature, alone and among several while the secret is rotated', () => {
  const body = '{"event":{"id":"01","event_type":"incident.triggered"}}';
  const good = 'v1=7f0bba8706ef6d18b71140ba988586b9fd67c7356eadd44d139b833642dc4750';
  expect(source.trusts(webhook(body, { [header]: good }))).toBe(true);
  expect(source.trusts(webhook(body, { [header]: `v1=${'0'.repeat(64)}, ${good}` }))).toBe(true);
  expect(source.trusts(webhook(body, { [header]: good.slice(3) }))).toBe(false);
  expect(source.trusts(webhook(body, { [header]: `v0=${good.slice(3)}` }))).toBe(false);
});

const read = async (body: object) => (await source.read(webhook(body)))[0];

test.each([
  ['without a priority the urgency counts', event('incident.triggered', { priority: null }), { severity: 'high' }],
  ['low urgency', event('incident.triggered', { priority: null, urgency: 'low' }), { severity: 'low' }],
  ['resolved', event('incident.resolved'), { status: 'resolved', key: 'PGR0VU2' }],
])('%s', async (_name, body, alert) => expect(await read(body)).toMatchObject(alert));

test('reopened and resolved again are not taken for repetitions of the first', async () => {
  const all = await Promise.all([
    read(event('incident.triggered')),
    read(event('incident.resolved', {}, '2026-11-21T20:40:00Z')),
    read(event('incident.reopened', {}, '2026-11-21T20:50:00Z')),
    read(event('incident.resolved', {}, '2026-11-21T20:55:00Z')),
  ]);
  expect(new Set(all.map((alert) => alert && deliveryOf(alert))).size).toBe(4);
});

test.each(['incident.acknowledged', 'incident.annotated', 'incident.priority_updated', 'service.updated', 'pagey.ping'])(
  '%s opens nothing',
  async (type) => expect(await source.read(webhook(event(type)))).toEqual([]),
);
