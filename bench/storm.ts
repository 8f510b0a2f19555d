// 10,000 alerts of 50 keys in 20 s, at an even pace whatever the answers do. `npm run storm`, or `npm run storm -- --url http://… --token …`
// against a bot that runs. Prints one line of JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string', default: 'storm' },
    alerts: { type: 'string', default: '10000' },
    keys: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
  },
});
const alerts = Number(values.alerts);
const keys = Number(values.keys);
const seconds = Number(values.seconds);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const times: { at: number; ms: number }[] = [];
const launched = Date.now();
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

if (values.url !== undefined) {
  await storm(values.url);
  report({});
} else {
  const dir = mkdtempSync(join(tmpdir(), 'pulaski-storm-'));
  const child = spawn(process.execPath, ['--max-semi-space-size=1', join(import.meta.dirname, 'storm-server.ts')], {
    env: { ...process.env, DATA_DIR: dir, ALERT_TOKEN_GENERIC: values.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  while (!text.includes('\n')) await wait(20);
  await storm(text.trim());
  const before = text.length;
  child.kill('SIGTERM');
  await once(child, 'close');
  report({ stored: JSON.parse(text.slice(before)), store: process.env.DATABASE_URL ? 'postgres' : 'sqlite' });
  rmSync(dir, { recursive: true });
}
