import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../setup/postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.gone());

/** Server, intake, journal and turns in a process of their own. */
async function bot(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bench/storm-server.ts')], {
    env: { PATH: process.env.PATH, ALERT_TOKEN_GENERIC: 'token', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', (code) => reject(new Error(`the bot ended with ${code}`)));
  });
  return { child, url };
}

const launched = Date.now();

interface Told {
  incident: number;
  duplicate: boolean;
}

/** What the bot answered; undefined when it died before it did. */
async function post(url: string, i: number): Promise<Told | undefined> {
  // Every alert has a start of its own.
  const started_at = new Date(launched - i * 1000).toISOString();
  const body = JSON.stringify({ title: `T${i % 9}`, dedupe_key: `k${i % 9}`, severity: 'critical', started_at });
  try {
    const response = await fetch(`${url}/alerts/generic`, { method: 'POST', headers: { authorization: 'Bearer token' }, body });
    const told: Told = JSON.parse(await response.text());
    return response.status === 202 ? told : undefined;
  } catch {
    return undefined;
  }
}

const stores: [name: string, env: () => Record<string, string>][] = [
  ['embedded store', () => ({ DATA_DIR: mkdtempSync(join(tmpdir(), 'pulaski-durable-')) })],
  ['PostgreSQL', () => ({ DATABASE_URL: postgres.database() })],
];
for (const [name, make] of stores) {
  test(`${name}: what was answered with 202 is there after kill -9, under the same incident`, { timeout: 90_000 }, async () => {
    const env = make();
    const told = new Map<number, number>();
    // The bot is killed after so many answers, while others are on their way.
    for (const [round, answers] of [1, 20, 75].entries()) {
      const { child, url } = await bot(env);
      let count = 0;
      const wave = Array.from({ length: 150 }, (_, n) => round * 150 + n);
      await Promise.all(
        wave.map(async (i) => {
          const answer = await post(url, i);
          if (answer) told.set(i, answer.incident);
          if (answer && ++count === answers) child.kill('SIGKILL');
        }),
      );
    }
    const { child, url } = await bot(env);
    for (const [i, incident] of told) expect(await post(url, i), `alert ${i}`).toEqual({ incident, duplicate: true });
    expect(told.size).toBeGreaterThanOrEqual(96);
    expect(new Set(told.values()).size).toBeLessThanOrEqual(6);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    if (env.DATA_DIR) rmSync(env.DATA_DIR, { recursive: true });
  });
}
