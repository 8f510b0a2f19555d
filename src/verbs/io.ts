import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { visibleJson } from '../core/escape.ts';

/** Larger inputs are refused: nothing that a person pastes or records comes near. */
const INPUT_LIMIT = 512 * 1024 * 1024;

/** Used wrongly: exit 2, with how to use it. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The whole text of a file, or of standard input for `-` or nothing. */
export async function input(path: string | undefined): Promise<string> {
  if (path !== undefined && path !== '-') {
    const { size } = await stat(path).catch(() => {
      throw new UsageError(`cannot read ${path}: no such file, or no right to read it`);
    });
    if (size > INPUT_LIMIT) throw new UsageError(`${path} is larger than ${INPUT_LIMIT / 1024 / 1024} MiB`);
  } else if (process.stdin.isTTY) {
    throw new UsageError('nothing on standard input: name a file, or pipe the text in');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of path === undefined || path === '-' ? process.stdin : createReadStream(path)) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > INPUT_LIMIT) throw new UsageError(`the input is larger than ${INPUT_LIMIT / 1024 / 1024} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes to standard output and waits until it is gone: a pipe may be slow, and the process ends right after. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error && !isClosed(error) ? reject(error) : resolve()));
  });
}

/** A reader that has seen enough (`| head`) is no fault, and a bot whose log nobody reads any more goes on. */
export function bearClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (!isClosed(error)) throw error;
    });
}

const isClosed = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE';

export function printJson(value: unknown): Promise<void> {
  return print(visibleJson(JSON.stringify(value)));
}
