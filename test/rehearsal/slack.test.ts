import { readFileSync } from 'node:fs';
import { App, LogLevel, webApi } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { APP_TOKEN, BOT_TOKEN, SCOPES, type Slack, startSlack } from '../../src/rehearsal/slack/web-api.ts';
import { BOT, BOT_ID, makeWorkspace } from '../../src/rehearsal/slack/workspace.ts';
import { quick } from './stage.ts';

const ANNA = { id: 'U0ANNA', name: 'anna', realName: 'Anna Berg' };
const stage = { sync: () => {}, clock: { stir: () => {} } };
let at = Date.parse('2026-11-24T03:04:00Z');
let forbids = false;
let slack: Slack;
let client: webApi.WebClient;

beforeEach(async () => {
  forbids = false;
  const workspace = makeWorkspace(() => at, [ANNA], [{ name: 'general', topic: '', bot: false }]);
  slack = await startSlack(stage, workspace, { ...quick, forbidsChannels: () => forbids });
  client = new webApi.WebClient(BOT_TOKEN, { slackApiUrl: slack.apiUrl, rejectRateLimitedCalls: true, logLevel: LogLevel.ERROR });
});
afterEach(() => slack.close());

const refusal = (word: string) => ({ data: { error: word } });

test('a channel is made once under its name, and its name is checked as Slack checks it', async () => {
  const made = await client.conversations.create({ name: 'inc-1-checkout-is-down' });
  expect(made.channel).toMatchObject({ name: 'inc-1-checkout-is-down', creator: BOT.id });
  await expect(client.conversations.create({ name: 'inc-1-checkout-is-down' })).rejects.toMatchObject(refusal('name_taken'));
  await expect(client.conversations.create({ name: 'Inc 2' })).rejects.toMatchObject(refusal('invalid_name_specials'));
  await expect(client.conversations.create({ name: 'x'.repeat(81) })).rejects.toMatchObject(refusal('invalid_name_maxlength'));
  forbids = true;
  await expect(client.conversations.create({ name: 'inc-2' })).rejects.toMatchObject(refusal('restricted_action'));
  const channel = made.channel?.id ?? '';
  await expect(client.conversations.invite({ channel, users: 'U0NOBODY' })).rejects.toMatchObject(refusal('user_not_found'));
  await client.conversations.invite({ channel, users: `U0NOBODY,${ANNA.id}`, force: true });
  expect((await client.conversations.members({ channel })).members).toEqual([BOT.id, ANNA.id]);
  await expect(client.conversations.setTopic({ channel, topic: 'x'.repeat(251) })).rejects.toMatchObject(refusal('too_long'));
});

test('messages: metadata, threads, history, the limits of an edit', async () => {
  const channel = (await client.conversations.create({ name: 'inc-3' })).channel?.id ?? '';
  const metadata = { event_type: 'pulaski_card', event_payload: { incident: 'i1' } };
  const card = await client.chat.postMessage({ channel, text: 'card', blocks: [{ type: 'divider' }], metadata });
  const ts = card.ts ?? '';
  await client.chat.postMessage({ channel, text: 'detail', thread_ts: ts });
  const { messages } = await client.conversations.history({ channel, include_all_metadata: true });
  expect(messages).toHaveLength(1);
  expect(messages?.[0]).toMatchObject({ ts, reply_count: 1, bot_id: BOT_ID, metadata });
  expect((await client.conversations.replies({ channel, ts })).messages?.map((m) => m.text)).toEqual(['card', 'detail']);
  await client.chat.update({ channel, ts, text: 'no blocks now' });
  expect((await client.conversations.history({ channel })).messages?.[0]?.blocks).toBeUndefined();
  await expect(client.chat.update({ channel, ts, text: 'x'.repeat(4001) })).rejects.toMatchObject(refusal('msg_too_long'));
  await expect(client.chat.update({ channel, ts: '1.2', text: 'x' })).rejects.toMatchObject(refusal('message_not_found'));
  await client.conversations.archive({ channel });
  await expect(client.chat.postMessage({ channel, text: 'late' })).rejects.toMatchObject(refusal('is_archived'));
});

test.each([
  ['a header that is too long', { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
  ['an empty text', { type: 'section', text: { type: 'mrkdwn', text: '' } }],
  ['a field that Slack does not know', { type: 'section', text: { type: 'mrkdwn', text: 'x', verbatm: true } }],
  ['an unknown block', { type: 'plaque' }],
  [
    'a button text that is too long',
    { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'x'.repeat(76) } }] },
  ],
])('%s is refused with invalid_blocks and the place', async (_, block) => {
  const channel = (await client.conversations.create({ name: 'inc-4' })).channel?.id ?? '';
  await expect(client.chat.postMessage({ channel, text: 'x', blocks: [block as never] })).rejects.toMatchObject({
    data: { error: 'invalid_blocks', response_metadata: { messages: [expect.stringContaining('/blocks/0')] } },
  });
});

test('too many blocks, too much text, two tables', async () => {
  const channel = (await client.conversations.create({ name: 'inc-5' })).channel?.id ?? '';
  const post = (blocks: object[]) => client.chat.postMessage({ channel, text: 'x', blocks: blocks as never });
  const section = (length: number) => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } });
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] };
  await expect(post(Array.from({ length: 51 }, () => ({ type: 'divider' })))).rejects.toMatchObject(refusal('invalid_blocks'));
  await expect(post(Array.from({ length: 5 }, () => section(2900)))).rejects.toMatchObject(refusal('msg_blocks_too_long'));
  await expect(post([table, table])).rejects.toMatchObject(refusal('invalid_attachments'));
  await post([table, section(2900)]);
});

