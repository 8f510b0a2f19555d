import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A product's server on loopback. */
export interface StandIn {
  url: string;
  /** Requests that are not answered yet: while there are any, the story's clock does not jump. */
  inFlight: () => number;
  close: () => Promise<void>;
}

/** What the stand-ins need from the story: to look whether something happened, and to keep the clock from jumping. */
export interface Stage {
  sync: () => void;
  clock: { stir: () => void };
}

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface Answer {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  body: string | Uint8Array | object;
}

/** Milliseconds that each answer takes, asked anew for each. */
export type Latency = { latencyMs: () => number };

const BODY_LIMIT = 16 * 1024 * 1024;

export async function httpStandIn(stage: Stage, latency: Latency, answer: (asked: Asked) => Answer | Promise<Answer>): Promise<StandIn> {
  let flying = 0;
  const server = createServer(async (request, response) => {
    flying += 1;
    stage.clock.stir();
    try {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const asked = { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers: request.headers };
      const body = await bodyOf(request);
      await sleep(latency.latencyMs());
      stage.sync();
      const { status = 200, headers = {}, body: said } = await answer({ ...asked, body });
      const plain = typeof said === 'string' || said instanceof Uint8Array;
      response.writeHead(status, { 'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json', ...headers });
      response.end(plain ? said : JSON.stringify(said));
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`the stand-in failed: ${String(error)}`);
    } finally {
      flying -= 1;
      stage.clock.stir();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    inFlight: () => flying,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
