import { SlackRefusal } from '../refusal.ts';
import { BOT, type Channel, type Message, TEAM } from '../workspace.ts';
import { type Args, type Desk, flag, type Method, need, page } from './method.ts';
import { shownMessage } from './shown.ts';

const TOPIC_LIMIT = 250;
const NAME_LIMIT = 80;
const INVITE_LIMIT = 100;

export const conversations: Readonly<Record<string, Method>> = {
  'conversations.create'(args, desk) {
    if (desk.forbidsChannels()) throw new SlackRefusal('restricted_action');
    if (flag(args, 'is_private')) throw new SlackRefusal('missing_scope', { needed: 'groups:write', provided: desk.scopes.join(',') });
    const name = checkName(args.name ?? '');
    if ([...desk.workspace.channels.values()].some((c) => c.name === name)) throw new SlackRefusal('name_taken');
    const channel: Channel = {
      id: desk.workspace.newId('C'),
      name,
      created: desk.workspace.time(),
      creator: BOT.id,
      archived: false,
      topic: '',
      purpose: '',
      members: new Set([BOT.id]),
      pins: new Set(),
    };
    desk.workspace.channels.set(channel.id, channel);
    desk.workspace.changed({ what: 'channel' });
    return { channel: shown(channel) };
  },

  'conversations.invite'(args, desk) {
    const channel = open(args, desk);
    const asked = need(args, 'users')
      .split(',')
      .map((user) => user.trim())
      .filter(Boolean);
    if (asked.length > INVITE_LIMIT) throw new SlackRefusal('too_many_users');
    const troubles = asked.flatMap((user) => {
      if (user === BOT.id) return [{ user, ok: false, error: 'cant_invite_self' }];
      if (!desk.workspace.users.has(user)) return [{ user, ok: false, error: 'user_not_found' }];
      return channel.members.has(user) ? [{ user, ok: false, error: 'already_in_channel' }] : [];
    });
    const [first] = troubles;
    if (first && (!flag(args, 'force') || troubles.length === asked.length)) throw new SlackRefusal(first.error, { errors: troubles });
    for (const user of asked) if (!troubles.some((t) => t.user === user)) channel.members.add(user);
    desk.workspace.changed({ what: 'channel' });
    return { channel: shown(channel), ...(first ? { errors: troubles } : {}) };
  },

  'conversations.setTopic': (args, desk) => ({ channel: shown(described(args, desk, 'topic')) }),
  'conversations.setPurpose': (args, desk) => ({ channel: shown(described(args, desk, 'purpose')) }),

  'conversations.archive'(args, desk) {
    const channel = desk.workspace.channel(need(args, 'channel'));
    if (channel.archived) throw new SlackRefusal('already_archived');
    channel.archived = true;
    desk.workspace.changed({ what: 'channel' });
    return {};
  },

  'conversations.rename'(args, desk) {
    const channel = open(args, desk);
    if (channel.creator !== BOT.id) throw new SlackRefusal('not_authorized');
    const name = checkName(need(args, 'name'));
    if ([...desk.workspace.channels.values()].some((c) => c.name === name)) throw new SlackRefusal('name_taken');
    channel.name = name;
    desk.workspace.changed({ what: 'channel' });
    return { channel: shown(channel) };
  },

  'conversations.join'(args, desk) {
    const channel = desk.workspace.channel(need(args, 'channel'));
    if (channel.archived) throw new SlackRefusal('is_archived');
    channel.members.add(BOT.id);
    return { channel: shown(channel) };
  },

  'conversations.info': (args, desk) => ({ channel: shown(desk.workspace.channel(need(args, 'channel'))) }),

  'conversations.list'(args, desk) {
    const all = [...desk.workspace.channels.values()].filter((c) => !(c.archived && flag(args, 'exclude_archived')));
    const { page: some, next } = page(all, args);
    return { channels: some.map(shown), response_metadata: { next_cursor: next } };
  },

  'users.conversations'(args, desk) {
    const user = args.user ?? BOT.id;
    const all = [...desk.workspace.channels.values()].filter((c) => c.members.has(user) && !(c.archived && flag(args, 'exclude_archived')));
    const { page: some, next } = page(all, args);
    return { channels: some.map(shown), response_metadata: { next_cursor: next } };
  },

  'conversations.members'(args, desk) {
    const { page: some, next } = page([...desk.workspace.channel(need(args, 'channel')).members], args);
    return { members: some, response_metadata: { next_cursor: next } };
  },

  'conversations.history'(args, desk) {
    const channel = member(args, desk);
    const top = desk.workspace.messages.filter((m) => m.channel === channel.id && !m.onlyFor && (!m.threadTs || m.threadTs === m.ts));
    return listed(top.filter(within(args)).toReversed(), args, desk);
  },

  'conversations.replies'(args, desk) {
    const channel = member(args, desk);
    const ts = need(args, 'ts');
    const thread = desk.workspace.messages.filter((m) => m.channel === channel.id && !m.onlyFor && (m.ts === ts || m.threadTs === ts));
    if (thread.length === 0) throw new SlackRefusal('thread_not_found');
    return listed(thread.filter(within(args)), args, desk);
  },
};