test('more than Slack takes is answered with 429, and a story that moved on has waited', async () => {
  const channel = (await client.conversations.create({ name: 'inc-6' })).channel?.id ?? '';
  const post = () => client.chat.postMessage({ channel, text: 'x' });
  const all = await Promise.allSettled(Array.from({ length: 10 }, post));
  expect(all.filter((one) => one.status === 'rejected').length).toBeGreaterThan(0);
  at += 60_000;
  await post();
});

test('the scopes are the manifest’s', () => {
  const listed = /^ {4}bot:\n((?: {6}- .*\n)+)/m.exec(readFileSync('manifest.yml', 'utf8'))?.[1] ?? '';
  expect(
    listed
      .trim()
      .split(/\s*- /)
      .filter(Boolean)
      .map((scope) => scope.trim())
      .toSorted(),
  ).toEqual(SCOPES);
});

test('scopes and tokens are checked', async () => {
  await expect(new webApi.WebClient('xoxb-other', { slackApiUrl: slack.apiUrl }).auth.test()).rejects.toMatchObject(
    refusal('invalid_auth'),
  );
  await expect(client.reactions.add({ channel: 'C0GENERAL', name: 'x', timestamp: '1.1' })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'reactions:write' },
  });
});

test('a file is uploaded and stands in the thread', async () => {
  const channel = (await client.conversations.create({ name: 'inc-7' })).channel?.id ?? '';
  const { ts } = await client.chat.postMessage({ channel, text: 'card' });
  await client.filesUploadV2({
    channel_id: channel,
    thread_ts: ts ?? '',
    filename: 'log.txt',
    title: 'The log',
    content: 'rails aborted!\n',
  });
  const [, reply] = (await client.conversations.replies({ channel, ts: ts ?? '' })).messages ?? [];
  expect(reply?.files?.[0]).toMatchObject({ name: 'log.txt', title: 'The log', size: 15 });
  expect([...slack.workspace.files.values()][0]?.bytes.toString()).toBe('rails aborted!\n');
});

test('the unmodified Bolt app: a command, a button, a form with an error and then without', async () => {
  const app = new App({
    token: BOT_TOKEN,
    appToken: APP_TOKEN,
    socketMode: true,
    botId: BOT_ID,
    botUserId: BOT.id,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  const seen: unknown[] = [];
  app.command('/incident', async ({ ack, command, client: own }) => {
    seen.push(command.text);
    await ack('Opening a channel.');
    await own.chat.postMessage({
      channel: 'C0GENERAL',
      text: 'card',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'revert', value: 'i1', text: { type: 'plain_text', text: 'Revert…' } }],
        },
      ],
    });
  });
  app.action('revert', async ({ ack, body, client: own, action }) => {
    await ack();
    seen.push('value' in action && action.value);
    if (!('trigger_id' in body)) throw new Error('no trigger');
    await own.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'why',
        title: { type: 'plain_text', text: 'Revert' },
        submit: { type: 'plain_text', text: 'Revert' },
        blocks: [
          {
            type: 'input',
            block_id: 'reason',
            label: { type: 'plain_text', text: 'Why?' },
            element: { type: 'plain_text_input', action_id: 'v' },
          },
        ],
      },
    });
  });
  app.view('why', async ({ ack, view }) => {
    const value = view.state.values.reason?.v?.value;
    seen.push(value);
    await (value === 'no' ? ack({ response_action: 'errors', errors: { reason: 'Say more' } }) : ack());
  });
  await app.start();
  const { person, workspace } = slack;
  const said = await person.command({ user: ANNA.id, channel: 'C0GENERAL', command: '/incident', text: 'checkout <down> @anna' });
  expect(said).toMatchObject({ ok: true });
  await expect
    .poll(() => workspace.messages.map((m) => [m.text, m.onlyFor]))
    .toEqual([
      ['Opening a channel.', ANNA.id],
      ['card', undefined],
    ]);
  const card = workspace.messages[1];
  await person.click({ user: ANNA.id, channel: 'C0GENERAL', ts: card?.ts ?? '', action: 'revert' });
  await expect.poll(() => workspace.views.size).toBe(1);
  const [view] = workspace.views.values();
  expect(await person.submit({ user: ANNA.id, view: view?.id ?? '', values: { reason: 'no' } })).toMatchObject({
    ok: false,
    errors: { reason: 'Say more' },
  });
  expect(workspace.views.size).toBe(1);
  expect(await person.submit({ user: ANNA.id, view: view?.id ?? '', values: { reason: 'because' } })).toMatchObject({ ok: true });
  expect(workspace.views.size).toBe(0);
  expect(seen).toEqual(['checkout &lt;down&gt; <@U0ANNA|anna>', 'i1', 'no', 'because']);
  await app.stop();
});

test('with nobody connected the person is told so', async () => {
  const said = await slack.person.command({ user: ANNA.id, channel: 'C0GENERAL', command: '/incident', text: 'x' });
  expect(said).toMatchObject({ ok: false, error: expect.stringContaining('/incident failed') });
});
