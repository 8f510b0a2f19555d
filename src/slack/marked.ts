import { createHash } from 'node:crypto';
import type { MessageMetadata } from '@slack/types';
import type { Place } from '../core/incident.ts';
import type { Office } from './office.ts';
import type { Clean } from './render.ts';

/** What a message of ours is, kept in its metadata: so a restart finds what was posted before a crash. */
export type Mark = 'card' | 'post' | 'thread';

const names = { card: 'pulaski_card', post: 'pulaski_post', thread: 'pulaski_thread' } as const;
const fields = { card: 'incident', post: 'key', thread: 'number' } as const;

/** Pages of history that are read back: an incident's first messages are among its first thousands. */
const PAGES = 10;
const PAGE = 200;

export function mark(kind: Mark, id: string, clean: Clean): MessageMetadata {
  return { event_type: names[kind], event_payload: { [fields[kind]]: told(id, clean) } };
}

/** A key can be made of an alert's words. With a secret in it, it is told as its digest: as good to be found by. */
function told(id: string, clean: Clean): string {
  return clean(id) === id ? id : createHash('sha256').update(id).digest('hex');
}

/** The timestamp of the message with this mark, in the channel, or in a thread. */
export function findMarked(office: Office, place: Place, kind: Mark, id: string, under?: string): Promise<string | undefined> {
  const wanted = told(id, office.clean);
  return findMessage(office, place, (message) => isMarked(message.metadata, kind, wanted), under);
}

interface Read {
  ts?: string;
  metadata?: { event_type?: string; event_payload?: object };
  files?: readonly { name?: string | null }[];
}

/** The timestamp of the first such message, in the channel, or in a thread. */
export async function findMessage(
  office: Office,
  place: Place,
  matches: (message: Read) => boolean,
  under?: string,
): Promise<string | undefined> {
  const thread = under ?? place.thread;
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const more = { limit: PAGE, include_all_metadata: true, ...(cursor ? { cursor } : {}) };
    const said = await office.ask('read back what was posted', (client) =>
      thread === undefined
        ? client.conversations.history({ channel: place.channel, ...more })
        : client.conversations.replies({ channel: place.channel, ts: thread, ...more }),
    );
    const found = said.messages?.find(matches);
    if (found?.ts) return found.ts;
    cursor = said.response_metadata?.next_cursor;
    if (!cursor) return undefined;
  }
  return undefined;
}

function isMarked(metadata: { event_type?: string; event_payload?: object } | undefined, kind: Mark, id: string): boolean {
  return (
    metadata?.event_type === names[kind] &&
    Object.entries(metadata.event_payload ?? {}).some(([name, value]) => name === fields[kind] && value === id)
  );
}
