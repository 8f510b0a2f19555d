import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Desk, Reply } from '../../src/core/channels.ts';
import { type Slack, slack } from '../../src/slack/app.ts';
import { isSigned } from '../../src/slack/http-events.ts';
import { SlackSettingsError, slackPart } from '../../src/slack/settings.ts';
import { type FakeSlack, fakeSlack, refuse } from './fake-slack.ts';
import { deskThat, parts } from './parts.ts';

let fake: FakeSlack;
let bot: Slack | undefined;
beforeEach(async () => {
  fake = await fakeSlack();
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  await fake.close();
});

async function running(desk: Desk, given = parts(fake)): Promise<ReturnType<typeof parts>> {
  bot = slack(given);
  await bot.start(desk);
  await fake.connected();
  return given;
}

const command = { command: '/incident', text: 'checkout is down', user_id: 'U1', channel_id: 'C1', trigger_id: 'T1', team_id: 'TEAM' };
const click = (actionId: string) => ({
  type: 'block_actions',
  user: { id: 'U1' },
  team: { id: 'TEAM' },
  trigger_id: 'T2',
  container: { type: 'message', message_ts: '1.1', channel_id: 'C100', thread_ts: '1.0' },
  channel: { id: 'C100', name: 'inc' },
  message: { ts: '1.1' },
  actions: [{ type: 'button', action_id: actionId, block_id: 'b', value: 'inc-id-1:act-1', action_ts: '2.2' }],
});
const submission = {
  type: 'view_submission',
  user: { id: 'U1' },
  team: { id: 'TEAM' },
  view: {
    id: 'V1',
    hash: 'h',
    type: 'modal',
    callback_id: 'resolve',
    private_metadata: 'inc-id-1',
    state: { values: { fixed: { input: { type: 'plain_text_input', value: 'a revert' } } } },
  },
};

describe('a command', () => {
  test('is recorded, answered, then worked on', async () => {
    const order: string[] = [];
    const desk = deskThat(() => ({ text: 'opening', after: async () => void order.push('work') }));
    const recording: Desk = {
      ...desk,
      command: async (said) => {
        order.push('recorded');
        return desk.command(said);
      },
    };
    await running(recording);
    expect(await fake.deliver('slash_commands', command)).toEqual({ response_type: 'ephemeral', text: 'opening' });
    await vi.waitFor(() => expect(order).toEqual(['recorded', 'work']));
    expect(desk.seen).toEqual([{ what: 'command', said: { text: 'checkout is down', user: 'U1', channel: 'C1', trigger: 'T1' } }]);
  });

  test('a desk that cannot record says so to the person and to the log', async () => {
    const broken: Desk = { ...deskThat({}), command: () => Promise.reject(new Error('the disk is full')) };
    const { said } = await running(broken);
    expect(await fake.deliver('slash_commands', command)).toMatchObject({ text: expect.stringContaining('the disk is full') });
    expect(said.some((s) => s.level === 'error' && s.message.includes('could not be recorded'))).toBe(true);
  });

  test('work that fails afterwards is told to the person', async () => {
    const { said } = await running(deskThat({ after: () => Promise.reject(new Error('no channel')) }));
    await fake.deliver('slash_commands', command);
    await vi.waitFor(() =>
      expect(fake.callsOf('chat.postMessage')[0]?.args).toMatchObject({ channel: 'U1', text: expect.stringContaining('no channel') }),
    );
    expect(said.some((s) => s.level === 'error')).toBe(true);
  });

  test('a form opens at once; a slow one replaces it, and says when it cannot be made', async () => {
    const form = { name: 'preview', title: 'Revert', meta: 'm', lines: ['Looking…'], fields: [] };
    const later = deskThat({ form, later: async () => ({ ...form, lines: ['One commit'] }) });
    await running(later);
    await fake.deliver('slash_commands', command);
    await vi.waitFor(() => expect(fake.callsOf('views.update')).toHaveLength(1));
    expect(fake.callsOf('views.open')[0]?.args).toMatchObject({ trigger_id: 'T1', view: { callback_id: 'preview' } });
    expect(fake.callsOf('views.update')[0]?.args).toMatchObject({ view_id: 'V1' });
    expect(JSON.stringify(fake.callsOf('views.update')[0]?.args.view)).toContain('One commit');
    await bot?.stop();
    await running(deskThat({ form, later: () => Promise.reject(new Error('git is away')) }));
    await fake.deliver('slash_commands', command);
    await vi.waitFor(() => expect(JSON.stringify(fake.callsOf('views.update')[1]?.args.view)).toContain('git is away'));
  });
});

