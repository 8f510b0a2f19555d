import type { MessageMetadata } from '@slack/types';
import type { Brief } from '../core/brief.ts';
import { type Channels, ChannelTrouble, type Message } from '../core/channels.ts';
import type { Place } from '../core/incident.ts';
import { plainer, withinLimits } from './check-limits.ts';
import { type Invited, inviteAll } from './invite.ts';
import { latest } from './latest.ts';
import { findMarked, findMessage, mark } from './marked.ts';
import type { Office } from './office.ts';
import { findPlace, makePlace } from './place.ts';
import { type Rendered, renderBrief, renderMessage } from './render.ts';
import { slackError } from './trouble.ts';
import { upload } from './upload.ts';

/** Nothing in a message of ours is parsed, linked or unfolded by Slack itself. chat.update would parse by default. */
const still = { parse: 'none', link_names: false } as const;
const folded = { unfurl_links: false, unfurl_media: false } as const;

interface Target {
  channel: string;
  thread?: string | undefined;
  metadata?: MessageMetadata;
}

/** The workspace, for the walk. Every failure is a `ChannelTrouble` with what to do. */
export function channels(office: Office): Channels {
  const { clean } = office;
  const edit = cardEditor(office);
  return {
    make: (wish) => makePlace(office, wish),
    find: (wish) => findPlace(office, wish),
    invite: (place, users) => invite(office, place, users),
    postCard: (place, incidentId, brief) =>
      post(office, { ...at(place), metadata: mark('card', incidentId, office.clean) }, renderBrief(brief, clean)),
    findCard: (place, incidentId) => findMarked(office, place, 'card', incidentId),
    editCard: (place, ts, _incidentId, brief) => edit(place, ts, brief),
    post: (place, message, under) =>
      post(
        office,
        { ...at(place, under), metadata: mark('post', message.key, office.clean) },
        renderMessage(message, clean, office.command),
      ),
    findPost: (place, key, under) => findMarked(office, place, 'post', key, under),
    findAnnounced: (key) => findAnnounced(office, key),
    announce: (message, ts) => announce(office, message, ts),
    upload: (place, file, under) => upload(office, place, file, under),
    findUpload: async (place, name, under) =>
      (await findMessage(office, place, (message) => message.files?.some((file) => file.name === name) === true, under)) !== undefined,
    whisper: (channel, user, message) => whisper(office, { channel }, user, message),
    archive: async (place) => {
      if (place.thread === undefined)
        await office.ask('archive the channel', (client) => client.conversations.archive({ channel: place.channel }));
    },
    membersOf: (group) => membersOf(office, group),
  };
}

/** User groups are invited as their members. In a thread nobody can be invited: they are called there by name. */
async function invite(office: Office, place: Place, wanted: readonly string[]): Promise<Invited> {
  const groups = await Promise.all(wanted.map((id) => (id.startsWith('S') ? membersOf(office, id) : [id])));
  const users = [...new Set(groups.flat())].filter((id) => /^[UW][A-Z0-9]+$/.test(id));
  const unknown = wanted.filter((id, i) => groups[i]?.length === 0 || !/^[UWS][A-Z0-9]+$/.test(id));
  if (users.length === 0) return { users, failed: unknown };
  if (place.thread === undefined) {
    const invited = await inviteAll(office, place, users);
    return { users: invited.users, failed: [...invited.failed, ...unknown] };
  }
  await post(
    office,
    { ...at(place), metadata: mark('post', 'called', office.clean) },
    { text: users.map((id) => `<@${id}>`).join(' '), blocks: [] },
  );
  return { users, failed: unknown };
}

function at(place: Place, under?: string): Target {
  return { channel: place.channel, thread: under ?? place.thread };
}

/** The one place that posts: within the limits, and plainer where a workspace does not know a block. */
async function post(office: Office, to: Target, message: Rendered): Promise<string> {
  const { thread, ...rest } = to;
  const send = (fit: Rendered) =>
    office.askOnce('post a message', (client) =>
      client.chat.postMessage({
        ...rest,
        ...(thread === undefined ? {} : { thread_ts: thread }),
        text: fit.text,
        ...blocksOf(fit),
        ...still,
        ...folded,
      }),
    );
  const posted = await office.posts(to.channel, () => plainlyIfRefused(message, send));
  if (!posted.ts) throw new ChannelTrouble('Slack took a message and did not say where it stands', 'It is looked for by its mark');
  return posted.ts;
}

