// The whole bot in a storm: what `start` starts, on a clock so far ahead of this machine's as the story of its neighbours is.
import { randomUUIDv7 } from 'node:crypto';
import { machineClock } from '../src/machine-clock.ts';
import { wire } from '../src/wire.ts';
import { gauge, stored } from './storm-gauge.ts';

const { AHEAD_MS = '0', DATABASE_URL = '', DATA_DIR = '' } = process.env;
const ahead = Number(AHEAD_MS);
const clock = {
  now: () => new Date(Date.now() + ahead),
  newId: () => randomUUIDv7(),
  wakeAt: (time: Date, signal: AbortSignal) => machineClock.wakeAt(new Date(time.getTime() - ahead), signal),
};
const errors = new Map<string, number>();
const log = {
  info: () => undefined,
  warn: (message: string) => void errors.set(message, (errors.get(message) ?? 0) + 1),
  error: (message: string) => void errors.set(message, (errors.get(message) ?? 0) + 1),
};
const bot = await wire(process.env, { clock, log });
const read = gauge();
process.stdout.write(`${bot.url}\n`);

process.on('SIGTERM', async () => {
  const busy = read();
  await bot[Symbol.asyncDispose]();
  for (const [message, times] of errors) console.error(`${times} × ${message}`);
  process.stdout.write(`${JSON.stringify({ ...(await stored(DATABASE_URL, DATA_DIR)), ...busy })}\n`);
  process.exit(0);
});
