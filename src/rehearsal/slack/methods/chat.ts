import { checkMessageBlocks } from '../block-limits.ts';
import { SlackRefusal } from '../refusal.ts';
import { BOT, type Channel, type Json, type Message } from '../workspace.ts';
import { type Args, type Desk, type Method, need } from './method.ts';
import { shownMessage } from './shown.ts';

const POST_TEXT_LIMIT = 40_000;
const UPDATE_TEXT_LIMIT = 4000;
/** Not published; believed to be about this. */
const METADATA_LIMIT = 16_000;

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage'(args, desk) {
    const channel = writable(args, desk);
    const blocks = checkMessageBlocks(args.blocks);
    const text = args.text ?? '';
    if (!text && blocks.length === 0) throw new SlackRefusal('no_text');
    if (args.markdown_text && (text || blocks.length > 0)) throw new SlackRefusal('markdown_text_conflict');
    if (args.thread_ts && !desk.workspace.find(channel.id, args.thread_ts)) throw new SlackRefusal('thread_not_found');
    checkFiles(desk, blocks);
    const metadata = checkMetadata(args.metadata);
    const message: Message = {
      channel: channel.id,
      ts: desk.workspace.newTs(),
      user: BOT.id,
      text: text.slice(0, POST_TEXT_LIMIT),
      blocks: withIds(desk, blocks),
      ...(args.thread_ts ? { threadTs: args.thread_ts } : {}),
      ...(metadata ? { metadata } : {}),
      edited: false,
      files: [],
    };
    desk.workspace.messages.push(message);
    desk.workspace.changed({ what: 'message' });
    return { channel: channel.id, ts: message.ts, message: shownMessage(desk.workspace, message, true) };
  },

  'chat.update'(args, desk) {
    const channel = desk.workspace.channel(need(args, 'channel'));
    if (channel.archived) throw new SlackRefusal('is_archived');
    const message = desk.workspace.find(channel.id, need(args, 'ts'));
    if (!message || message.onlyFor) throw new SlackRefusal('message_not_found');
    if (message.user !== BOT.id) throw new SlackRefusal('cant_update_message');
    if ((args.text ?? '').length > UPDATE_TEXT_LIMIT) throw new SlackRefusal('msg_too_long');
    const blocks = checkMessageBlocks(args.blocks);
    if (args.text === undefined && blocks.length === 0) throw new SlackRefusal('no_text');
    checkFiles(desk, blocks);
    const metadata = checkMetadata(args.metadata);
    message.text = args.text ?? message.text;
    message.blocks = withIds(desk, blocks);
    message.edited = message.edited || blocks.length === 0;
    if (metadata) message.metadata = metadata;
    desk.workspace.changed({ what: 'message' });
    return { channel: channel.id, ts: message.ts, text: message.text, message: shownMessage(desk.workspace, message, true) };
  },

  'chat.delete'(args, desk) {
    const channel = desk.workspace.channel(need(args, 'channel'));
    const message = desk.workspace.find(channel.id, need(args, 'ts'));
    if (!message) throw new SlackRefusal('message_not_found');
    if (message.user !== BOT.id) throw new SlackRefusal('cant_delete_message');
    desk.workspace.messages.splice(desk.workspace.messages.indexOf(message), 1);
    desk.workspace.changed({ what: 'message' });
    return { channel: channel.id, ts: message.ts };
  },

  'chat.postEphemeral'(args, desk) {
    const channel = writable(args, desk);
    const user = need(args, 'user');
    if (!channel.members.has(user)) throw new SlackRefusal('user_not_in_channel');
    const blocks = checkMessageBlocks(args.blocks);
    if (!args.text && blocks.length === 0) throw new SlackRefusal('no_text');
    const message = whisper(desk, channel.id, user, args.text ?? '', blocks, args.thread_ts);
    return { message_ts: message.ts };
  },

  'chat.getPermalink'(args, desk) {
    const channel = desk.workspace.channel(need(args, 'channel'));
    const ts = need(args, 'message_ts');
    if (!desk.workspace.find(channel.id, ts)) throw new SlackRefusal('message_not_found');
    return { channel: channel.id, permalink: `https://checkout.slack.example/archives/${channel.id}/p${ts.replace('.', '')}` };
  },
};

/** A message that one person sees: an ephemeral post, the answer to a command. */
export function whisper(
  desk: Pick<Desk, 'workspace'>,
  channel: string,
  user: string,
  text: string,
  blocks: readonly Json[],
  threadTs?: string,
): Message {
  const message: Message = {
    channel,
    ts: desk.workspace.newTs(),
    user: BOT.id,
    text,
    blocks: withIds(desk, blocks),
    edited: false,
    files: [],
    onlyFor: user,
    ...(threadTs ? { threadTs } : {}),
  };
  desk.workspace.messages.push(message);
  desk.workspace.changed({ what: 'message' });
  return message;
}

function writable(args: Args, desk: Desk): Channel {
  const channel = desk.workspace.channel(need(args, 'channel'));
  if (channel.archived) throw new SlackRefusal('is_archived');
  if (!channel.members.has(BOT.id) && !desk.scopes.includes('chat:write.public')) throw new SlackRefusal('not_in_channel');
  return channel;
}

/** Slack gives every block an id when the sender did not. */
function withIds(desk: Pick<Desk, 'workspace'>, blocks: readonly Json[]): readonly Json[] {
  return blocks.map((block) => ({ block_id: desk.workspace.newId('b').slice(0, 5), ...block }));
}

function checkFiles(desk: Desk, blocks: readonly Json[]): void {
  for (const block of blocks) {
    const file = block.slack_file;
    if (typeof file === 'object' && file !== null && 'id' in file && !desk.workspace.files.has(String(file.id)))
      throw new SlackRefusal('invalid_blocks', { response_metadata: { messages: ['[ERROR] invalid slack file [json-pointer:/blocks]'] } });
  }
}

function checkMetadata(text: string | undefined): Json | undefined {
  if (!text) return undefined;
  if (text.length > METADATA_LIMIT) throw new SlackRefusal('metadata_too_large');
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new SlackRefusal('invalid_metadata_format');
  }
  if (typeof given !== 'object' || given === null) throw new SlackRefusal('invalid_metadata_format');
  const { event_type: type, event_payload: payload } = given as Json;
  if (Object.keys(given).length > 0 && (typeof type !== 'string' || typeof payload !== 'object' || payload === null))
    throw new SlackRefusal('invalid_metadata_schema');
  return given as Json;
}
