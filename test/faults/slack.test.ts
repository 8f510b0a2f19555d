import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { soundAlarm } from '../../src/rehearsal/alarm.ts';
import { cardOf, wordsOf } from '../../src/rehearsal/card.ts';
import { type Staged, stage } from '../../src/rehearsal/session.ts';
import { badCode } from '../../src/rehearsal/stories/bad-code.ts';
import { wire } from '../../src/wire.ts';

const LIMIT = 60_000;

interface Gate {
  url: string;
  /** How a call of this method is answered instead of by Slack; undefined: Slack answers. */
  instead: (method: string) => { status: number; headers?: Record<string, string>; body: string } | 'reset' | undefined;
  close: () => Promise<void>;
}

/** Stands between the bot and Slack's Web API. */
async function gate(apiUrl: string, instead: Gate['instead']): Promise<Gate> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const method = (request.url ?? '').replace(/^\/api\//, '');
    const answer = made.instead(method);
    if (answer === 'reset') return void request.socket.destroy();
    if (answer) return void response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => ['authorization', 'content-type'].includes(name)),
    );
    const said = await fetch(apiUrl + method, { method: 'POST', headers: headers as Record<string, string>, body: Buffer.concat(chunks) });
    response.writeHead(said.status, {
      'content-type': said.headers.get('content-type') ?? '',
      ...(said.headers.has('retry-after') ? { 'retry-after': said.headers.get('retry-after') ?? '' } : {}),
    });
    response.end(Buffer.from(await said.arrayBuffer()));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const made: Gate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    instead,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return made;
}

async function behindGate(instead: Gate['instead']): Promise<{ staged: Staged; gated: Gate; printed: () => string }> {
  const before = { ...process.env };
  const write = process.stderr.write;
  let printed = '';
  let gated: Gate | undefined;
  const staged = await stage(
    badCode,
    async (env, clock) => {
      gated = await gate(env.SLACK_API_URL ?? '', instead);
      const settings = { ...env, SLACK_API_URL: gated.url };
      Object.assign(process.env, settings, { DATABASE_URL: '' });
      process.stderr.write = ((text: string) => {
        printed += text;
        return true;
      }) as typeof write;
      const quiet = () => undefined;
      return wire(settings, { clock, log: { info: quiet, warn: quiet, error: quiet } });
    },
    { jumping: true, latencyMs: () => 1, own: {} },
  );
  if (!gated) throw new Error('the bot was not started');
  const { close } = gated;
  onTestFinished(async () => {
    await staged.close();
    await close();
    process.stderr.write = write;
    process.env = before;
  });
  return { staged, gated, printed: () => printed };
}

const card = ({ neighbours }: Staged) => wordsOf(cardOf(neighbours.slack.workspace) ?? { text: '', blocks: [] });

test.each([
  ['closes every connection', 'reset'],
  ['answers 503', { status: 503, body: 'upstream connect error' }],
  ['answers with a page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Down</html>' }],
] as const)(
  'Slack %s: the alert is taken, the card stands in the terminal, and the channel catches up',
  { timeout: LIMIT },
  async (_, answer) => {
    const { staged, gated, printed } = await behindGate((method) => (/^(?:auth\.test|apps\.)/.test(method) ? undefined : answer));
    // 202, and durable: Slack is no part of it.
    await soundAlarm(staged.world, staged.bot.url);
    await expect.poll(printed, { timeout: 25_000, interval: 20 }).toMatch(/Cause \(/);
    expect(cardOf(staged.neighbours.slack.workspace)).toBeUndefined();
    gated.instead = () => undefined;
    await expect.poll(() => card(staged), { timeout: 25_000, interval: 20 }).toMatch(/Cause \(/);
    const made = [...staged.neighbours.slack.workspace.channels.values()].filter((channel) => channel.name.startsWith('inc-'));
    expect(made).toHaveLength(1);
  },
);

test('Slack limits every method once: each is tried again when Slack says, and nothing is there twice', { timeout: LIMIT }, async () => {
  const limited = new Set<string>();
  const { staged } = await behindGate((method) => {
    if (/^(?:auth\.test|apps\.)/.test(method) || limited.has(method)) return undefined;
    limited.add(method);
    return { status: 429, headers: { 'retry-after': '1' }, body: '{"ok":false,"error":"ratelimited"}' };
  });
  await soundAlarm(staged.world, staged.bot.url);
  await expect.poll(() => card(staged), { timeout: 40_000, interval: 20 }).toMatch(/Cause \(/);
  expect(limited.size).toBeGreaterThanOrEqual(3);
  const { workspace } = staged.neighbours.slack;
  expect([...workspace.channels.values()].filter((channel) => channel.name.startsWith('inc-'))).toHaveLength(1);
  expect(workspace.messages.filter((message) => message.metadata?.event_type === 'pulaski_card')).toHaveLength(1);
});
