import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertSources } from '../../src/alerts/index.ts';
import { type BotServer, serve } from '../../src/alerts/server.ts';
import type { Alert } from '../../src/core/alert.ts';
import { StoreDown } from '../../src/core/journal.ts';
import { build } from '../../src/core/part.ts';
import { metrics } from '../../src/metrics.ts';
import { arrival } from '../support/webhook.ts';

let server: BotServer;
let received: Alert[];
let warnings: { message: string; fields: Readonly<Record<string, unknown>> }[];
let down: Error | undefined;

beforeEach(async () => {
  received = [];
  warnings = [];
  down = undefined;
  server = await serve({
    host: '127.0.0.1',
    port: 0,
    sources: build(alertSources, { ALERT_TOKEN_GENERIC: 'generic-secret' }, {}).ready,
    async receive(alert) {
      if (down) throw down;
      received.push(alert);
      return { incident: 7, duplicate: false, result: 'opened' };
    },
    async ready() {
      if (down) throw down;
    },
    metrics: metrics(async () => {
      if (down) throw down;
      return 3;
    }),
    mounts: { 'POST /slack/events': (_request, response) => void response.writeHead(200).end('slack') },
    now: () => new Date(arrival),
    warn: (message, fields) => warnings.push({ message, fields }),
  });
});
afterEach(() => server.shut());

const trusted = { authorization: 'Bearer generic-secret' };
const post = (path: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method: 'POST', body, headers, ...(typeof body === 'string' ? {} : { duplex: 'half' }) });
const large = 'x'.repeat(1_048_577);

test('a trusted alert: 202 with the incident', async () => {
  const response = await post('/alerts/generic', '{"title":"x"}', trusted);
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ incident: 7, duplicate: false });
  expect(received).toMatchObject([{ source: 'generic', title: 'x', startedAt: arrival }]);
  expect((await post('/alerts/generic?token=generic-secret', '{"title":"x"}')).status).toBe(202);
});

test('understood, but nothing to open: 202 with null', async () => {
  const response = await post('/alerts/generic', '{"event_action":"acknowledge"}', trusted);
  expect([response.status, await response.json()]).toEqual([202, { incident: null, duplicate: false }]);
});

test.each([
  ['unknown source, before everything else', '/alerts/nothing', large, {}, 404],
  ['source that is not set up', '/alerts/alertmanager', '{}', trusted, 404],
  ['too large, before the token is looked at', '/alerts/generic', large, {}, 413],
  ['untrusted, before the body is parsed', '/alerts/generic', 'no json', {}, 401],
  ['wrong token', '/alerts/generic', '{"title":"x"}', { authorization: 'Bearer wrong' }, 401],
  ['unreadable', '/alerts/generic', 'no json', trusted, 400],
  ['another shape', '/alerts/generic', '{"planted":1}', trusted, 400],
])('refused: %s', async (_name, path, body, headers, status) => {
  const response = await post(path, body, { ...headers });
  expect(response.status).toBe(status);
  const text = await response.text();
  expect(JSON.parse(text)).toEqual({ error: expect.any(String) });
  expect(text).not.toMatch(/planted|generic-secret|\.ts|at /);
  expect(received).toEqual([]);
});

test('too large without saying so beforehand', async () => {
  const stream = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 20; i++) controller.enqueue(Buffer.alloc(65_536, 0x78));
      controller.close();
    },
  });
  expect((await post('/alerts/generic', stream, trusted)).status).toBe(413);
});

test('a body of exactly one mebibyte is read', async () => {
  const body = JSON.stringify({ title: 'x', description: '' });
  const full = body.replace('""', `"${'y'.repeat(1_048_576 - body.length)}"`);
  expect(Buffer.byteLength(full)).toBe(1_048_576);
  expect((await post('/alerts/generic', full, trusted)).status).toBe(202);
});

test('a store that is down: 503, so that the sender tries again; not ready; still alive', async () => {
  down = new StoreDown('the disk is full', 'Free some space');
  const response = await post('/alerts/generic', '{"title":"x"}', trusted);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).not.toContain('pulaski_incidents_open');
  expect(warnings.map((w) => w.fields.error)).toContain(down);
});

test('a fault of ours: 500 without a word of it', async () => {
  down = new TypeError('planted-sentinel');
  const response = await post('/alerts/generic', '{"title":"x"}', trusted);
  expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('planted')]);
});

test('health, readiness, metrics, what is mounted, and nothing else', async () => {
  await post('/alerts/generic', '{"title":"x"}', trusted);
  await post('/alerts/nothing', '');
  const get = async (path: string) => (await fetch(server.url + path)).text();
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const text = await get('/metrics');
  expect(text).toContain('pulaski_alerts_total{source="generic",result="opened"} 1');
  expect(text).toContain('pulaski_alerts_total{source="unknown",result="unknown"} 1');
  expect(text).toContain('pulaski_incidents_open 3');
  expect(await (await post('/slack/events', '')).text()).toBe('slack');
  for (const path of ['/', '/alerts', '/alerts/', '/alerts/generic/x', '/slack/events', '//', '/%zz']) {
    expect((await fetch(server.url + path)).status, path).toBe(404);
  }
  expect((await fetch(`${server.url}/alerts/generic`)).status).toBe(405);
});

test('a connection that says nothing sensible is closed, and the rest goes on', async () => {
  const { port } = new URL(server.url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('this is no http\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
  });
  expect(answer).toContain('400');
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('a port that is taken is an error at once', async () => {
  const { port } = new URL(server.url);
  const again = serve({
    host: '127.0.0.1',
    port: Number(port),
    sources: [],
    receive: async () => ({ incident: null, duplicate: false, result: '' }),
    ready: async () => undefined,
    metrics: metrics(async () => 0),
    now: () => new Date(arrival),
    warn: () => undefined,
  });
  await expect(again).rejects.toThrow('EADDRINUSE');
});
