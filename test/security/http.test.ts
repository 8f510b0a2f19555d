import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertSources } from '../../src/alerts/index.ts';
import { type BotServer, serve } from '../../src/alerts/server.ts';
import type { Alert } from '../../src/core/alert.ts';
import { build } from '../../src/core/part.ts';
import { metrics } from '../../src/metrics.ts';
import { httpEvents } from '../../src/slack/http-events.ts';
import { arrival } from '../support/webhook.ts';

const token = 'a-token-of-a-test';
const secret = 'signing-secret-of-a-test';
const now = Math.floor(Date.parse(arrival) / 1000);

let server: BotServer;
let received: Alert[];
let events: unknown[];

beforeEach(async () => {
  received = [];
  events = [];
  const { receiver, handle } = httpEvents(secret, () => new Date(arrival));
  receiver.init({
    processEvent: async (event: { body: unknown; ack: (said: unknown) => Promise<void> }) => {
      events.push(event.body);
      await event.ack(undefined);
    },
  } as unknown as Parameters<typeof receiver.init>[0]);
  server = await serve({
    host: '127.0.0.1',
    port: 0,
    sources: build(alertSources, { ALERT_TOKEN_GENERIC: token }, {}).ready,
    receive: async (alert) => {
      received.push(alert);
      return { incident: 7, duplicate: false, result: 'opened' };
    },
    ready: async () => undefined,
    metrics: metrics(async () => 0),
    mounts: { 'POST /slack/events': handle },
    now: () => new Date(arrival),
    warn: () => undefined,
  });
});
afterEach(() => server.shut());

/** A request as it stands, so that headers may be sent twice, empty, or not at all. */
function raw(headers: readonly string[], body: string | Buffer, path = '/alerts/generic'): Promise<string> {
  const bytes = Buffer.from(body);
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(
        [`POST ${path} HTTP/1.1`, 'host: bot', 'connection: close', `content-length: ${bytes.length}`, ...headers, '', ''].join('\r\n'),
      );
      socket.write(bytes);
    });
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(said));
  });
}

const status = (said: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1]);
const bearer = `authorization: Bearer ${token}`;
const good = '{"title":"x"}';

test.each<[string, readonly string[], string | Buffer, number]>([
  ['the token', [bearer], good, 202],
  ['no proof', [], good, 401],
  ['an empty proof', ['authorization:'], good, 401],
  ['an empty bearer', ['authorization: Bearer '], good, 401],
  ['another scheme', [`authorization: Basic ${Buffer.from(`x:${token}`).toString('base64')}`], good, 401],
  ['the beginning of the token', [`authorization: Bearer ${token.slice(0, -1)}`], good, 401],
  ['the token and more', [`authorization: Bearer ${token}x`], good, 401],
  ['a wrong proof before the right one', ['authorization: Bearer wrong', bearer], good, 401],
  ['gzip that says so', [bearer, 'content-encoding: gzip'], gzipSync(Buffer.alloc(800_000)), 400],
  ['gzip that does not', [bearer], gzipSync(good), 400],
  ['another charset', [bearer, 'content-type: application/json; charset=utf-16'], Buffer.from(good, 'utf16le'), 400],
  ['a million brackets', [bearer], '['.repeat(1_000_000), 400],
  ['a prototype', [bearer], '{"__proto__":{"title":"x"},"constructor":{"prototype":{"title":"x"}}}', 400],
  ['a NUL after it', [bearer], `${good}\0`, 400],
])('%s', async (_, headers, body, wanted) => {
  const said = await raw(headers, body);
  expect(status(said)).toBe(wanted);
  expect(received).toHaveLength(wanted === 202 ? 1 : 0);
  expect(said).not.toContain(token);
  expect(said).not.toMatch(/access-control-|set-cookie|x-powered-by|at .*\.ts:/i);
  expect(Object.prototype).not.toHaveProperty('title');
});

test('a body without proof is not parsed: what is wrong with it is not told', async () => {
  for (const body of ['{', '['.repeat(100_000), good]) expect(await raw([], body)).toContain('not trusted');
});