/** What the newest cards show is remembered, so that the same picture is not sent twice. */
const CARDS_KEPT = 100;

function cardEditor(office: Office): (place: Place, ts: string, brief: Brief) => Promise<void> {
  const shown = new Map<string, string>();
  const show = latest<{ place: Place; ts: string; brief: Brief }>(office.edits, async (key, { place, ts, brief }) => {
    const message = renderBrief(brief, office.clean);
    const same = JSON.stringify(message);
    if (shown.get(key) === same) return;
    await update(office, place.channel, ts, message);
    shown.delete(key);
    shown.set(key, same);
    for (const oldest of shown.keys()) if (shown.size > CARDS_KEPT) shown.delete(oldest);
  });
  return (place, ts, brief) => show(place.channel, `${place.channel} ${ts}`, { place, ts, brief });
}

async function update(office: Office, channel: string, ts: string, message: Rendered): Promise<void> {
  await plainlyIfRefused(message, (fit) =>
    office.ask('edit a message', (client) => client.chat.update({ channel, ts, text: fit.text, blocks: fit.blocks, ...still })),
  );
}

/** Words with which Slack refuses a message for its form. */
const formWords = [
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'invalid_attachments',
  'block_mismatch',
  'too_many_attachments',
];

async function plainlyIfRefused<T>(message: Rendered, send: (message: Rendered) => Promise<T>): Promise<T> {
  const fit = withinLimits(message);
  try {
    return await send(fit);
  } catch (error) {
    const word = error instanceof ChannelTrouble ? slackError(error.cause) : undefined;
    if (word === undefined || !formWords.includes(word)) throw error;
    return await send(withinLimits(plainer(fit)));
  }
}

function blocksOf(message: Rendered): { blocks?: Rendered['blocks'] } {
  return message.blocks.length === 0 ? {} : { blocks: message.blocks };
}

async function announce(office: Office, message: Message, ts?: string): Promise<string | undefined> {
  const channel = office.settings.announceChannel;
  if (!channel) return undefined;
  const rendered = renderMessage(message, office.clean, office.command);
  if (ts === undefined) return post(office, { channel, metadata: mark('post', message.key, office.clean) }, rendered);
  await office.edits(channel, () => update(office, channel, ts, rendered));
  return ts;
}

/** Slack lets an app write to a public channel that it has not joined, and not read it. */
async function findAnnounced(office: Office, key: string): ReturnType<Channels['findAnnounced']> {
  const channel = office.settings.announceChannel;
  if (!channel) return 'not-there';
  try {
    const ts = await findMarked(office, { channel, name: channel }, 'post', key);
    return ts === undefined ? 'not-there' : { ts };
  } catch (error) {
    const word = error instanceof ChannelTrouble ? slackError(error.cause) : undefined;
    if (word === undefined || !unreadable.includes(word)) throw error;
    office.log.warn('slack: the announcement channel cannot be read back; invite the app to it', { error: word });
    return 'unreadable';
  }
}

const unreadable = ['not_in_channel', 'channel_not_found', 'missing_scope', 'no_permission'];

/** Only this person sees it; it is gone on reload, so nothing that matters stands in it alone. */
export async function whisper(
  office: Office,
  to: { channel: string; thread?: string | undefined },
  user: string,
  message: Message,
): Promise<void> {
  const thread = to.thread === undefined ? {} : { thread_ts: to.thread };
  await plainlyIfRefused(renderMessage(message, office.clean, office.command), (fit) =>
    office.ask('answer a person', (client) =>
      client.chat.postEphemeral({ channel: to.channel, user, ...thread, text: fit.text, ...blocksOf(fit), ...still }),
    ),
  );
}

async function membersOf(office: Office, group: string): Promise<readonly string[]> {
  try {
    const said = await office.ask('read a user group', (client) => client.usergroups.users.list({ usergroup: group }));
    return said.users ?? [];
  } catch (error) {
    office.log.warn('slack: a user group cannot be read; nobody of it is counted', {
      group,
      error: error instanceof Error ? error.message : 'unknown',
    });
    return [];
  }
}