describe('a button', () => {
  test('reaches the desk with its action, value and an id of its own; the answer is for this person only, in the same thread', async () => {
    const desk = deskThat({ text: 'You lead.' });
    await running(desk);
    await fake.deliver('interactive', click('copy#2'));
    expect(desk.seen[0]?.said).toEqual({
      action: 'copy',
      value: 'inc-id-1:act-1',
      user: 'U1',
      channel: 'C100',
      trigger: 'T2',
      id: '1.1:2.2:U1',
    });
    await vi.waitFor(() =>
      expect(fake.callsOf('chat.postEphemeral')[0]?.args).toMatchObject({
        channel: 'C100',
        user: 'U1',
        thread_ts: '1.0',
        text: 'You lead.',
      }),
    );
  });

  test('one that nobody knows any more is still acknowledged and answered by the desk', async () => {
    const desk = deskThat({ text: 'This button no longer fits.' });
    await running(desk);
    await fake.deliver('interactive', click('from-an-older-version'));
    expect(desk.seen[0]?.said.action).toBe('from-an-older-version');
  });
});

describe('a form', () => {
  test.each<[string, Reply, unknown]>([
    ['errors keep it open', { errors: { fixed: 'please say what' } }, { response_action: 'errors', errors: { fixed: 'please say what' } }],
    ['nothing closes it', {}, expect.not.objectContaining({ response_action: expect.anything() })],
    ['a text is shown in its place', { text: 'Resolved.' }, expect.objectContaining({ response_action: 'update' })],
  ])('%s', async (_, reply, acked) => {
    const desk = deskThat(reply);
    await running(desk);
    expect((await fake.deliver('interactive', submission)) ?? {}).toEqual(acked);
    expect(desk.seen[0]?.said).toEqual({ form: 'resolve', meta: 'inc-id-1', values: { fixed: 'a revert' }, user: 'U1', id: 'V1:h' });
  });
});

describe('the start', () => {
  test('a refused bot token ends it, naming the variable and not the token', async () => {
    fake.always('auth.test', refuse('invalid_auth'));
    bot = slack(parts(fake));
    const error = await bot.start(deskThat({})).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SlackSettingsError);
    expect(String(error)).toMatch(/SLACK_BOT_TOKEN \(invalid_auth\)/);
    expect(String(error)).not.toContain('xoxb-1');
  });

  test('a refused app token ends it, too', async () => {
    fake.always('apps.connections.open', refuse('invalid_auth'));
    bot = slack(parts(fake));
    await expect(bot.start(deskThat({}))).rejects.toThrow(/SLACK_APP_TOKEN \(invalid_auth\)/);
  });

  test('a Slack that is down does not', async () => {
    const given = parts(fake, { apiUrl: 'http://127.0.0.1:9/api/' });
    bot = slack(given);
    await bot.start(deskThat({}));
    expect(given.said.filter((s) => s.level === 'warn').map((s) => s.message)).toContain(
      'slack: not reached at the start; it is tried again',
    );
  });

  test('asks Slack twice: who it is, and for the socket', async () => {
    await running(deskThat({}));
    expect(fake.calls.map((c) => c.method).toSorted()).toEqual(['apps.connections.open', 'auth.test']);
  });

  test('half a set-up names what is missing', () => {
    const env = (name: string) => (name === 'SLACK_BOT_TOKEN' ? 'xoxb-1' : (slackPart.env[name]?.preset ?? ''));
    expect(() => slackPart.make(env, {})).toThrow(/SLACK_APP_TOKEN .* or SLACK_SIGNING_SECRET/);
  });
});

