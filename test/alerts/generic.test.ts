import { expect, test } from 'vitest';
import { generic } from '../../src/alerts/generic.ts';
import type { Alert } from '../../src/core/alert.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { arrival, envOf, webhook } from '../support/webhook.ts';

const source = generic.make(envOf({ ALERT_TOKEN_GENERIC: 'generic-secret' }), {});
const sign = (request: ReturnType<typeof webhook>) => ({ ...request, headers: { authorization: 'Bearer generic-secret' } });
const read = async (body: unknown) => (await source.read(webhook(body)))[0];

alertSourceContract('generic', 'plain body', () => ({
  source,
  body: {
    title: 'Checkout fails',
    severity: 'critical',
    status: 'firing',
    dedupe_key: 'checkout-5xx',
    service: 'web',
    environment: 'production',
    started_at: '2026-11-21T20:29:00Z',
    url: 'https://example.com/x',
    description: 'half of it',
    labels: { region: 'eu', tries: 3, deep: { a: 1 } },
  },
  says: {
    key: 'checkout-5xx',
    title: 'Checkout fails',
    service: 'web',
    severity: 'critical',
    startedAt: '2026-11-21T20:29:00.000Z',
    labels: { region: 'eu', tries: '3', deep: '{"a":1}' },
  },
  sign,
  proof: { header: 'authorization' },
  coversBody: false,
}));

alertSourceContract('generic', 'Events v2 body', () => ({
  source,
  body: {
    routing_key: 'R0',
    event_action: 'trigger',
    dedup_key: 'srv01/http',
    payload: {
      summary: 'HTTP is down',
      source: 'srv01',
      severity: 'error',
      timestamp: '2026-11-21T20:29:00Z',
      component: 'web',
      custom_details: { a: 'b' },
    },
    links: [{ href: 'https://example.com/graph', text: 'graph' }],
  },
  says: { key: 'srv01/http', title: 'HTTP is down', service: 'web', severity: 'high', status: 'firing', url: 'https://example.com/graph' },
  sign,
  proof: { header: 'authorization' },
  coversBody: false,
}));

const cases: [name: string, body: object, alert: Partial<Alert>][] = [
  ['a title alone is enough', { title: 'x' }, { key: ': x', severity: 'unknown', status: 'firing', startedAt: arrival, startKnown: false }],
  ['without a key: service and title', { title: 'x', service: 'web' }, { key: 'web: x' }],
  ['the service may be a label', { title: 'x', labels: { service: 'web' } }, { key: 'web: x', service: 'web' }],
  ['status in other words', { title: 'x', status: 'OK' }, { status: 'resolved' }],
  ['severity in other words', { title: 'x', severity: 'P2' }, { severity: 'high' }],
  ['a start in another zone', { title: 'x', startedAt: '2026-11-21T20:00:00+01:00' }, { startedAt: '2026-11-21T19:00:00.000Z' }],
  ['an address that is no page is left out', { title: 'x', url: 'javascript:alert(1)' }, { url: '' }],
  ['a key that no store takes', { title: 'x', dedupe_key: 'a\u0000b\ud800' }, { key: 'a\ufffdb\ufffd' }],
  ['lines in a title become spaces', { title: 'a\n\tb' }, { title: 'a b' }],
  ['Events v2 resolves by key alone', { event_action: 'resolve', dedup_key: 'k' }, { key: 'k', status: 'resolved' }],
];
for (const [name, body, alert] of cases) test(name, async () => expect(await read(body)).toMatchObject(alert));

test('an acknowledgement opens nothing', async () => {
  expect(await source.read(webhook({ event_action: 'acknowledge', dedup_key: 'k' }))).toEqual([]);
});

test('an unknown status is refused rather than guessed', async () => {
  await expect(read({ title: 'x', status: 'perhaps' })).rejects.toThrow('status');
});

test('a long key stays distinct', async () => {
  const [a, b] = await Promise.all(['1', '2'].map((end) => read({ title: 'x', dedupe_key: 'k'.repeat(5000) + end })));
  expect(a?.key).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(a?.key).not.toBe(b?.key);
});
