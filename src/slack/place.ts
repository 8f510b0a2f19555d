import { ChannelTrouble } from '../core/channels.ts';
import { clip, escapeMrkdwn, oneLine } from '../core/escape.ts';
import type { Place } from '../core/incident.ts';
import { CHANNEL_NAME, TOPIC } from './limits.ts';
import { findMarked, mark } from './marked.ts';
import type { Office } from './office.ts';
import { slackError, toTrouble } from './trouble.ts';

export interface Wish {
  number: number;
  slug: string;
  topic: string;
}

/** The incident's own channel; where the workspace forbids it, a thread of the announcement channel. */
export async function makePlace(office: Office, wish: Wish): Promise<Place> {
  const made = await createChannel(office, wish);
  if ('refused' in made) return makeThread(office, wish, made.refused);
  // Slack parses nothing in a topic.
  const topic = clip(oneLine(office.clean(wish.topic)), TOPIC);
  try {
    await office.ask('set the topic', (client) => client.conversations.setTopic({ channel: made.channel, topic }));
  } catch (error) {
    office.log.warn('slack: the topic could not be set', { error: error instanceof Error ? error.message : 'unknown' });
  }
  return made;
}

/** `inc-12-checkout-is-down`; with a suffix where the name is taken (archived channels keep theirs), at last plain where Slack finds it invalid. */
export function namesOf(wish: Pick<Wish, 'number' | 'slug'>): readonly string[] {
  const base = `inc-${wish.number}`;
  const slug = wish.slug.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  const named = (suffix: string): string => `${`${base}-${slug}`.slice(0, CHANNEL_NAME - suffix.length).replace(/[-_]+$/, '')}${suffix}`;
  return [named(''), named('-2'), named('-3'), `${base}-incident`, `${base}-incident-2`];
}

async function createChannel(office: Office, wish: Wish): Promise<Place | { refused: string }> {
  for (const name of namesOf(wish)) {
    const made = await tryName(office, name);
    if (made !== 'taken') return made;
  }
  return { refused: `every name for incident ${wish.number} is taken` };
}

async function tryName(office: Office, name: string): Promise<Place | { refused: string } | 'taken'> {
  try {
    const { channel } = await office.askOnce('make the channel', (client) => client.conversations.create({ name }));
    if (!channel?.id) throw new ChannelTrouble('Slack made a channel and did not say which', 'It is tried again');
    return { channel: channel.id, name: channel.name ?? name };
  } catch (error) {
    const word = error instanceof ChannelTrouble ? slackError(error.cause) : undefined;
    if (word === 'name_taken' || word?.startsWith('invalid_name')) return 'taken';
    if (word === 'restricted_action' || word === 'cannot_create_channel' || word === 'user_is_restricted') {
      return { refused: 'the workspace does not let this app make channels' };
    }
    throw error;
  }
}

async function makeThread(office: Office, wish: Wish, why: string): Promise<Place> {
  const channel = office.settings.announceChannel;
  if (!channel) {
    throw new ChannelTrouble(
      `No channel for incident ${wish.number}: ${why}`,
      'Allow the app to make channels, or set ANNOUNCE_CHANNEL: the incident then lives in a thread there',
    );
  }
  const text = `:thread: #${wish.number} ${clip(escapeMrkdwn(oneLine(office.clean(wish.topic))), TOPIC)}`;
  const posted = await office.posts(channel, () =>
    office.askOnce('open a thread', (client) =>
      client.chat.postMessage({
        channel,
        text,
        parse: 'none',
        link_names: false,
        unfurl_links: false,
        unfurl_media: false,
        metadata: mark('thread', String(wish.number), office.clean),
      }),
    ),
  );
  return { channel: posted.channel ?? channel, name: channel, thread: posted.ts ?? '', why };
}

/** After a crash: the bot is a member of every channel it made, so its own list is enough. The newest, should numbers have begun anew. */
export async function findPlace(office: Office, wish: Pick<Wish, 'number' | 'slug'>): Promise<Place | undefined> {
  const { userId } = await office.me();
  const names = namesOf(wish);
  const own: { id: string; name: string; created: number }[] = [];
  let cursor: string | undefined;
  do {
    const page = await office.ask('find the channel', (client) =>
      client.users.conversations({ types: 'public_channel', exclude_archived: true, limit: 200, ...(cursor ? { cursor } : {}) }),
    );
    for (const { id, name, creator, created } of page.channels ?? [])
      if (id && name && names.includes(name) && creator === userId) own.push({ id, name, created: created ?? 0 });
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  const newest = own.toSorted((a, b) => b.created - a.created)[0];
  return newest ? { channel: newest.id, name: newest.name } : findThread(office, wish.number);
}

async function findThread(office: Office, number: number): Promise<Place | undefined> {
  const channel = office.settings.announceChannel;
  if (!channel) return undefined;
  try {
    const thread = await findMarked(office, { channel, name: channel }, 'thread', String(number));
    return thread === undefined ? undefined : { channel, name: channel, thread, why: 'the workspace does not let this app make channels' };
  } catch (error) {
    office.log.warn('slack: the announcement channel cannot be read', { error: toTrouble('find the thread', error).message });
    return undefined;
  }
}
