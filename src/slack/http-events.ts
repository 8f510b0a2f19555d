import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import { isRecord } from './trouble.ts';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack: older or younger than this is refused. */
const WINDOW_S = 300;
const BODY_MAX = 1024 * 1024;
/** Slack gives up after three seconds. */
const ANSWER_MS = 2_900;

interface Answer {
  status: number;
  type?: string;
  body: string;
}

/** HTTP mode: a handler that the bot's own server mounts at POST /slack/events. Bolt's own server would be a second one. */
export function httpEvents(
  secret: string,
  now: () => Date,
): { receiver: Receiver; handle: (request: IncomingMessage, response: ServerResponse) => void } {
  let app: App | undefined;
  const receiver: Receiver = {
    init: (bolt) => {
      app = bolt;
    },
    start: async () => undefined,
    stop: async () => undefined,
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, secret, now, app).then(
      ({ status, type, body }) => response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  };
  return { receiver, handle };
}

async function answer(request: IncomingMessage, secret: string, now: () => Date, app: App | undefined): Promise<Answer> {
  const raw = await bodyOf(request);
  if (raw === undefined) return { status: 413, body: '' };
  const stamp = String(request.headers['x-slack-request-timestamp'] ?? '');
  const signature = String(request.headers['x-slack-signature'] ?? '');
  if (!isSigned(raw, stamp, signature, secret, now())) return { status: 401, body: '' };
  const body = parse(raw, String(request.headers['content-type'] ?? ''));
  if (!body) return { status: 400, body: '' };
  if ('ssl_check' in body) return { status: 200, body: '' };
  if (body.type === 'url_verification') return json({ challenge: String(body.challenge) });
  if (!app) return { status: 503, body: '' };
  return dispatch(app, body, request);
}

/** The bytes as they came, the time of both clocks near each other, compared in constant time. */
export function isSigned(raw: Uint8Array, stamp: string, signature: string, secret: string, now: Date): boolean {
  if (!/^\d{1,12}$/.test(stamp) || Math.abs(now.getTime() / 1000 - Number(stamp)) > WINDOW_S) return false;
  const wanted = createHmac('sha256', secret).update(`v0:${stamp}:`).update(raw).digest();
  const given = Buffer.from(/^v0=([0-9a-f]{64})$/.exec(signature)?.[1] ?? '', 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request) {
    if (!(part instanceof Uint8Array)) continue;
    size += part.length;
    if (size > BODY_MAX) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parse(raw: Uint8Array, type: string): Readonly<Record<string, unknown>> | undefined {
  const text = new TextDecoder().decode(raw);
  try {
    if (type.includes('json')) return record(JSON.parse(text));
    const form = Object.fromEntries(new URLSearchParams(text));
    return form.payload === undefined ? form : record(JSON.parse(form.payload));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) && !Array.isArray(value) ? value : undefined;
}

async function dispatch(app: App, body: Readonly<Record<string, unknown>>, request: IncomingMessage): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => resolve({ status: 404, body: '' }), ANSWER_MS);
  const retry = Number(request.headers['x-slack-retry-num']);
  const event: ReceiverEvent = {
    body: { ...body },
    ack: async (said: unknown) =>
      resolve(typeof said === 'string' ? { status: 200, body: said } : said ? json(said) : { status: 200, body: '' }),
    ...(Number.isInteger(retry) ? { retryNum: retry } : {}),
  };
  app.processEvent(event).then(
    () => resolve({ status: 404, body: '' }),
    () => resolve({ status: 500, body: '' }),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}
