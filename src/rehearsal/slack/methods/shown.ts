import { APP_ID, BOT, BOT_ID, type Message, type SlackFile, TEAM, type Workspace } from '../workspace.ts';

/** A message as Slack's methods show it. */
export function shownMessage(workspace: Workspace, message: Message, metadata: boolean): Readonly<Record<string, unknown>> {
  const replies = workspace.messages.filter(
    (m) => m.channel === message.channel && m.threadTs === message.ts && m.ts !== message.ts && !m.onlyFor,
  );
  const ours = message.user === BOT.id;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: TEAM.id,
    ...(ours ? { bot_id: BOT_ID, app_id: APP_ID, bot_profile: { id: BOT_ID, app_id: APP_ID, name: BOT.realName, team_id: TEAM.id } } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(replies.length > 0
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          latest_reply: replies.at(-1)?.ts,
          reply_users: [...new Set(replies.map((r) => r.user))],
        }
      : {}),
    ...(message.edited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(message.files.length > 0 ? { files: message.files.map(shownFile) } : {}),
    ...(metadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

export function shownFile(file: SlackFile): Readonly<Record<string, unknown>> {
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    size: file.size,
    mimetype: file.type,
    filetype: file.name.split('.').at(-1) ?? 'text',
    user: BOT.id,
    alt_txt: file.alt,
    permalink: `https://checkout.slack.example/files/${BOT.id}/${file.id}/${encodeURIComponent(file.name)}`,
    url_private: `https://files.slack.example/files-pri/${TEAM.id}-${file.id}/${encodeURIComponent(file.name)}`,
  };
}
