import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived. `query` holds the last value of each name; `body` is the text as it came. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Said {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is a text. */
  body?: unknown;
}

/** Ways to misbehave that no status tells: never answer, close without a word, close in the middle of the answer. */
export type Answer = Said | 'hang' | 'reset' | { half: Said };

export interface StandIn {
  url: string;
  /** All requests so far, oldest first. */
  asked: Asked[];
  close: () => Promise<void>;
}

/** A server on loopback that answers as it is told. */
export async function standIn(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<StandIn> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const one = await read(request);
    asked.push(one);
    say(response, await answer(one));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

/** An address where nobody listens. */
export async function nobody(): Promise<string> {
  const server = await standIn(() => 'reset');
  await server.close();
  return server.url;
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? '/', 'http://loopback');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks).toString() };
}

function say(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') return void response.socket?.destroy();
  const half = 'half' in answer;
  const { status = 200, headers = {}, body = '' } = half ? answer.half : answer;
  const json = typeof body !== 'string';
  const text = json ? JSON.stringify(body) : body;
  response.writeHead(status, {
    'content-type': json ? 'application/json' : 'text/html',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  });
  if (!half) return void response.end(text);
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.socket?.destroy());
}
