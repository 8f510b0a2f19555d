import { readFile } from 'node:fs/promises';
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Person } from '../slack/person.ts';
import type { Slack } from '../slack/web-api.ts';
import type { Story } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { workspaceSnapshot, worldSnapshot } from './snapshot.ts';

/** The story that the page shows now. */
export interface Session {
  world: World;
  slack: Slack;
  /** Of the bot's own HTTP server: its alerts, health and metrics are reached through the page's port too. */
  botUrl: string;
}

export interface PageOptions {
  host: string;
  port: number;
  stories: readonly Story[];
  /** Undefined while a story is being set up. */
  current: () => Session | undefined;
  choose: (name: string) => Promise<void>;
  me: string;
}

export interface Page {
  url: string;
  close: () => Promise<void>;
}

/** Bursts of changes are sent together; without changes the curves still move. */
const GATHER_MS = 120;
const BEAT_MS = 1000;
const BODY_LIMIT = 64 * 1024;

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const words = z.string().max(4000);
const act = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('type'), channel: words, text: words, thread: words.optional() }),
  z.strictObject({ do: z.literal('click'), channel: words, ts: words, action: words, block: words.optional(), value: words.optional() }),
  z.strictObject({ do: z.literal('view-click'), view: words, action: words, value: words.optional() }),
  z.strictObject({ do: z.literal('submit'), view: words, values: z.record(words, words) }),
  z.strictObject({ do: z.literal('dismiss'), view: words }),
  z.strictObject({ do: z.literal('speed'), factor: z.number().min(0).max(600) }),
  z.strictObject({ do: z.literal('skip') }),
  z.strictObject({ do: z.literal('story'), name: words }),
]);
type Act = z.infer<typeof act>;