test.each([
  '/alerts/__proto__',
  '/alerts/constructor',
  '/alerts/',
  '/alerts/generic/x',
  '/__proto__',
  '//evil.example/alerts/generic',
  '/%00',
  '/alerts/generic%0d%0aset-cookie:x',
])('%s is nothing', async (path) => {
  expect(status(await raw([bearer], good, path))).toBe(404);
  expect(received).toEqual([]);
});

test('other sites may not read: no answer allows another origin', async () => {
  for (const [method, path] of [
    ['OPTIONS', '/alerts/generic'],
    ['GET', '/metrics'],
    ['GET', '/healthz'],
  ] as const) {
    const answer = await fetch(server.url + path, {
      method,
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

const form = 'application/x-www-form-urlencoded';
const command = new URLSearchParams({ command: '/incident', text: 'x', user_id: 'U1' }).toString();
const sign = (body: string | Buffer, stamp: number | string = now, key = secret) =>
  `v0=${createHmac('sha256', key).update(`v0:${stamp}:`).update(body).digest('hex')}`;
const signed = (body: string | Buffer, stamp: number | string = now, type = form) => [
  `content-type: ${type}`,
  `x-slack-request-timestamp: ${stamp}`,
  `x-slack-signature: ${sign(body, stamp)}`,
];

test.each<[string, readonly string[], string | Buffer, number]>([
  ['a signed command', signed(command), command, 200],
  ['no signature', [`content-type: ${form}`], command, 401],
  ['an empty signature', [`x-slack-request-timestamp: ${now}`, 'x-slack-signature:'], command, 401],
  ['an empty signature of its scheme', [`x-slack-request-timestamp: ${now}`, 'x-slack-signature: v0='], command, 401],
  ['a signature without its time', [`x-slack-signature: ${sign(command)}`], command, 401],
  ['another key', [`x-slack-request-timestamp: ${now}`, `x-slack-signature: ${sign(command, now, 'x')}`], command, 401],
  ['an old time, rightly signed', signed(command, now - 301), command, 401],
  ['a time to come, rightly signed', signed(command, now + 301), command, 401],
  ['a time that is none', signed(command, 'NaN'), command, 401],
  ['a time with a sign', signed(command, `+${now}`), command, 401],
  ['a time in other digits', signed(command, `${now}e0`), command, 401],
  ['the signature twice', [...signed(command), `x-slack-signature: ${sign(command)}`], command, 401],
  ['the time twice', [...signed(command), `x-slack-request-timestamp: ${now}`], command, 401],
  ['capitals in the signature', [`x-slack-request-timestamp: ${now}`, `x-slack-signature: ${sign(command).toUpperCase()}`], command, 401],
  ['the bytes of another body', signed(command), `${command}x`, 401],
  ['the same words in other bytes', signed(command), command.replace('%2F', '%2f'), 401],
  ['gzip', [...signed(gzipSync(command)), 'content-encoding: gzip'], gzipSync(command), 404],
  ['too much, signed', signed('x'.repeat(1_048_577)), 'x'.repeat(1_048_577), 413],
  ['deep', signed('['.repeat(500_000), now, 'application/json'), '['.repeat(500_000), 400],
  ['a list', signed('[1]', now, 'application/json'), '[1]', 400],
  ['a payload that is no object', signed('payload=3'), 'payload=3', 400],
])('slack: %s', async (_, headers, body, wanted) => {
  const said = await raw(headers, body, '/slack/events').catch(() => '');
  // A body that is too large may be cut off before its answer is read.
  if (wanted === 413) expect([413, Number.NaN]).toContain(status(said));
  else if (wanted !== 404) expect(status(said)).toBe(wanted);
  if (wanted === 200) expect(events).toHaveLength(1);
  else if (wanted !== 404) expect(events).toEqual([]);
  expect(said).not.toContain(secret);
});

test('slack: names of a prototype in a signed payload change no object', async () => {
  const body = `payload=${encodeURIComponent('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"type":"block_actions"}')}`;
  expect(status(await raw(signed(body), body, '/slack/events'))).toBe(200);
  expect(Object.prototype).not.toHaveProperty('polluted');
});
