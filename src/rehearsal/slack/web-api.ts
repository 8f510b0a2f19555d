import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Latency, Stage, StandIn } from '../stand-ins/http-front.ts';
import { checkMessageBlocks } from './block-limits.ts';
import { bookkeeper, type Ledger } from './ledger.ts';
import { chat, whisper } from './methods/chat.ts';
import { conversations } from './methods/conversations.ts';
import { files } from './methods/files.ts';
import type { Args, Desk, Method } from './methods/method.ts';
import { people } from './methods/people.ts';
import { views } from './methods/views.ts';
import { type Person, person } from './person.ts';
import { rateLimits } from './rate-limits.ts';
import { SlackRefusal } from './refusal.ts';
import { checkScope } from './scopes.ts';
import { type SocketMode, socketMode } from './socket.ts';
import { BOT, type Workspace } from './workspace.ts';

export const BOT_TOKEN = 'xoxb-rehearsal';
export const APP_TOKEN = 'xapp-1-rehearsal';

/** What manifest.yml asks for, unless a test says otherwise: a method that needs more is refused here as it would be in a workspace. */
export const SCOPES: readonly string[] = [
  'channels:history',
  'channels:manage',
  'channels:read',
  'chat:write',
  'chat:write.public',
  'commands',
  'files:write',
  'usergroups:read',
];

const METHODS: Readonly<Record<string, Method>> = { ...conversations, ...chat, ...views, ...files, ...people };

export interface Slack extends StandIn {
  /** For SLACK_API_URL: ends in a slash. */
  apiUrl: string;
  workspace: Workspace;
  person: Person;
  socket: SocketMode;
  /** Method names in the order in which they were called. */
  calls: readonly { method: string; at: number }[];
  /** What was done to the limits so far. */
  ledger: () => Ledger;
}

export interface SlackOptions extends Latency {
  scopes?: readonly string[];
  forbidsChannels?: () => boolean;
}

/** Slack's Web API and Socket Mode on loopback, for the unmodified Bolt app. */
export async function startSlack(stage: Stage, workspace: Workspace, options: SlackOptions): Promise<Slack> {
  let flying = 0;
  let base = '';
  const calls: { method: string; at: number }[] = [];
  const limit = rateLimits(workspace.time);
  const books = bookkeeper(workspace.time);
  const server = createServer(async (request, response) => {
    flying += 1;
    stage.clock.stir();
    try {
      await sleep(options.latencyMs());
      stage.sync();
      await route(request, response);
    } catch (error) {
      respond(response, 500, { ok: false, error: 'fatal_error', detail: String(error) });
    } finally {
      flying -= 1;
      stage.clock.stir();
    }
  });
  const socket = socketMode(server, () => base);
  const actor = person(workspace, socket, () => base, stage);
  const desk: Desk = {
    workspace,
    scopes: options.scopes ?? SCOPES,
    url: () => base,
    forbidsChannels: options.forbidsChannels ?? (() => false),
    useTrigger: actor.useTrigger,
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    const body = await bodyOf(request);
    const api = /^\/api\/([\w.]+)$/.exec(path);
    if (api) return call(api[1] ?? '', request, body, response);
    const upload = /^\/upload\/(\w+)$/.exec(path);
    const file = upload && workspace.files.get(upload[1] ?? '');
    if (file) {
      file.bytes = fileOf(request, body);
      return void respond(response, 200, `OK - ${file.bytes.length}`);
    }
    const answer = /^\/response\/([\w-]+)$/.exec(path);
    if (answer) return respondTo(answer[1] ?? '', JSON.parse(body.toString()), response);
    respond(response, 404, 'not found');
  }

  function call(method: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const args = argsOf(request, body);
    try {
      calls.push({ method, at: performance.now() });
      const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? args.token;
      if (method === 'apps.connections.open') {
        if (token !== APP_TOKEN) throw new SlackRefusal('invalid_auth');
        respond(response, 200, { ok: true, url: socket.ticket() });
        return;
      }
      if (!token) throw new SlackRefusal('not_authed');
      if (token !== BOT_TOKEN) throw new SlackRefusal('invalid_auth');
      const run = METHODS[method];
      if (!run) throw new SlackRefusal('unknown_method', { req_method: method });
      checkScope(method, desk.scopes);
      limit(method, args.channel);
      books.called(method, args.channel, undefined);
      respond(response, 200, { ok: true, ...run(args, desk) });
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      const { retryAfter, ...more } = error.more;
      const limited = error.message === 'ratelimited';
      if (limited) books.called(method, args.channel, Number(retryAfter));
      respond(
        response,
        limited ? 429 : 200,
        { ok: false, error: error.message, ...more },
        limited ? { 'retry-after': String(retryAfter) } : {},
      );
    }
  }

  /** A response_url: five answers within half an hour, no token. */
  function respondTo(id: string, said: Record<string, unknown>, response: ServerResponse): void {
    const to = actor.useResponse(id);
    if (!to) return void respond(response, 404, 'used_url');
    const blocks = said.blocks === undefined ? [] : checkMessageBlocks(JSON.stringify(said.blocks));
    if (said.response_type === 'in_channel') {
      workspace.messages.push({
        channel: to.channel,
        ts: workspace.newTs(),
        user: BOT.id,
        text: String(said.text ?? ''),
        blocks,
        edited: false,
        files: [],
      });
      workspace.changed({ what: 'message' });
    } else whisper(desk, to.channel, to.user, String(said.text ?? ''), blocks);
    respond(response, 200, 'ok');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: base,
    apiUrl: `${base}/api/`,
    workspace,
    person: actor,
    socket,
    calls,
    ledger: books.ledger,
    inFlight: () => flying + socket.waiting(),
    close: async () => {
      await socket.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Form-encoded by the SDK, JSON by others; objects arrive as JSON text either way. */
function argsOf(request: IncomingMessage, body: Buffer): Args {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://127.0.0.1').searchParams);
  if (!request.headers['content-type']?.includes('json')) return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) };
  const given = JSON.parse(body.toString() || '{}') as Record<string, unknown>;
  return {
    ...query,
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])),
  };
}

/** The bytes of an upload: the body itself, or the one part of a form. */
function fileOf(request: IncomingMessage, body: Buffer): Buffer {
  const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1];
  if (!boundary) return body;
  const begin = body.indexOf('\r\n\r\n') + 4;
  const end = body.lastIndexOf(`\r\n--${boundary}`);
  return body.subarray(begin, end);
}

function respond(response: ServerResponse, status: number, body: object | string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
