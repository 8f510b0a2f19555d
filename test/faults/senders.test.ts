import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ALERT_TOKEN } from '../../src/rehearsal/neighbours.ts';
import { innocentDeploy } from '../../src/rehearsal/stories/innocent-deploy.ts';
import { type GatedBot, gatedBot } from './bot.ts';

const taken = z.object({ incident: z.number(), duplicate: z.boolean() });

let it: GatedBot;
beforeAll(async () => {
  it = await gatedBot(innocentDeploy);
});
afterAll(() => it.close());

const alert = (name: string, startsAt = '2026-11-26T14:07:00Z') =>
  JSON.stringify({
    version: '4',
    groupKey: `{}:{alertname="${name}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'pulaski',
    groupLabels: { alertname: name },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example:9093',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: name, severity: 'critical', service: 'checkout', environment: 'production' },
        annotations: { summary: name },
        startsAt,
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example:9090/graph',
        fingerprint: Buffer.from(name).toString('hex').slice(0, 16).padEnd(16, '0'),
      },
    ],
  });

function send(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const usual = { 'content-type': 'application/json', authorization: `Bearer ${ALERT_TOKEN}` };
  return fetch(`${it.bot.url}/alerts/alertmanager`, { method: 'POST', headers: { ...usual, ...headers }, body: Buffer.from(body) });
}

/** A sender that writes to the socket itself. */
async function raw(...parts: readonly string[]): Promise<Socket> {
  const socket = connect(Number(new URL(it.bot.url).port), '127.0.0.1');
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  return socket;
}

const head = (length: number) =>
  `POST /alerts/alertmanager HTTP/1.1\r\nhost: bot\r\nauthorization: Bearer ${ALERT_TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

const incidents = async () => Number(/^pulaski_incidents_open (\d+)$/m.exec(await (await fetch(`${it.bot.url}/metrics`)).text())?.[1] ?? 0);

test('slow senders that hold their bodies back keep nobody from being heard, and open nothing', async () => {
  const body = alert('SlowLoris');
  const slow = await Promise.all(Array.from({ length: 40 }, () => raw(head(body.length), body.slice(0, 20))));
  const before = await incidents();
  expect((await send(alert('HeardAllTheSame'))).status).toBe(202);
  expect(await incidents()).toBe(before + 1);
  for (const socket of slow) socket.destroy();
  // What came of them was never an alert: the same one is new when it comes whole.
  expect(await (await send(body)).json()).toMatchObject({ duplicate: false });
});

test('half a body, then a reset: nothing is stored; the whole one that comes again is', async () => {
  const body = alert('CutOff');
  const before = await incidents();
  const socket = await raw(head(body.length), body.slice(0, body.length / 2));
  socket.resetAndDestroy();
  expect(await incidents()).toBe(before);
  expect(await (await send(body)).json()).toMatchObject({ duplicate: false });
});

test('a delivery that is played again, by the sender or by anybody with the token, is one alert', async () => {
  const body = alert('PlayedAgain');
  const answers = await Promise.all(Array.from({ length: 8 }, async () => taken.parse(await (await send(body)).json())));
  expect(answers.filter((answer) => answer.duplicate === false)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.incident)).size).toBe(1);
});

test.each<[what: string, status: number, ask: () => Promise<Response>]>([
  ['a wrong token', 401, () => send(alert('Forged'), { authorization: 'Bearer wrong' })],
  ['no token', 401, () => send(alert('Forged'), { authorization: '' })],
  ['a huge body', 413, () => send(randomBytes(2 * 1024 * 1024))],
  ['a page instead of JSON', 400, () => send('<html>Forged</html>', { 'content-type': 'text/html' })],
  ['noise', 400, () => send(randomBytes(4096))],
  ['half a JSON text', 400, () => send(alert('Forged').slice(0, 60))],
  ['JSON of another shape', 400, () => send('{"alerts":"Forged"}')],
  ['a source that is not set up', 404, () => fetch(`${it.bot.url}/alerts/datadog`, { method: 'POST', body: alert('Forged') })],
])('%s: %i, nothing is opened, and the next alert is taken', async (what, status, ask) => {
  const before = await incidents();
  const answer = await ask();
  expect(answer.status).toBe(status);
  expect(await incidents()).toBe(before);
  expect((await send(alert(`After ${what}`))).status).toBe(202);
});

test('a wrong content type is no reason to lose an alert: what counts is the token and the body', async () => {
  expect((await send(alert('Typeless'), { 'content-type': 'image/png' })).status).toBe(202);
});

test('after all of it the bot is healthy, and no word of a token is in its log', async () => {
  expect((await fetch(`${it.bot.url}/readyz`)).status).toBe(200);
  expect(it.logged()).not.toContain(ALERT_TOKEN);
  expect(it.channel()).not.toContain('Forged');
});
