import type { Brief } from '../../src/core/brief.ts';
import { type Channels, ChannelTrouble, type Message } from '../../src/core/channels.ts';
import type { Place } from '../../src/core/incident.ts';

export interface Posted {
  ts: string;
  channel: string;
  under?: string;
  message?: Message;
  card?: { incident: string; brief: Brief; edits: number };
}

/** A workspace in memory: what was really said in it, and the means to break it. */
export function workspace() {
  const places = new Map<string, Place>();
  const posts: Posted[] = [];
  const files: { name: string; content: string; alt?: string; under?: string }[] = [];
  const invited: string[] = [];
  const announced: Message[] = [];
  const whispers: { user: string; message: Message }[] = [];
  /** Messages of the announcement channel; `announced` holds their edits too. */
  const announcements: { key: string; ts: string }[] = [];
  let ids = 0;
  const state = {
    /** Calls that fail from now on, by method. */
    down: new Set<string>(),
    /** Calls whose effect happens but whose answer is lost, once each, by method: a crash in between. */
    lost: new Set<string>(),
  };
  const call = async <T>(name: string, effect: () => T): Promise<T> => {
    if (state.down.has(name) || state.down.has('*')) throw new ChannelTrouble('Slack does not answer', 'See https://status.slack.com');
    const result = effect();
    if (state.lost.delete(name)) throw new ChannelTrouble('the connection broke', 'It is tried again');
    return result;
  };
  const add = (post: Omit<Posted, 'ts'>) => {
    const ts = `${++ids}.0`;
    posts.push({ ts, ...post });
    return ts;
  };
  const channels: Channels = {
    make: ({ number, slug }) =>
      call('make', () => {
        const place = { channel: `C${++ids}`, name: `inc-${number}-${slug}` };
        places.set(place.channel, place);
        return place;
      }),
    find: ({ number, slug }) => call('find', () => [...places.values()].find((p) => p.name === `inc-${number}-${slug}`)),
    invite: (_place, users) =>
      call('invite', () => {
        invited.push(...users);
        return { users, failed: [] };
      }),
    postCard: (place, incident, brief) => call('postCard', () => add({ channel: place.channel, card: { incident, brief, edits: 0 } })),
    findCard: (place, incident) =>
      call('findCard', () => posts.find((p) => p.channel === place.channel && p.card?.incident === incident)?.ts),
    editCard: (_place, ts, _incident, brief) =>
      call('editCard', () => {
        const post = posts.find((p) => p.ts === ts);
        if (post?.card) post.card = { ...post.card, brief, edits: post.card.edits + 1 };
      }),
    post: (place, message, under) =>
      call('post', () => add({ channel: place.channel, message, ...(under === undefined ? {} : { under }) })),
    findPost: (place, key) => call('findPost', () => posts.find((p) => p.channel === place.channel && p.message?.key === key)?.ts),
    findAnnounced: (key) =>
      call('findAnnounced', () => {
        const found = announcements.find((one) => one.key === key);
        return found ? { ts: found.ts } : 'not-there';
      }),
    announce: (message, ts) =>
      call('announce', () => {
        announced.push(message);
        if (ts !== undefined) return ts;
        announcements.push({ key: message.key, ts: `${++ids}.0` });
        return `${ids}.0`;
      }),
    upload: (_place, { name, content, alt }, under) =>
      call('upload', () => {
        files.push({ name, content: String(content), ...(alt === undefined ? {} : { alt }), ...(under === undefined ? {} : { under }) });
      }),
    findUpload: (_place, name) => call('findUpload', () => files.some((file) => file.name === name)),
    whisper: (_channel, user, message) => call('whisper', () => void whispers.push({ user, message })),
    archive: () => call('archive', () => undefined),
    membersOf: (group) => call('membersOf', () => (group === 'S1' ? ['U7'] : [])),
  };
  return { channels, places, posts, files, invited, announced, announcements, whispers, ...state };
}