describe('HTTP mode', () => {
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const published =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const sign = (body: string, stamp: number, key = secret): string =>
    `v0=${createHmac('sha256', key).update(`v0:${stamp}:${body}`).digest('hex')}`;

  test('Slack’s published signature is trusted at its time, not later, not earlier', () => {
    const given = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    const at = (s: number) => isSigned(Buffer.from(published), '1531420618', given, secret, new Date((1531420618 + s) * 1000));
    expect([0, 299, -299, 301, -301].map(at)).toEqual([true, true, true, false, false]);
    expect(isSigned(Buffer.from(`${published}x`), '1531420618', given, secret, new Date(1531420618_000))).toBe(false);
  });

  async function mounted(desk: Desk): Promise<{ post: (body: string, over?: { stamp?: number; key?: string }) => Promise<Response> }> {
    const given = parts(fake, { transport: { mode: 'http', signingSecret: secret } });
    bot = slack(given);
    await bot.start(desk);
    const { events } = bot;
    const server = createServer((request, response) => events?.(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    server.unref();
    const now = Math.floor(given.clock.now().getTime() / 1000);
    return {
      post: (body, { stamp = now, key = secret } = {}) =>
        fetch(`http://127.0.0.1:${port}/slack/events`, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            'x-slack-request-timestamp': String(stamp),
            'x-slack-signature': sign(body, stamp, key),
            connection: 'close',
          },
        }),
    };
  }

  test('a signed command is answered; a forged, old, future or unreadable one is not', async () => {
    const desk = deskThat({ text: 'opening' });
    const { post } = await mounted(desk);
    const answer = await post(new URLSearchParams(command).toString());
    expect([answer.status, await answer.json()]).toEqual([200, { response_type: 'ephemeral', text: 'opening' }]);
    const body = new URLSearchParams(command).toString();
    const now = Date.parse('2026-11-21T03:04:00Z') / 1000;
    expect((await post(body, { key: 'other' })).status).toBe(401);
    expect((await post(body, { stamp: now - 400 })).status).toBe(401);
    expect((await post(body, { stamp: now + 400 })).status).toBe(401);
    expect((await post('payload=%7Bnot-json')).status).toBe(400);
    expect(desk.seen).toHaveLength(1);
  });

  test('a click and a modal come as a payload', async () => {
    const desk = deskThat({});
    const { post } = await mounted(desk);
    expect((await post(new URLSearchParams({ payload: JSON.stringify(click('look')) }).toString())).status).toBe(200);
    expect((await post(new URLSearchParams({ payload: JSON.stringify(submission) }).toString())).status).toBe(200);
    expect(desk.seen.map((s) => s.what)).toEqual(['click', 'submit']);
  });
});

test('doctor names the scopes that are missing', async () => {
  fake.always('auth.test', { headers: { 'x-oauth-scopes': 'chat:write,commands' }, body: { user: 'pulaski', team: 'acme' } });
  const lines = await slack(parts(fake)).verify();
  expect(lines.find((l) => l.what === 'slack scopes')).toMatchObject({ ok: false, fix: expect.stringContaining('channels:manage') });
});

test('doctor warns of a token that ends within hours', async () => {
  fake.always('auth.test', { headers: { 'x-oauth-scopes': 'chat:write,commands' }, body: { user: 'pulaski', team: 'acme' } });
  const rotating = await slack(parts(fake, { botToken: 'xoxe.xoxb-1-rotating' })).verify();
  expect(rotating.filter((l) => l.what === 'slack token')).toMatchObject([
    { ok: true },
    { ok: false, says: expect.stringContaining('token rotation') },
  ]);
  const lasting = await slack(parts(fake)).verify();
  expect(lasting.filter((l) => l.what === 'slack token')).toMatchObject([{ ok: true }]);
});

test('doctor warns of a second bot on the same token', async () => {
  await running(deskThat({}));
  expect((await bot?.verify())?.some((l) => l.what === 'socket mode')).toBe(false);
  fake.hello(2);
  await vi.waitFor(async () =>
    expect((await bot?.verify())?.find((l) => l.what === 'socket mode')).toMatchObject({
      ok: false,
      says: expect.stringContaining('2 processes'),
    }),
  );
});
