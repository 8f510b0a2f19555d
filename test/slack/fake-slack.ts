/** A loopback Slack: the Web API as far as the bot calls it, and Socket Mode. What it was told can be read; what it answers can be set. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Call {
  method: string;
  args: Readonly<Record<string, unknown>>;
  at: number;
}

export interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
  /** Accepts and never answers. */
  hang?: boolean;
}

export interface FakeSlack {
  apiUrl: string;
  calls: readonly Call[];
  callsOf: (method: string) => readonly Call[];
  /** The next answers to a method, in order; then the usual one again. */
  next: (method: string, ...answers: readonly Scripted[]) => void;
  always: (method: string, answer: Scripted) => void;
  /** Sends an envelope and resolves with what the bot acknowledged it with. */
  deliver: (type: 'slash_commands' | 'interactive', payload: Record<string, unknown>) => Promise<unknown>;
  /** The same under an id of one's own; resolves when this id is acknowledged on any socket. */
  envelope: (envelope: { envelope_id: string } & Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Any frame, on the newest socket. */
  frame: (frame: Readonly<Record<string, unknown>>) => void;
  /** The newest socket dies without a word. */
  drop: () => void;
  /** Sockets that were opened up to now. */
  sockets: () => number;
  /** Says hello with this number of connections. */
  hello: (connections: number) => void;
  connected: () => Promise<void>;
  close: () => Promise<void>;
}

export async function fakeSlack(): Promise<FakeSlack> {
  const calls: Call[] = [];
  const scripted = new Map<string, Scripted[]>();
  const fixed = new Map<string, Scripted>();
  const acks = new Map<string, (payload: unknown) => void>();
  let socket: WebSocket | undefined;
  const here = Promise.withResolvers<void>();
  let messages = 0;
  let opened = 0;
  let base = '';

  const usual: Record<string, (args: Readonly<Record<string, unknown>>) => Record<string, unknown>> = {
    'auth.test': () => ({ user_id: 'UBOT', bot_id: 'BBOT', user: 'pulaski', team: 'acme' }),
    'apps.connections.open': () => ({ url: base.replace('http', 'ws').replace('/api/', '/socket') }),
    'conversations.create': ({ name }) => ({ channel: { id: 'C100', name } }),
    'chat.postMessage': ({ channel }) => ({ channel, ts: `1700000000.${String(++messages).padStart(6, '0')}` }),
    'chat.update': ({ channel, ts }) => ({ channel, ts }),
    'views.open': () => ({ view: { id: 'V1' } }),
    'conversations.history': () => ({ messages: [] }),
    'conversations.replies': () => ({ messages: [] }),
    'users.conversations': () => ({ channels: [] }),
    'usergroups.users.list': () => ({ users: ['U7', 'U8'] }),
    'files.getUploadURLExternal': () => ({ upload_url: `${base}upload`, file_id: 'F1' }),
    'files.completeUploadExternal': () => ({ files: [{ id: 'F1' }] }),
  };

  const server = createServer(async (request, response) => {
    const method = (request.url ?? '').replace('/api/', '');
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const args = Object.fromEntries([...new URLSearchParams(body)].map(([k, v]) => [k, /^[[{]/.test(v) ? JSON.parse(v) : v]));
    calls.push({ method, args: method === 'upload' ? { body } : args, at: performance.now() });
    const answer = scripted.get(method)?.shift() ?? fixed.get(method) ?? {};
    if (answer.hang) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify({ ok: (answer.status ?? 200) < 400, ...usual[method]?.(args), ...answer.body }));
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  const hello = (connections: number) =>
    socket?.send(JSON.stringify({ type: 'hello', connection_info: { app_id: 'A1' }, num_connections: connections }));
  const frame = (value: Readonly<Record<string, unknown>>) => socket?.send(JSON.stringify(value));
  const envelope = (value: { envelope_id: string } & Readonly<Record<string, unknown>>) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    acks.set(value.envelope_id, resolve);
    frame(value);
    return promise;
  };
  sockets.on('connection', (ws) => {
    socket = ws;
    opened++;
    hello(1);
    ws.on('message', (data) => {
      const said: unknown = JSON.parse(String(data));
      if (typeof said !== 'object' || said === null || !('envelope_id' in said)) return;
      acks.get(String(said.envelope_id))?.('payload' in said ? said.payload : undefined);
    });
    here.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}/api/`;

  return {
    apiUrl: base,
    calls,
    callsOf: (method) => calls.filter((call) => call.method === method),
    next: (method, ...answers) => void scripted.set(method, [...(scripted.get(method) ?? []), ...answers]),
    always: (method, answer) => void fixed.set(method, answer),
    deliver: (type, payload) => envelope({ envelope_id: crypto.randomUUID(), type, accepts_response_payload: true, payload }),
    envelope,
    frame,
    drop: () => socket?.terminate(),
    sockets: () => opened,
    hello,
    connected: () => here.promise,
    close: async () => {
      for (const ws of sockets.clients) ws.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export const refuse = (error: string, more: Record<string, unknown> = {}): Scripted => ({ body: { ok: false, error, ...more } });
