import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Starts the real command with these settings and nothing else of this machine; answers how it ended and what it said. */
async function start(env: Readonly<Record<string, string>>): Promise<{ code: number | null; said: string }> {
  const home = await mkdtemp(join(tmpdir(), 'start-'));
  const child = spawn(process.execPath, ['bin/pulaski.js', 'start'], {
    env: { PATH: process.env.PATH ?? '', HOME: home, DATA_DIR: join(home, 'data'), PORT: '0', ...env },
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  await rm(home, { recursive: true, force: true });
  return { code, said };
}

test('a source without Slack never becomes a rehearsal: it exits and names what is missing', async () => {
  const { code, said } = await start({ MYSQL_URL: 'mysql://bot:hunter2secret@127.0.0.1:9/app' });
  expect(code).toBe(1);
  expect(said).toContain('SLACK_BOT_TOKEN');
  expect(said).not.toContain('hunter2secret');
});

test('half a source is an error that names the missing variables', async () => {
  const { code, said } = await start({
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: 'abcdef123456',
    SENTRY_TOKEN: 'sntrys_abcdef',
    RDS_INSTANCE: 'prod-1',
  });
  expect(code).toBe(1);
  expect(said).toContain('SENTRY_ORG');
  expect(said).toContain('AWS_REGION');
});

test('a refused Slack token ends the whole process, and says why', async () => {
  const slack = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":false,"error":"invalid_auth"}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => slack.once('listening', resolve));
  const { port } = slack.address() as AddressInfo;
  const { code, said } = await start({
    SLACK_BOT_TOKEN: 'xoxb-9-abc',
    SLACK_SIGNING_SECRET: 'abcdef123456',
    SLACK_API_URL: `http://127.0.0.1:${port}/api/`,
  });
  slack.close();
  expect(code).toBe(1);
  expect(said).toContain('SLACK_BOT_TOKEN (invalid_auth)');
  expect(said).not.toContain('xoxb-9-abc');
});

test('a setting out of range says what it may be', async () => {
  const { code, said } = await start({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'abcdef123456', PORT: 'http' });
  expect(code).toBe(1);
  expect(said).toContain('PORT must be a whole number');
});

test('the rehearsal: a port that is none, or that is taken, ends it with what to set', async () => {
  const none = await start({ PORT: 'http' });
  expect(none).toMatchObject({ code: 1, said: expect.stringContaining('PORT must be a whole number') });
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const taken = await start({ PORT: String(port) });
  other.close();
  expect(taken).toMatchObject({ code: 1, said: expect.stringContaining(`Port ${port} is taken by another process: set PORT`) });
});

test('a word that an action does not know never becomes its preset', async () => {
  const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'abcdef123456' };
  const { code, said } = await start({ ...slack, GIT_REMOTE: '/nowhere.git', REVERT_MODE: 'pullrequest' });
  expect(code).toBe(1);
  expect(said).toContain('REVERT_MODE must be push or pull-request, not "pullrequest"');
});