/** The rehearsal's page: plain files, one stream of snapshots, one door for what the person does. For this machine's own browser only. */
export async function startPage(options: PageOptions): Promise<Page> {
  const streams = new Set<ServerResponse>();
  let gathering: NodeJS.Timeout | undefined;
  let known: Session | undefined;

  const snapshot = () => {
    const session = options.current();
    const stories = options.stories.map(({ name, title, about }) => ({ name, title, about }));
    if (!session) return { stories, story: null };
    const { world, slack } = session;
    const { name, title, about, onset, opening } = world.story;
    return {
      stories,
      story: { name, title, about, onset: Date.parse(onset), opening: opening.by === 'command' ? opening.text : '' },
      clock: { time: world.clock.time(), speed: world.clock.speed() },
      slack: workspaceSnapshot(slack, options.me),
      world: worldSnapshot(world),
    };
  };
  const send = () => {
    gathering = undefined;
    const session = options.current();
    if (session && session !== known) session.slack.workspace.onChange(soon);
    known = session;
    if (streams.size === 0) return;
    session?.world.sync();
    const frame = `data: ${JSON.stringify(snapshot())}\n\n`;
    for (const stream of streams) stream.write(frame);
  };
  const soon = () => {
    gathering ??= setTimeout(send, GATHER_MS);
  };
  async function perform(said: Act): Promise<object> {
    if (said.do === 'story') {
      await options.choose(said.name);
      soon();
      return { ok: true };
    }
    const session = options.current();
    if (!session) return { ok: false, error: 'The story is being set up.' };
    const { clock } = session.world;
    if (said.do === 'speed') clock.setSpeed(said.factor);
    else if (said.do === 'skip') clock.skip();
    else return inSlack(session.slack.person, options.me, said);
    soon();
    return { ok: true };
  }

  const server = createServer((request, response) => {
    const botPath = /^\/(alerts\/[\w-]+|healthz|readyz|metrics)(?:\?.*)?$/.exec(request.url ?? '');
    if (botPath) return forward(request, response, options.current());
    if (!isOurs(request, options.host)) return end(response, 403, 'This page is for this machine only.');
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    if (request.method === 'GET' && path === '/events') {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      response.write(`data: ${JSON.stringify(snapshot())}\n\n`);
    } else if (request.method === 'POST' && path === '/act') {
      readAct(request)
        .then(async (said) =>
          end(
            response,
            said ? 200 : 400,
            JSON.stringify(said ? await perform(said) : { ok: false, error: 'unreadable' }),
            'application/json',
          ),
        )
        .catch((error: unknown) =>
          end(
            response,
            200,
            JSON.stringify({ ok: false, error: String(error instanceof Error ? error.message : error) }),
            'application/json',
          ),
        );
    } else if (request.method === 'GET' && path.startsWith('/files/')) picture(response, options.current(), path.slice('/files/'.length));
    else if (request.method === 'GET') void serveFile(response, path === '/' ? '/index.html' : path);
    else end(response, 405, 'no');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const beat = setInterval(soon, BEAT_MS);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () => {
      clearInterval(beat);
      clearTimeout(gathering);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The bot checks what comes through here itself: tokens, sizes, shapes. */
function forward(request: IncomingMessage, response: ServerResponse, session: Session | undefined): void {
  if (!session) {
    end(response, 503, 'The story is being set up.');
    return;
  }
  const onward = ask(new URL(request.url ?? '/', session.botUrl), { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => (response.headersSent ? response.destroy() : end(response, 502, 'The bot does not answer.')));
  request.pipe(onward);
}

async function inSlack(person: Person, user: string, said: Exclude<Act, { do: 'story' | 'speed' | 'skip' }>): Promise<object> {
  switch (said.do) {
    case 'type': {
      const command = /^(\/\S+)\s*(.*)$/s.exec(said.text.trim());
      if (command) return person.command({ user, channel: said.channel, command: command[1] ?? '', text: command[2] ?? '' });
      person.say({ user, channel: said.channel, text: said.text, ...(said.thread ? { threadTs: said.thread } : {}) });
      return { ok: true };
    }
    case 'click':
      return person.click({
        user,
        channel: said.channel,
        ts: said.ts,
        action: said.action,
        ...(said.block ? { block: said.block } : {}),
        ...(said.value === undefined ? {} : { value: said.value }),
      });
    case 'view-click':
      return person.clickInView({ user, view: said.view, action: said.action, ...(said.value === undefined ? {} : { value: said.value }) });
    case 'submit':
      return person.submit({ user, view: said.view, values: said.values });
    case 'dismiss':
      await person.dismiss({ user, view: said.view });
      return { ok: true };
  }
}

/** No other site may drive the page: the name asked for must be this machine's, and a POST must come from the page itself. */
function isOurs(request: IncomingMessage, host: string): boolean {
  const asked = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const wide = host === '0.0.0.0' || host === '::';
  if (!wide && !['127.0.0.1', 'localhost', '::1', host].includes(asked)) return false;
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${request.headers.host}`) return false;
  return request.method !== 'POST' || (request.headers['content-type'] ?? '').startsWith('application/json');
}

async function readAct(request: IncomingMessage): Promise<Act | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  const read = act.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
  return read.success ? read.data : undefined;
}

async function serveFile(response: ServerResponse, path: string): Promise<void> {
  const name = /^\/([a-z-]+\.(html|js|css|svg))$/.exec(path);
  if (!name) return end(response, 404, 'not found');
  try {
    const content = await readFile(new URL(`./public/${name[1]}`, import.meta.url));
    response.writeHead(200, { ...HEADERS, 'content-type': `${TYPES[name[2] ?? ''] ?? 'text/plain'}; charset=utf-8` });
    response.end(content);
  } catch {
    end(response, 404, 'not found');
  }
}

function picture(response: ServerResponse, session: Session | undefined, id: string): void {
  const file = session?.slack.workspace.files.get(id);
  if (file?.type.startsWith('image/')) {
    response.writeHead(200, { ...HEADERS, 'content-type': file.type });
    response.end(file.bytes);
  } else end(response, 404, 'not found');
}

function end(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}
