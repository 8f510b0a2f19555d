import { expect, test } from 'vitest';
import { sentry } from '../../src/alerts/sentry.ts';
import type { Alert } from '../../src/core/alert.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { envOf, hmacHex, webhook } from '../support/webhook.ts';

const source = sentry.make(envOf({ SENTRY_CLIENT_SECRET: 'client-secret' }), {});
const hook = (action: string, data: object) => ({
  action,
  actor: { id: 'sentry', name: 'Sentry', type: 'application' },
  installation: { uuid: 'a-b' },
  data,
});
const event = hook('triggered', {
  event: {
    title: 'RangeError: 2147483648 is out of range',
    event_id: 'e4874d664c3540c1a32eab185f12c5ab',
    issue_id: '1170820242',
    web_url: 'https://sentry.io/organizations/acme/issues/1170820242/events/e487/',
    level: 'error',
    culprit: 'threads#create',
    environment: 'production',
    datetime: '2026-11-21T20:29:00.000Z',
    tags: [
      ['service', 'web'],
      ['browser', 'Chrome'],
    ],
  },
  triggered_rule: 'Very important',
});
const metric = (action: string) =>
  hook(action, {
    metric_alert: {
      id: '4',
      identifier: '1',
      title: 'Too many errors',
      date_started: '2026-11-21T20:29:00Z',
      date_closed: action === 'resolved' ? '2026-11-21T20:50:00Z' : null,
    },
    description_title: 'Critical: Too many errors',
    description_text: '1000 events in the last 10 minutes',
    web_url: 'https://sentry.io/organizations/acme/alerts/1/',
  });
const issue = (action: string) =>
  hook(action, {
    issue: {
      id: '1170820242',
      shortId: 'WEB-1',
      title: 'RangeError',
      level: 'fatal',
      culprit: 'threads#create',
      web_url: 'https://sentry.io/i/1',
      firstSeen: '2026-11-21T20:20:00Z',
      project: { slug: 'web' },
    },
  });
const header = 'sentry-hook-signature';

alertSourceContract('sentry', 'signature, issue alert', () => ({
  source,
  body: event,
  says: {
    key: 'sentry:1170820242',
    severity: 'high',
    status: 'firing',
    service: 'web',
    environment: 'production',
    startedAt: '2026-11-21T20:29:00.000Z',
  },
  sign: (r) => ({ ...r, headers: { [header]: hmacHex('client-secret', r.body) } }),
  proof: { header },
  coversBody: true,
}));
alertSourceContract('sentry', 'token, metric alert', () => ({
  source: sentry.make(envOf({ ALERT_TOKEN_SENTRY: 'token' }), {}),
  body: metric('critical'),
  says: { key: 'sentry-metric:4', title: 'Critical: Too many errors', severity: 'critical', status: 'firing' },
  sign: (r) => ({ ...r, query: { token: 'token' } }),
  proof: { query: 'token' },
  coversBody: false,
}));

test('the published signature', () => {
  const body = '{"action":"created","data":{}}';
  const good = 'c07fff135cf3db69f57b1f80316d46fd6ae284f29cbde05a7cc9abeff03f6b17';
  expect(source.trusts(webhook(body, { [header]: good }))).toBe(true);
  // The bytes are signed, not what they mean.
  expect(source.trusts(webhook('{"action": "created", "data": {}}', { [header]: good }))).toBe(false);
});

const cases: [name: string, body: object, alert: Partial<Alert>][] = [
  ['a metric alert that warns', metric('warning'), { severity: 'medium', status: 'firing' }],
  [
    'a metric alert that resolves',
    metric('resolved'),
    { status: 'resolved', key: 'sentry-metric:4', startedAt: '2026-11-21T20:50:00.000Z' },
  ],
  [
    'a new issue has the key of its issue alert',
    issue('created'),
    { key: 'sentry:1170820242', severity: 'high', startedAt: '2026-11-21T20:20:00.000Z' },
  ],
  ['an issue that is resolved', issue('resolved'), { key: 'sentry:1170820242', status: 'resolved', startKnown: false }],
  ['an issue that regresses', issue('unresolved'), { status: 'firing', startKnown: false }],
];
for (const [name, body, alert] of cases) test(name, async () => expect((await source.read(webhook(body)))[0]).toMatchObject(alert));

test.each([
  ['assigned', webhook(issue('assigned'))],
  ['archived', webhook(issue('archived'))],
  ['the installation itself', webhook({ action: 'created', data: { installation: {} } }, { 'sentry-hook-resource': 'installation' })],
  ['every single error', webhook({ action: 'created', data: { error: {} } }, { 'sentry-hook-resource': 'error' })],
])('%s opens nothing', async (_name, request) => expect(await source.read(request)).toEqual([]));
