import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { brief } from '../../src/core/brief/brief.ts';
import { ChannelTrouble } from '../../src/core/channels.ts';
import { channels } from '../../src/slack/channel.ts';
import { office } from '../../src/slack/office.ts';
import { namesOf } from '../../src/slack/place.ts';
import { causeSeen, day, incident, looking, recovered, setup } from '../core/brief/stories.ts';
import { type FakeSlack, fakeSlack, refuse } from './fake-slack.ts';
import { parts } from './parts.ts';

let fake: FakeSlack;
beforeEach(async () => {
  fake = await fakeSlack();
});
afterEach(() => fake.close());

const wish = { number: 12, slug: 'checkout-is-down', topic: 'Checkout is down <!channel>' };
const place = { channel: 'C100', name: 'inc-12-checkout-is-down' };
const card = (events = causeSeen) => brief(incident(events), day('03:05'), setup);
const rooms = (over = {}) => channels(office(parts(fake, over)));

describe('making the channel', () => {
  test('by number and slug, with its topic', async () => {
    expect(await rooms().make(wish)).toEqual(place);
    expect(fake.callsOf('conversations.create')[0]?.args.name).toBe('inc-12-checkout-is-down');
    expect(fake.callsOf('conversations.setTopic')[0]?.args.topic).toBe('Checkout is down <!channel>');
  });

  test('a taken name gets a suffix, an invalid one becomes plainer', async () => {
    fake.next('conversations.create', refuse('name_taken'), refuse('name_taken'), refuse('invalid_name_specials'));
    expect((await rooms().make(wish)).name).toBe('inc-12-incident');
    expect(fake.callsOf('conversations.create').map((c) => c.args.name)).toEqual([
      'inc-12-checkout-is-down',
      'inc-12-checkout-is-down-2',
      'inc-12-checkout-is-down-3',
      'inc-12-incident',
    ]);
  });

  test('names are never too long and never end in a dash', () => {
    for (const name of namesOf({ number: 123456, slug: `${'a-'.repeat(100)}` })) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,78}[a-z0-9]$/);
  });

  test('where the workspace forbids channels: a thread of the announcement channel, with the reason', async () => {
    fake.always('conversations.create', refuse('restricted_action'));
    const made = await rooms().make(wish);
    expect(made).toMatchObject({ channel: 'CANN', thread: '1700000000.000001', why: 'the workspace does not let this app make channels' });
    expect(fake.callsOf('chat.postMessage')[0]?.args).toMatchObject({
      channel: 'CANN',
      metadata: { event_type: 'pulaski_thread', event_payload: { number: '12' } },
    });
    expect(fake.callsOf('chat.postMessage')[0]?.args.text).not.toContain('<!channel>');
  });

  test('and without an announcement channel it says what to do', async () => {
    fake.always('conversations.create', refuse('restricted_action'));
    const trouble = await rooms({ announceChannel: '' })
      .make(wish)
      .catch((e: unknown) => e);
    expect(trouble).toBeInstanceOf(ChannelTrouble);
    expect(trouble).toMatchObject({ fix: expect.stringContaining('ANNOUNCE_CHANNEL') });
  });

  test('a topic that cannot be set does not cost the channel', async () => {
    fake.always('conversations.setTopic', refuse('missing_scope', { needed: 'channels:manage' }));
    expect((await rooms().make(wish)).channel).toBe('C100');
  });

  test('after a crash it is found by name and creator, over pages', async () => {
    fake.next(
      'users.conversations',
      {
        body: {
          channels: [
            { id: 'C1', name: 'inc-120-other', creator: 'UBOT' },
            { id: 'C3', name: 'inc-12-checkout-is-down', creator: 'UBOT', created: 100 },
            { id: 'C2', name: 'inc-12-somebody', creator: 'UHUMAN' },
          ],
          response_metadata: { next_cursor: 'x' },
        },
      },
      { body: { channels: [{ id: 'C9', name: 'inc-12-checkout-is-down-2', creator: 'UBOT', created: 200 }] } },
    );
    expect(await rooms().find(wish)).toEqual({ channel: 'C9', name: 'inc-12-checkout-is-down-2' });
    expect(await rooms().find(wish)).toBeUndefined();
  });
});

