/**
 * `node bench/start.ts`: the real bot as a process of its own, every source set up against the rehearsal's stand-ins: how long until it is
 * ready, and what memory it holds a minute later.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SENTRY_TOKEN, startSentry } from '../src/rehearsal/stand-ins/sentry.ts';
import { stories } from '../src/rehearsal/stories/index.ts';
import { neighboursNow } from '../test/setup/neighbours.ts';

const ROUNDS = 5;
const REST_MS = 60_000;
const READY_LIMIT_MS = 1_500;
const MEMORY_LIMIT_MB = 170;
const bin = join(import.meta.dirname, '..', 'bin', 'pulaski.js');

interface Running {
  readyMs: number;
  rssMb: () => number;
  stop: () => Promise<void>;
}

async function start(env: Readonly<Record<string, string>>): Promise<Running> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, ['--max-semi-space-size=1', bin, 'start'], {
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error('the bot did not start');
    await pause(20);
  }
  return {
    readyMs: performance.now() - started,
    rssMb: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const [story] = stories;
if (!story) throw new Error('there is no story');
const neighbours = await neighboursNow(story);
const sentry = await startSentry(neighbours.world, { latencyMs: () => 0 });
const env = {
  ...neighbours.env,
  SENTRY_TOKEN,
  SENTRY_ORG: 'checkout',
  SENTRY_PROJECT: 'checkout',
  SENTRY_URL: sentry.url,
};
const times: number[] = [];
for (let round = 1; round < ROUNDS; round++) {
  const bot = await start(env);
  times.push(bot.readyMs);
  await bot.stop();
}
const bot = await start(env);
times.push(bot.readyMs);
const atOnce = bot.rssMb();
await pause(REST_MS);
const resting = bot.rssMb();
await bot.stop();
await sentry.close();
await neighbours.close();

const sorted = times.toSorted((a, b) => a - b);
const ms = (value: number | undefined) => `${(value ?? 0).toFixed(0)} ms`;
const mb = (value: number) => `${value.toFixed(0)} MB`;
console.log('## Start\n\nThe bot with all eight checks set up, journal on SQLite\n');
console.log('| | best | median | worst | wanted |\n|---|---|---|---|---|');
console.log(`| ready | ${ms(sorted[0])} | ${ms(sorted[ROUNDS >> 1])} | ${ms(sorted.at(-1))} | ${ms(READY_LIMIT_MS)} |`);
console.log(`| memory (RSS) | ${mb(atOnce)} at once | ${mb(resting)} a minute later | | ${mb(MEMORY_LIMIT_MB)} |`);
process.exitCode = (sorted[ROUNDS >> 1] ?? 0) <= READY_LIMIT_MS && resting <= MEMORY_LIMIT_MB ? 0 : 1;
process.exit();
