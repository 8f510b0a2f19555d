import { expect, test } from 'vitest';
import { datadog } from '../../src/alerts/datadog.ts';
import type { Alert } from '../../src/core/alert.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { envOf, webhook } from '../support/webhook.ts';

const source = datadog.make(envOf({ ALERT_TOKEN_DATADOG: 'token' }), {});
const body = {
  source: 'datadog',
  id: '7790',
  dedupe: 'a1b2c3',
  cycle: '99',
  title: '[Triggered on {host:web-1}] CPU is high on web-1',
  body: '%%%\nCPU above 90\n%%%',
  status: 'Triggered',
  type: 'error',
  priority: 'P1',
  date: '1795292940000',
  tags: 'service:web,env:production,monitor',
  link: 'https://app.datadoghq.com/monitors/1',
  host: 'web-1',
  monitor_id: '1',
};

alertSourceContract('datadog', 'token', () => ({
  source,
  body,
  says: {
    key: 'a1b2c3',
    title: 'CPU is high on web-1',
    service: 'web',
    environment: 'production',
    severity: 'critical',
    status: 'firing',
    startedAt: '2026-11-21T20:29:00.000Z',
    description: 'CPU above 90',
  },
  sign: (r) => ({ ...r, headers: { authorization: 'Bearer token' } }),
  proof: { header: 'authorization' },
  coversBody: false,
}));

const cases: [name: string, over: object, alert: Partial<Alert>][] = [
  ['recovered', { status: 'Recovered', type: 'success' }, { status: 'resolved', key: 'a1b2c3' }],
  [
    'a warning without a priority',
    { status: 'Warn', type: 'warning', priority: '$ALERT_PRIORITY' },
    { status: 'firing', severity: 'medium' },
  ],
  ['no data fires', { status: 'No Data' }, { status: 'firing' }],
  ['a reminder has no start of its own', { status: 'Renotify', date: '1795299999000' }, { startKnown: false }],
  ['triggered again has none either', { status: 'Re-Triggered' }, { startKnown: false, status: 'firing' }],
  ['a variable that was not filled in is no key', { dedupe: '$AGGREG_KEY' }, { key: '1' }],
  [
    "Datadog's own body",
    { dedupe: undefined, monitor_id: undefined, status: undefined, tags: undefined, title: '[Recovered] CPU is high', date: 1795292940 },
    { status: 'resolved', key: 'CPU is high', startedAt: '2026-11-21T20:29:00.000Z' },
  ],
];
for (const [name, over, alert] of cases) {
  test(name, async () => expect((await source.read(webhook({ ...body, ...over })))[0]).toMatchObject(alert));
}
