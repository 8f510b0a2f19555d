import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE = 60_000;

let bot: ChildProcess;
let browser: Browser | undefined;
let url = '';

beforeAll(async () => {
  bot = spawn(process.execPath, ['bin/pulaski.js', 'start'], {
    env: { PATH: process.env.PATH, PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  url = await new Promise((resolve, reject) => {
    let said = '';
    bot.stderr?.on('data', (chunk) => {
      said += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
    bot.on('close', (code) => reject(new Error(`start ended with ${code}: ${said}`)));
  });
  if (existsSync(CHROMIUM)) browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
});
afterAll(async () => {
  await browser?.close();
  bot.removeAllListeners('close');
  bot.kill('SIGTERM');
});

async function open(): Promise<{ page: Page; faults: string[] }> {
  if (!browser) throw new Error('no browser');
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(url);
  return { page, faults };
}

test.skipIf(!existsSync(CHROMIUM))(
  'a newcomer types the command, presses Revert, confirms, and sees the repository change',
  { timeout: 150_000 },
  async () => {
    const { page, faults } = await open();
    await page.getByText('Pulaski is connected').waitFor({ timeout: PATIENCE });
    const before = await page.locator('#head').textContent();
    await page.locator('#composer textarea').fill('/incident checkout is down');
    await page.keyboard.press('Enter');
    const revert = page.locator('#messages [data-action="revert"].primary');
    await revert.waitFor({ timeout: PATIENCE });
    expect(await page.locator('#heading h2').textContent()).toBe('# inc-1-checkout-is-down');
    await page.getByText('fk_rails_2fd19c0db7').first().waitFor({ timeout: PATIENCE });
    await revert.click();
    const confirm = page.locator('dialog.modal button[type="submit"]');
    await confirm.waitFor({ timeout: PATIENCE });
    await confirm.click();
    await expect.poll(() => page.locator('#head').textContent(), { timeout: PATIENCE }).not.toBe(before);
    await page.getByRole('button', { name: 'A minute a second' }).click();
    await expect.poll(() => page.locator('#world .build').first().textContent(), { timeout: PATIENCE }).toContain('built');
    expect(faults).toEqual([]);
    await page.close();
  },
);

test('other sites cannot drive the page', async () => {
  const act = (headers: Record<string, string>) =>
    fetch(`${url}/act`, { method: 'POST', headers, body: JSON.stringify({ do: 'skip' }) }).then((answer) => answer.status);
  expect(await act({ 'content-type': 'application/json', origin: 'http://evil.example' })).toBe(403);
  expect(await act({ 'content-type': 'text/plain' })).toBe(403);
  expect(await act({ 'content-type': 'application/json' })).toBe(200);
  expect((await fetch(`${url}/../server.ts`)).status).toBe(404);
});

test('another name for this machine is not answered, and no other origin may read', async () => {
  const { port } = new URL(url);
  const asked = (host: string): Promise<{ status: number; allows: readonly string[] }> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/', headers: { host } }, (answer) => {
        answer.resume();
        resolve({
          status: answer.statusCode ?? 0,
          allows: Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
        });
      }).on('error', reject);
    });
  for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, `localhost.evil.example:${port}`])
    expect((await asked(host)).status, host).not.toBe(200);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
    expect(await asked(host), host).toEqual({ status: 200, allows: [] });
});

test('the bot’s own paths answer on the page’s port', async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const alert = await fetch(`${url}/alerts/alertmanager`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  expect(alert.status).toBe(401);
});
