import { expect, test } from 'vitest';
import { rollbar } from '../../src/alerts/rollbar.ts';
import type { Alert } from '../../src/core/alert.ts';
import { alertSourceContract } from '../contract/alert-source.ts';
import { envOf, webhook } from '../support/webhook.ts';

const source = rollbar.make(envOf({ ALERT_TOKEN_ROLLBAR: 'token' }), {});
const hook = (event_name: string, over: object = {}) => ({
  event_name,
  data: {
    url: 'https://rollbar.com/item/uuid/?uuid=1',
    item: {
      id: 272716944,
      counter: 4,
      project_id: 90,
      environment: 'production',
      title: 'Mysql2::Error: Out of range value',
      level: 50,
      status: 1,
      total_occurrences: 412,
      first_occurrence_timestamp: 1795292940,
      last_occurrence_timestamp: 1795292990,
      ...over,
    },
  },
});

alertSourceContract('rollbar', 'token in the address', () => ({
  source,
  body: hook('new_item'),
  says: { key: 'rollbar:90:4', environment: 'production', severity: 'critical', status: 'firing', startedAt: '2026-11-21T20:29:00.000Z' },
  sign: (r) => ({ ...r, query: { token: 'token' } }),
  proof: { query: 'token' },
  coversBody: false,
}));

const cases: [name: string, body: object, alert: Partial<Alert>][] = [
  ['a repetition carries the time of the last error', hook('exp_repeat_item'), { status: 'firing', startedAt: '2026-11-21T20:29:50.000Z' }],
  ['velocity', hook('item_velocity', { level: 'error' }), { severity: 'high', status: 'firing' }],
  ['resolved has the same key', hook('resolved_item'), { status: 'resolved', key: 'rollbar:90:4' }],
  ['a warning', hook('reactivated_item', { level: 30 }), { severity: 'medium' }],
];
for (const [name, body, alert] of cases) test(name, async () => expect((await source.read(webhook(body)))[0]).toMatchObject(alert));

test.each([
  ['every occurrence', hook('occurrence')],
  ['a deploy', { event_name: 'deploy', data: { deploy: { id: 1, revision: 'e4b9' } } }],
  ['a test', { event_name: 'test', data: { message: 'hello' } }],
])('%s opens nothing', async (_name, body) => expect(await source.read(webhook(body))).toEqual([]));
