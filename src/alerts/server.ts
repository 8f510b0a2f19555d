import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Alert, AlertSource, WebhookRequest } from '../core/alert.ts';
import { readBody } from './body.ts';
import { type Answer, post, refuse, type Taken } from './post.ts';

export interface ServerParts {
  host: string;
  port: number;
  sources: readonly AlertSource[];
  /** Resolves when the alert is durable. */
  receive: (alert: Alert) => Promise<Taken>;
  /** Throws when the store cannot be written. */
  ready: () => Promise<unknown>;
  metrics: { alert: (source: string, result: string) => void; text: () => Promise<{ type: string; body: string }> };
  /** Further handlers by method and path, for `POST /slack/events`. They read the body themselves. */
  mounts?: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;
  now: () => Date;
  warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface BotServer {
  /** `http://127.0.0.1:3000`, with the port that was taken. */
  url: string;
  /** Requests in hand. */
  busy: () => number;
  /** Takes no new connection, lets answers in hand finish. */
  shut: () => Promise<void>;
}

/** Connections that one process holds at most; each may hold a body of 1 MiB before its sender is trusted. */
const connections = 256;
/** Answers in hand get so long when the bot stops. */
const graceMs = 5_000;
const lingerMs = 1_000;

/** The bot's own HTTP server: alerts, health, readiness, metrics. Rejects when the port cannot be had. */
export async function serve(parts: ServerParts): Promise<BotServer> {
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 60_000,
    connectionsCheckingInterval: 2_000,
  });
  server.maxConnections = connections;
  let busy = 0;
  server.on('request', (request, response) => {
    busy++;
    response.once('close', () => busy--);
    void answer(parts, request, response).catch((error: unknown) => {
      parts.warn('a request failed', { error });
      if (!response.headersSent) send(response, { status: 500, body: { error: 'a fault of ours' }, results: [] });
    });
  });
  await listening(server, parts.host, parts.port);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : parts.port;
  return { url: `http://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}:${port}`, busy: () => busy, shut: () => shut(server) };
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(`http://bot${request.url?.startsWith('/') ? request.url : '/'}`);
  const mount = parts.mounts?.[`${request.method} ${url.pathname}`];
  if (mount) return mount(request, response);
  const name = /^\/alerts\/([a-z]+)$/.exec(url.pathname)?.[1];
  if (name !== undefined) return alert(parts, name, url, request, response);
  const page = pages[url.pathname];
  if (page === undefined) return send(response, refuse(404, 'there is nothing here', ''));
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, refuse(405, 'only GET', ''));
  return page(parts, response);
}

const pages: Readonly<Record<string, (parts: ServerParts, response: ServerResponse) => Promise<void> | void>> = {
  '/healthz': (_parts, response) => send(response, { status: 200, body: { ok: true }, results: [] }),
  async '/readyz'(parts, response) {
    try {
      await parts.ready();
      send(response, { status: 200, body: { ok: true }, results: [] });
    } catch (error) {
      parts.warn('not ready: the store cannot be written', { error });
      send(response, refuse(503, 'the store cannot be written', ''));
    }
  },
  async '/metrics'(parts, response) {
    const { type, body } = await parts.metrics.text();
    response.writeHead(200, { 'content-type': type }).end(body);
  },
};

async function alert(parts: ServerParts, name: string, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const source = parts.sources.find((s) => s.name === name);
  const settle = (answer: Answer): void => {
    for (const result of answer.results) parts.metrics.alert(source?.name ?? 'unknown', result);
    if (answer.status >= 400 && source) parts.warn('an alert was refused', { source: name, status: answer.status, error: answer.error });
    send(response, answer);
  };
  if (!source) return settle(refuse(404, `no alert source "${name}" is set up here`, 'unknown'));
  if (request.method !== 'POST') return settle(refuse(405, 'only POST', 'wrong-method'));
  const body = await readBody(request);
  if ('refused' in body) return settle(refuse(body.refused, refusals[body.refused], body.refused === 413 ? 'too-large' : 'unreadable'));
  settle(await post(source, webhookOf(request, url, body.bytes, parts.now()), parts.receive));
}

const refusals = { 413: 'the body is larger than 1 MiB', 408: 'the body did not come in time', 400: 'the body was cut off' } as const;

function webhookOf(request: IncomingMessage, url: URL, body: Uint8Array, now: Date): WebhookRequest {
  const headers = Object.entries(request.headers).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []));
  return { headers: Object.fromEntries(headers), query: Object.fromEntries(url.searchParams), body, at: now.toISOString() };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status === 503 ? { 'retry-after': '5' } : {}),
  });
  response.end(text, () => {
    // A refused body is still on its way: the sender gets a moment to read the answer instead of a reset, then the connection ends.
    if (!response.req.complete) setTimeout(() => response.req.destroy(), lingerMs).unref();
  });
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const hurry = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
    server.closeIdleConnections();
  });
}
