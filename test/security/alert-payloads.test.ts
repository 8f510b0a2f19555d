import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertSources } from '../../src/alerts/index.ts';
import { ofAlarm } from '../../src/alerts/sns-alarm.ts';
import { type Alert, UnreadableAlert } from '../../src/core/alert.ts';
import { build } from '../../src/core/part.ts';
import { arrival } from '../support/webhook.ts';

/** What each sender posts, as in its documentation or as captured. */
const bodies: Readonly<Record<string, readonly unknown[]>> = {
  alertmanager: readdirSync('test/fixtures/alertmanager').map(
    (name) => JSON.parse(readFileSync(`test/fixtures/alertmanager/${name}`, 'utf8')).body,
  ),
  grafana: [
    {
      status: 'firing',
      orgId: 1,
      title: '[FIRING:1] High CPU (web)',
      message: '**Firing**',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'High CPU', severity: 'critical' },
          annotations: {},
          startsAt: '2026-11-21T20:29:00Z',
          fingerprint: 'c1d2',
          values: { B: 93.1 },
        },
      ],
      groupLabels: { alertname: 'High CPU' },
      commonLabels: { service: 'web' },
      groupKey: '{}',
      truncatedAlerts: 0,
    },
  ],
  pagerduty: [
    {
      event: {
        id: '01',
        event_type: 'incident.triggered',
        resource_type: 'incident',
        occurred_at: '2026-11-21T20:29:00Z',
        data: {
          id: 'PGR',
          type: 'incident',
          html_url: 'https://a.example',
          number: 2,
          status: 'triggered',
          incident_key: 'k',
          title: 'x',
          service: { id: 'P', summary: 'web' },
          urgency: 'high',
          priority: { summary: 'P1' },
        },
      },
    },
  ],
  datadog: [
    {
      alert_id: '1',
      alert_cycle_key: '2',
      title: '[Triggered] x',
      transition: 'Triggered',
      type: 'error',
      priority: 'P1',
      date: '1795293000000',
      tags: 'env:production,service:web',
      link: 'https://a.example',
      body: 'b',
    },
  ],
  sentry: [
    {
      action: 'triggered',
      data: {
        event: {
          issue_id: '1',
          title: 'E',
          web_url: 'https://a.example',
          level: 'error',
          datetime: '2026-11-21T20:29:00Z',
          tags: [['environment', 'production']],
        },
        triggered_rule: 'r',
      },
    },
    {
      action: 'critical',
      data: {
        metric_alert: { id: '1', title: 't', date_started: '2026-11-21T20:29:00Z', alert_rule: { name: 'r' } },
        description_title: 't',
        web_url: 'https://a.example',
      },
    },
  ],
  rollbar: [
    {
      event_name: 'new_item',
      data: {
        item: {
          id: 1,
          counter: 2,
          title: 'E',
          level: 40,
          environment: 'production',
          first_occurrence_timestamp: 1795293000,
          last_occurrence: { level: 'error' },
        },
      },
    },
  ],
  generic: [
    {
      title: 'x',
      key: 'k',
      service: 'web',
      severity: 'critical',
      status: 'firing',
      url: 'https://a.example',
      labels: { a: 'b' },
      description: 'd',
    },
  ],
};
const alarm = {
  AlarmName: 'cpu',
  NewStateValue: 'ALARM',
  NewStateReason: 'r',
  StateChangeTime: '2026-11-21T20:29:00.000+0000',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:1:alarm:cpu',
  Region: 'EU',
  Trigger: { Dimensions: [{ name: 'DBInstanceIdentifier', value: 'db' }] },
};

/** Anything that JSON can say, and what is hard about it. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    'constructor',
    '__proto__',
    'toString',
    'x\u0000y',
    '\ud800',
    '\u202e\u001b[2J',
    '<!channel>',
    '9'.repeat(400),
    [],
    {},
    [[[[]]]],
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ maxLength: 5_000, unit: 'binary' }),
  fc.constant(JSON.parse('{"__proto__":{"title":"x"},"constructor":{"prototype":{"a":1}},"toString":"x","length":1e9}')),
);

/** The same payload with one place changed, taken out, or doubled. */
function mutated(value: unknown): fc.Arbitrary<unknown> {
  const places: (readonly (string | number)[])[] = [];
  const walk = (one: unknown, path: readonly (string | number)[]): void => {
    places.push(path);
    if (typeof one === 'object' && one !== null) for (const [key, inner] of Object.entries(one)) walk(inner, [...path, key]);
  };
  walk(value, []);
  const change = (one: unknown, [key, ...rest]: readonly (string | number)[], how: 'set' | 'drop', to: unknown): unknown => {
    if (key === undefined) return to;
    const copy: Record<string, unknown> = Array.isArray(one)
      ? (Object.assign([], one) as unknown as Record<string, unknown>)
      : { ...(one as object) };
    if (how === 'drop' && rest.length === 0) delete copy[key];
    else copy[key] = change(copy[key], rest, how, to);
    return copy;
  };
  return fc
    .array(fc.tuple(fc.constantFrom(...places), fc.constantFrom('set' as const, 'drop' as const), anything), { minLength: 1, maxLength: 3 })
    .map((changes) => {
      try {
        return changes.reduce<unknown>((one, [path, how, to]) => change(one, path, how, to), value);
      } catch {
        // A place below one that is no object any more.
        return value;
      }
    });
}

