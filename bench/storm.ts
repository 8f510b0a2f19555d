// 10,000 alerts of 50 keys in 20 s, at an even pace whatever the answers do. `npm run storm`, or `npm run storm -- --url http://… --token …`
// against a bot that runs, or `-- --whole` against the complete bot among the rehearsal's neighbours. Prints one line of JSON; exit 1 when an
// alert was lost, a limit of Slack's was broken, or there were more incidents than keys.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string', default: 'storm' },
    alerts: { type: 'string', default: '10000' },
    keys: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    whole: { type: 'boolean', default: false },
    /** Lets a whole bot look at one incident first: what starts cold is slower. */
    warm: { type: 'boolean', default: false },
  },
});
const alerts = Number(values.alerts);
const keys = Number(values.keys);
const seconds = Number(values.seconds);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const times: { at: number; ms: number }[] = [];
let launched = Date.now();
const answers = new Map<string, number>();

/** One alert; each has a start of its own, so that every one must be stored. */
async function send(url: string, i: number): Promise<void> {
  const body = JSON.stringify({
    title: `Alert ${i % keys}`,
    severity: 'critical',
    dedupe_key: `storm-${process.pid}-${i % keys}`,
    started_at: new Date(launched - i * 1000).toISOString(),
    description: 'x'.repeat(500),
  });
  const began = performance.now();
  const status = await new Promise<string>((resolve) => {
    const headers = {
      authorization: `Bearer ${values.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const call = request(`${url}/alerts/generic`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
    });
    call.on('error', (error) => resolve(error.message));
    call.end(body);
  });
  times.push({ at: began, ms: performance.now() - began });
  answers.set(status, (answers.get(status) ?? 0) + 1);
}

async function storm(url: string): Promise<void> {
  const began = performance.now();
  const all: Promise<void>[] = [];
  while (all.length < alerts) {
    const due = Math.min(alerts, Math.floor(((performance.now() - began) / 1000 / seconds) * alerts));
    while (all.length < due) all.push(send(url, all.length));
    await wait(2);
  }
  await Promise.all(all);
  agent.destroy();
}

function quantile(of: readonly number[], share: number): number {
  return Number((of.toSorted((a, b) => a - b)[Math.floor((of.length - 1) * share)] ?? 0).toFixed(1));
}

function report(more: object): void {
  const first = Math.min(...times.map(({ at }) => at));
  const all = times.map(({ ms }) => ms);
  // Fifty new keys at once: what this second costs is the price of opening.
  const opening = times.filter(({ at }) => at < first + 1000).map(({ ms }) => ms);
  const later = times.filter(({ at }) => at >= first + 1000).map(({ ms }) => ms);
  console.log(
    JSON.stringify({
      sent: alerts,
      answers: Object.fromEntries(answers),
      p50Ms: quantile(all, 0.5),
      p99Ms: quantile(all, 0.99),
      maxMs: quantile(all, 1),
      firstSecondP99Ms: quantile(opening, 0.99),
      laterP99Ms: quantile(later, 0.99),
      ...more,
    }),
  );
}

/** How long a whole bot gets after the storm to show what it has: channels, cards, the first looks. */
const AFTER_MS = 20_000;
const WARM_MS = 20_000;

interface Child {
  /** Its next line of output. */
  line: () => Promise<string>;
  /** Tells it to end; its last line. */
  end: () => Promise<string>;
}

function start(file: string, env: Readonly<Record<string, string | undefined>>): Child {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    ['--max-semi-space-size=1', join(import.meta.dirname, file)],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const all = lines[Symbol.asyncIterator]();
  const line = async () => {
    const { value } = await all.next();
    if (typeof value !== 'string') throw new Error(`${file} ended without a word`);
    return value;
  };
  return {
    line,
    async end() {
      child.kill('SIGTERM');
      const last = await line();
      if (child.exitCode === null) await once(child, 'exit');
      return last;
    },
  };
}

/** The storm's first alert; sent again by the storm it is a duplicate. */
async function warmUp(url: string): Promise<void> {
  await send(url, 0);
  await wait(WARM_MS);
  times.length = 0;
  answers.clear();
}

const store = process.env.DATABASE_URL ? 'postgres' : 'sqlite';

async function againstServer(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'pulaski-storm-'));
  const server = start('storm-server.ts', { ...process.env, DATA_DIR: dir, ALERT_TOKEN_GENERIC: values.token });
  await storm(await server.line());
  report({ stored: JSON.parse(await server.end()), store });
  rmSync(dir, { recursive: true });
}

async function againstWholeBot(): Promise<void> {
  const neighbours = start('storm-neighbours.ts', { ...process.env, ALERT_TOKEN_GENERIC: values.token });
  const { env, ahead } = JSON.parse(await neighbours.line());
  const bot = start('storm-bot.ts', { ...env, AHEAD_MS: String(ahead) });
  const url = await bot.line();
  launched = Date.now() + ahead;
  if (values.warm) await warmUp(url);
  await storm(url);
  await wait(AFTER_MS);
  const stored = JSON.parse(await bot.end());
  const slack = JSON.parse(await neighbours.end());
  const wrong = [
    ...(answers.get('202') === alerts && stored.remembered >= alerts ? [] : ['alerts were lost']),
    ...(stored.incidents <= keys ? [] : ['more incidents than keys']),
    ...(slack.channels === stored.incidents ? [] : ['an incident without its channel']),
    ...(slack.mostChannelsAMinute <= 20 ? [] : ['more than 20 channels in a minute']),
    // One a second, and two more for what the way and a busy machine push together.
    ...(slack.mostPostsInTenSeconds <= 12 ? [] : ['more than a message a second in one channel']),
    ...(slack.impatient === 0 ? [] : ['Retry-After was not heeded']),
  ];
  report({ stored, slack, wrong, store });
  if (wrong.length > 0) process.exitCode = 1;
}

if (values.url !== undefined) {
  await storm(values.url);
  report({});
} else if (values.whole) await againstWholeBot();
else await againstServer();
