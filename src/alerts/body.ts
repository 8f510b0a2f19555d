import type { IncomingMessage } from 'node:http';

/** Larger bodies are refused. */
export const bodyLimit = 1_048_576;
/** A body that is not there by then is given up: slow senders must not hold connections. */
const bodyTimeMs = 10_000;

export type Body = { bytes: Uint8Array } | { refused: 413 | 408 | 400 };

/** Reads a body to its end within the limits. */
export function readBody(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
    request.resume();
    return Promise.resolve({ refused: 413 });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (body: Body): void => {
      clearTimeout(timer);
      request.removeAllListeners('data');
      // The rest is read and thrown away (until the server's own time limit), or the sender would see a reset instead of the answer.
      if ('refused' in body) request.resume();
      resolve(body);
    };
    const timer = setTimeout(() => end({ refused: 408 }), bodyTimeMs);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyLimit) end({ refused: 413 });
      else chunks.push(chunk);
    });
    request.on('end', () => end({ bytes: Buffer.concat(chunks) }));
    request.on('error', () => end({ refused: 400 }));
  });
}