const severities = ['critical', 'high', 'medium', 'low', 'unknown'];

function isWhole(alert: Alert): void {
  expect(severities).toContain(alert.severity);
  expect(['firing', 'resolved']).toContain(alert.status);
  for (const text of [
    alert.source,
    alert.key,
    alert.title,
    alert.service,
    alert.environment,
    alert.url,
    alert.description,
    ...Object.entries(alert.labels).flat(),
  ])
    expect(text).toBeTypeOf('string');
  expect(new Date(alert.startedAt).toISOString()).toBe(alert.startedAt);
  expect(alert.key).not.toContain('\u0000');
  expect(alert.key.length + alert.title.length + alert.service.length + alert.description.length).toBeLessThan(6_000);
  expect(alert.url).toMatch(/^(?:https?:|$)/);
}

const env = Object.fromEntries(alertSources.map(({ name }) => [`ALERT_TOKEN_${name.toUpperCase()}`, 'a-token-of-a-test']));
const sources = build(alertSources, env, {}).ready;

async function readsOrRefuses(read: () => Promise<readonly Alert[]> | readonly Alert[]): Promise<void> {
  try {
    for (const alert of await read()) isWhole(alert);
  } catch (error) {
    if (!(error instanceof UnreadableAlert)) throw error;
    expect(error.message.length).toBeLessThan(500);
  }
}

test.each(Object.keys(bodies))('%s: whatever is changed in a payload, it is a whole alert or refused', async (name) => {
  const source = sources.find((one) => one.name === name);
  const headers = { 'sentry-hook-resource': name === 'sentry' ? 'event_alert' : '' };
  const whole = bodies[name] ?? [];
  let understood = 0;
  for (const body of whole) {
    const said = { headers: { 'sentry-hook-resource': 'event_alert' }, query: {}, body: Buffer.from(JSON.stringify(body)), at: arrival };
    await readsOrRefuses(async () => {
      const alerts = (await source?.read(said)) ?? [];
      understood += alerts.length;
      return alerts;
    });
  }
  expect(understood).toBeGreaterThan(0);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...whole).chain(mutated),
      fc.constantFrom('event_alert', 'metric_alert', 'issue', 'constructor'),
      async (body, hook) => {
        const bytes = Buffer.from(JSON.stringify(body) ?? '');
        await readsOrRefuses(
          async () => source?.read({ headers: { ...headers, 'sentry-hook-resource': hook }, query: {}, body: bytes, at: arrival }) ?? [],
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('an alarm inside an SNS message, too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        mutated(alarm).map((one) => JSON.stringify(one) ?? ''),
        fc.string(),
      ),
      (said) => readsOrRefuses(() => ofAlarm(said, { at: arrival, headers: {}, query: {}, body: Buffer.from('') })),
    ),
    { numRuns: 300 },
  );
});

/** Bytes that are hard for a JSON reader. */
const hard: readonly [what: string, bytes: Buffer][] = [
  ['a million brackets', Buffer.from('['.repeat(1_000_000))],
  ['very deep and whole', Buffer.from(`${'{"a":'.repeat(90_000)}1${'}'.repeat(90_000)}`)],
  ['deep where the labels are', Buffer.from(`{"title":"x","labels":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`)],
  ['deep where the alerts are', Buffer.from(`{"alerts":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)],
  ['keys twice', Buffer.from('{"title":"a","title":"b","status":"firing","status":"resolved"}')],
  ['other bytes than UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['UTF-16', Buffer.from('{"title":"x"}', 'utf16le')],
  ['gzip', Buffer.from('1f8b0800000000000003', 'hex')],
  ['a byte order mark', Buffer.from('\ufeff{"title":"x"}')],
  ['nothing', Buffer.alloc(0)],
  ['a NUL', Buffer.from('{"title":"x"}\0')],
  [
    'a hundred thousand labels',
    Buffer.from(JSON.stringify({ title: 'x', labels: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i])) })),
  ],
];

test.each(hard)('%s: every source reads it or refuses it', async (_, bytes) => {
  for (const source of sources) {
    const request = { headers: { 'sentry-hook-resource': 'event_alert' }, query: {}, body: bytes, at: arrival };
    await readsOrRefuses(() => source.read(request));
    expect(await source.trusts(request)).toBe(false);
  }
});
