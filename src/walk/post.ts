import type { Message } from '../core/channels.ts';
import type { Incident } from '../core/incident.ts';
import { once } from './once.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

type File = Parameters<Tools['channels']['upload']>[1];

/** What a message beside the card is for; where it goes follows from it. */
export type PostKind = 'push' | 'thread' | 'reminder';

/** After a crash the channel is searched for the message's key. */
export async function post(incident: Incident, kind: PostKind, message: Message, tools: Tools, records: Records): Promise<void> {
  const { place, card, id } = incident;
  if (!place || !card) return;
  const under = kind === 'thread' ? (place.thread ?? card) : place.thread;
  const ts = await once(incident, `post:${message.key}`, records, {
    find: () => tools.channels.findPost(place, message.key, under),
    make: () => tools.channels.post(place, message, under),
  });
  await records.append(id, (now) => (now.posted[message.key] ? [] : [{ type: 'posted', key: message.key, kind, ts, text: message.text }]));
}

/** Puts a file into the thread; after a crash it is searched for by its name. */
export async function upload(incident: Incident, key: string, file: File, text: string, tools: Tools, records: Records): Promise<void> {
  const { place, card, id } = incident;
  if (!place) return;
  const under = place.thread ?? card;
  await once(incident, `file:${key}`, records, {
    find: async () => (await tools.channels.findUpload(place, file.name, under)) || undefined,
    make: () => tools.channels.upload(place, file, under).then(() => true),
  });
  await records.append(id, (now) => (now.posted[key] ? [] : [{ type: 'posted', key, kind: 'file', ts: '', text }]));
}

/** Tells the stakeholders: one announcement, edited as the status changes. */
export async function announce(incident: Incident, key: string, text: string, tools: Tools, records: Records): Promise<void> {
  const first = Object.values(incident.posted).find((p) => p.kind === 'announcement');
  const message = { key: `announcement-${incident.number}`, text };
  const ts = first
    ? await tools.channels.announce(message, first.ts || undefined)
    : await once(incident, 'announcement', records, {
        find: async () => {
          const found = await tools.channels.findAnnounced(message.key);
          // Found with the words of before the crash: edited, like any other.
          return typeof found === 'object' ? tools.channels.announce(message, found.ts) : undefined;
        },
        make: () => tools.channels.announce(message),
      });
  await records.append(incident.id, (now) => (now.posted[key] ? [] : [{ type: 'posted', key, kind: 'announcement', ts: ts ?? '', text }]));
}
