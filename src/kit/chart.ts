import { Worker } from 'node:worker_threads';
import { type Chart, type ChartKit, ChartTrouble } from '../core/kit/chart.ts';

/** A thread of its own for each picture: loading the drawing library takes a quarter of a second and 48 MB, and both are gone with it. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './chart-worker.ts' : './chart-worker.js', import.meta.url);
const TIMEOUT_MS = 15_000;

/** The pictures before this one: several incidents want theirs at the same time, and a drawing takes a whole processor for a moment. */
let drawn: Promise<unknown> = Promise.resolve();

export const chart: ChartKit = {
  png: (wanted, signal) => {
    const own = drawn.then(() => draw(wanted, signal));
    drawn = own.catch(() => undefined);
    return own;
  },
};

async function draw({ option, width, height }: Chart, signal: AbortSignal): Promise<Uint8Array> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  if (stop.aborted) throw new ChartTrouble('the picture was not wanted any more');
  const worker = new Worker(WORKER, { workerData: { option, width, height } });
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const late = () => reject(new ChartTrouble('the picture took too long'));
  stop.addEventListener('abort', late, { once: true });
  worker.once('message', (png: Uint8Array) => resolve(png));
  worker.once('error', (cause) => reject(new ChartTrouble('the picture could not be drawn', { cause })));
  worker.once('exit', () => reject(new ChartTrouble('the picture could not be drawn')));
  return promise.finally(async () => {
    stop.removeEventListener('abort', late);
    await worker.terminate();
  });
}