describe('inviting', () => {
  test('groups as their members, all at once, failures by name', async () => {
    fake.next('conversations.invite', {
      body: {
        ok: true,
        errors: [
          { user: 'U2', ok: false, error: 'user_is_restricted' },
          { user: 'U1', ok: false, error: 'already_in_channel' },
        ],
      },
    });
    expect(await rooms().invite(place, ['U1', 'U2', 'S1', 'sam'])).toEqual({ users: ['U1', 'U7', 'U8'], failed: ['U2', 'sam'] });
    expect(fake.callsOf('conversations.invite')[0]?.args).toMatchObject({ users: 'U1,U2,U7,U8', force: 'true' });
  });

  test('where Slack refuses all without a name, each is asked alone', async () => {
    fake.next('conversations.invite', refuse('cant_invite'), { body: { ok: true } }, refuse('user_not_found'));
    expect(await rooms().invite(place, ['U1', 'U2'])).toEqual({ users: ['U1'], failed: ['U2'] });
  });

  test('in a thread people are called by name', async () => {
    await rooms().invite({ ...place, thread: '1.1', why: 'x' }, ['U1']);
    expect(fake.callsOf('chat.postMessage')[0]?.args).toMatchObject({ thread_ts: '1.1', text: '<@U1>' });
  });
});

describe('the card', () => {
  test('is marked, parses nothing, and is found again by its mark', async () => {
    const room = rooms();
    const ts = await room.postCard(place, 'inc-id-1', card());
    const sent = fake.callsOf('chat.postMessage')[0]?.args;
    expect(sent).toMatchObject({
      parse: 'none',
      link_names: 'false',
      unfurl_links: 'false',
      metadata: { event_type: 'pulaski_card', event_payload: { incident: 'inc-id-1' } },
    });
    fake.always('conversations.history', { body: { messages: [{ ts: '0.1' }, { ts, metadata: sent?.metadata }] } });
    expect(await room.findCard(place, 'inc-id-1')).toBe(ts);
    expect(await room.findCard(place, 'other')).toBeUndefined();
  });

  test('edits are coalesced, one per 1.5 s, the newest wins, and the same picture is not sent twice', async () => {
    const p = parts(fake);
    const room = channels(office(p));
    await room.editCard(place, '1.1', 'inc-id-1', card(looking));
    await Promise.all([card(looking), card(causeSeen), card(recovered)].map((b) => room.editCard(place, '1.1', 'inc-id-1', b)));
    await room.editCard(place, '1.1', 'inc-id-1', card(recovered));
    const sent = fake.callsOf('chat.update');
    expect(sent).toHaveLength(2);
    expect(JSON.stringify(sent[1]?.args.blocks)).toContain('recovered');
    expect(p.clock.waited).toEqual([1500, 1500]);
  });

  test('a workspace that does not know a block gets the plainer card', async () => {
    fake.next('chat.postMessage', refuse('invalid_blocks'));
    await rooms().postCard(place, 'inc-id-1', card(recovered));
    const [first, second] = fake.callsOf('chat.postMessage').map((c) => JSON.stringify(c.args.blocks));
    expect(first).toContain('"type":"table"');
    expect(second).not.toContain('"type":"table"');
    expect(second).toContain('stuck queries');
  });

  test('posts go one a second in a channel', async () => {
    const p = parts(fake);
    const room = channels(office(p));
    await Promise.all([1, 2, 3].map((n) => room.post(place, { key: `k${n}`, text: `m${n}` })));
    expect(fake.callsOf('chat.postMessage').map((c) => c.args.text)).toEqual(['m1', 'm2', 'm3']);
    expect(p.clock.waited).toEqual([1000, 1000]);
  });
});

