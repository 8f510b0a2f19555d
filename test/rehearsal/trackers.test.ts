import axios from 'axios';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StandIn } from '../../src/rehearsal/stand-ins/http-front.ts';
import { ROLLBAR_TOKEN, startRollbar } from '../../src/rehearsal/stand-ins/rollbar.ts';
import { SENTRY_TOKEN, startSentry } from '../../src/rehearsal/stand-ins/sentry.ts';
import { iris } from '../../src/rehearsal/stories/iris.ts';
import { quick, worldAt } from './stage.ts';

let world: ReturnType<typeof worldAt>;
let server: StandIn;
beforeEach(() => {
  world = worldAt(iris, 11);
});
afterEach(async () => {
  await server.close();
  world.remove();
});

test('Rollbar: the per-minute counts jump at the onset, and the loud group is an old one', async () => {
  server = await startRollbar(world, quick);
  const api = axios.create({ baseURL: `${server.url}/api/1`, headers: { 'X-Rollbar-Access-Token': ROLLBAR_TOKEN }, proxy: false });
  const counts: [number, number][] = (await api.get('/reports/occurrence_counts?bucket_size=60&environments=production')).data.result;
  const perMinute = new Map(counts.map(([at, count]) => [at, count]));
  const minute = (n: number) => perMinute.get((world.onset + n * 60_000) / 1000) ?? 0;
  expect(minute(-5)).toBeLessThan(10);
  expect(minute(8)).toBeGreaterThan(250);
  const [loudest] = (await api.get('/reports/top_active_items?hours=1&environments=production')).data.result;
  expect(loudest.item).toMatchObject({ level: 40, title: 'Rack::Timeout::RequestTimeoutException: Request ran for longer than 15000ms' });
  const { instances } = (await api.get(`/item/${loudest.item.id}/instances`)).data.result;
  expect(instances[0].data).toMatchObject({ code_version: world.repository.sha('threaded-comments'), environment: 'production' });
  const { items } = (await api.get('/items/?level=error&status=active')).data.result;
  expect(items.every((item: { level: string }) => item.level === 'error')).toBe(true);
  const { deploys } = (await api.get('/deploys')).data.result;
  expect(deploys[0]).toMatchObject({ revision: world.repository.sha('threaded-comments'), status: 'succeeded' });
});

test('Rollbar: a wrong token is refused in its own words', async () => {
  server = await startRollbar(world, quick);
  const { status, data } = await axios.get(`${server.url}/api/1/items`, { validateStatus: null, proxy: false });
  expect({ status, data }).toEqual({ status: 401, data: { err: 1, message: 'invalid access token' } });
});

test('Sentry: issues by frequency, their latest event with its frames, and a refusal', async () => {
  server = await startSentry(world, quick);
  const api = axios.create({ baseURL: `${server.url}/api/0`, headers: { Authorization: `Bearer ${SENTRY_TOKEN}` }, proxy: false });
  const listed = await api.get('/organizations/checkout/issues/?statsPeriod=1h&sort=freq&environment=production');
  expect(listed.headers.link).toContain('results="false"');
  expect(listed.data[0]).toMatchObject({
    title: expect.stringContaining('RequestTimeout'),
    count: expect.stringMatching(/^\d+$/),
    substatus: 'ongoing',
  });
  const { data: event } = await api.get(`/organizations/checkout/issues/${listed.data[0].id}/events/latest/`);
  expect(event.entries[0].data.values[0].stacktrace.frames.some((f: { inApp: boolean }) => f.inApp)).toBe(true);
  const { data } = await api.get('/organizations/checkout/events-timeseries/?dataset=errors&yAxis=count()&interval=60&statsPeriod=1h');
  expect(data.timeSeries[0].values.at(-1)).toMatchObject({ incomplete: true });
  const refused = await axios.get(`${server.url}/api/0/organizations/checkout/issues/`, { validateStatus: null, proxy: false });
  expect(refused.status).toBe(401);
});