function listed(messages: readonly Message[], args: Args, desk: Desk) {
  const { page: some, next } = page(messages, args);
  return {
    messages: some.map((m) => shownMessage(desk.workspace, m, flag(args, 'include_all_metadata'))),
    has_more: next !== '',
    ...(next ? { response_metadata: { next_cursor: next } } : {}),
  };
}

function within(args: Args): (message: Message) => boolean {
  const oldest = Number(args.oldest ?? 0);
  const latest = Number(args.latest ?? Number.POSITIVE_INFINITY) || Number.POSITIVE_INFINITY;
  const ends = flag(args, 'inclusive');
  return ({ ts }) => (Number(ts) > oldest && Number(ts) < latest) || (ends && (Number(ts) === oldest || Number(ts) === latest));
}

function member(args: Args, desk: Desk): Channel {
  const channel = desk.workspace.channel(need(args, 'channel'));
  if (!channel.members.has(BOT.id)) throw new SlackRefusal('not_in_channel');
  return channel;
}

function open(args: Args, desk: Desk): Channel {
  const channel = desk.workspace.channel(need(args, 'channel'));
  if (channel.archived) throw new SlackRefusal('is_archived');
  if (!channel.members.has(BOT.id)) throw new SlackRefusal('not_in_channel');
  return channel;
}

function described(args: Args, desk: Desk, which: 'topic' | 'purpose'): Channel {
  const channel = open(args, desk);
  const text = args[which] ?? '';
  if (text.length > TOPIC_LIMIT) throw new SlackRefusal('too_long');
  channel[which] = text;
  desk.workspace.changed({ what: 'channel' });
  return channel;
}

/** Lower-case letters of any script, digits, hyphens and underscores. */
function checkName(name: string): string {
  if (name === '') throw new SlackRefusal('invalid_name_required');
  if (name.length > NAME_LIMIT) throw new SlackRefusal('invalid_name_maxlength');
  if (/^[-_]+$/.test(name)) throw new SlackRefusal('invalid_name_punctuation');
  if (!/^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{Nd}_-]+$/u.test(name)) throw new SlackRefusal('invalid_name_specials');
  return name;
}

function shown(channel: Channel) {
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_private: false,
    is_archived: channel.archived,
    is_member: channel.members.has(BOT.id),
    created: Math.floor(channel.created / 1000),
    creator: channel.creator,
    context_team_id: TEAM.id,
    topic: { value: channel.topic, creator: BOT.id, last_set: 0 },
    purpose: { value: channel.purpose, creator: BOT.id, last_set: 0 },
    num_members: channel.members.size,
  };
}