describe('faults', () => {
  test('429: Retry-After is obeyed, then it goes on', async () => {
    fake.next('chat.update', { status: 429, headers: { 'retry-after': '1' } });
    await rooms().editCard(place, '1.1', 'i', card());
    const [first, second] = fake.callsOf('chat.update');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900);
  });

  test('a long Retry-After is told, not slept through', async () => {
    fake.always('chat.postMessage', { status: 429, headers: { 'retry-after': '600' } });
    await expect(rooms().post(place, { key: 'k', text: 'x' })).rejects.toMatchObject({
      name: 'ChannelTrouble',
      fix: expect.stringContaining('600 s'),
    });
    expect(fake.callsOf('chat.postMessage')).toHaveLength(1);
  });

  test('a broken Slack is asked again for what may happen twice; a post is left to its caller, who looks whether it is there', async () => {
    fake.next('chat.update', { status: 503 });
    await rooms().editCard(place, '1.1', 'i', card());
    expect(fake.callsOf('chat.update')).toHaveLength(2);
    fake.next('chat.postMessage', { status: 503 });
    await expect(rooms().post(place, { key: 'k', text: 'x' })).rejects.toBeInstanceOf(ChannelTrouble);
    expect(fake.callsOf('chat.postMessage')).toHaveLength(1);
  });

  test('Slack down: a trouble with what to do, and soon no more waiting', async () => {
    const room = rooms({ apiUrl: 'http://127.0.0.1:9/api/' });
    await expect(room.post(place, { key: 'k', text: 'x' })).rejects.toMatchObject({
      name: 'ChannelTrouble',
      message: expect.stringContaining('does not answer'),
    });
    await expect(room.post({ ...place, channel: 'C2' }, { key: 'k', text: 'x' })).rejects.toBeInstanceOf(ChannelTrouble);
    await expect(room.post({ ...place, channel: 'C3' }, { key: 'k', text: 'x' })).rejects.toBeInstanceOf(ChannelTrouble);
  });

  test.each([
    ['missing_scope', { needed: 'files:write' }, 'Add files:write to the app'],
    ['invalid_auth', {}, 'SLACK_BOT_TOKEN'],
    ['not_in_channel', {}, 'Invite the bot'],
  ])('%s says what to paste or press, never the token', async (word, more, fix) => {
    fake.always('chat.postMessage', refuse(word, more));
    const trouble = await rooms()
      .post(place, { key: 'k', text: 'x' })
      .catch((e: unknown) => e);
    expect(trouble).toMatchObject({ fix: expect.stringContaining(fix) });
    expect(String(trouble)).not.toContain('xoxb');
  });
});

test('announcements are edited in place; a text is uploaded redacted; a group that cannot be read counts nobody', async () => {
  const room = rooms();
  const ts = await room.announce({ key: 'a', text: 'Checkout is down' });
  expect(await room.announce({ key: 'a', text: 'Checkout recovered' }, ts)).toBe(ts);
  expect(fake.callsOf('chat.update')[0]?.args).toMatchObject({ channel: 'CANN', text: 'Checkout recovered' });
  await room.upload(place, { name: 'review.md', title: 'Review', content: 'token a-secret-of-another-part' }, '1.1');
  expect(fake.callsOf('files.completeUploadExternal')[0]?.args).toMatchObject({ channel_id: 'C100', thread_ts: '1.1' });
  expect(JSON.stringify(fake.callsOf('upload'))).not.toContain('a-secret-of-another-part');
  await room.upload(place, { name: 'a.png', title: 'Errors', content: new Uint8Array([1, 2]), alt: 'Errors: at most 310' }, '1.1');
  expect(fake.callsOf('files.getUploadURLExternal').at(-1)?.args).toMatchObject({ filename: 'a.png', alt_txt: 'Errors: at most 310' });
  fake.always('usergroups.users.list', refuse('plan_upgrade_required'));
  expect(await room.membersOf('S1')).toEqual([]);
  await room.whisper('C1', 'U1', { key: 'w', text: 'only you' });
  expect(fake.callsOf('chat.postEphemeral')[0]?.args).toMatchObject({ channel: 'C1', user: 'U1', text: 'only you' });
  expect(await rooms({ announceChannel: '' }).announce({ key: 'a', text: 'x' })).toBeUndefined();
});
