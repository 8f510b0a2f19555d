import { SlackRefusal } from '../refusal.ts';
import { BOT, type Message } from '../workspace.ts';
import { type Method, need } from './method.ts';
import { shownFile } from './shown.ts';

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  json: 'application/json',
  md: 'text/markdown',
  sql: 'text/x-sql',
};

export const files: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal'(args, desk) {
    const name = need(args, 'filename');
    const size = Number(need(args, 'length'));
    if (!Number.isInteger(size) || size < 1) throw new SlackRefusal('invalid_arguments');
    const id = desk.workspace.newId('F');
    const type = TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/plain';
    desk.workspace.files.set(id, { id, name, title: name, alt: args.alt_txt ?? '', size, type, bytes: Buffer.alloc(0) });
    return { upload_url: `${desk.url()}/upload/${id}`, file_id: id };
  },

  'files.completeUploadExternal'(args, desk) {
    const asked = JSON.parse(need(args, 'files')) as { id: string; title?: string }[];
    const done = asked.map(({ id, title }) => {
      const file = desk.workspace.files.get(id);
      if (!file || file.bytes.length !== file.size) throw new SlackRefusal('file_not_found');
      file.title = title ?? file.title;
      return file;
    });
    if (args.channel_id) {
      const channel = desk.workspace.channel(args.channel_id);
      if (!channel.members.has(BOT.id)) throw new SlackRefusal('not_in_channel');
      if (args.thread_ts && !desk.workspace.find(channel.id, args.thread_ts)) throw new SlackRefusal('thread_not_found');
      const message: Message = {
        channel: channel.id,
        ts: desk.workspace.newTs(),
        user: BOT.id,
        text: args.initial_comment ?? '',
        blocks: [],
        edited: false,
        files: done,
        ...(args.thread_ts ? { threadTs: args.thread_ts } : {}),
      };
      desk.workspace.messages.push(message);
      desk.workspace.changed({ what: 'message' });
    }
    return { files: done.map(shownFile) };
  },
};
