import type { Message } from '../core/channels.ts';
import type { Incident } from '../core/incident.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** What a message beside the card is for; where it goes follows from it. */
export type PostKind = 'push' | 'thread' | 'reminder';

/** Posts once, whatever crashes in between: intent first, and after a crash the channel is searched for the message's key. */
export async function post(incident: Incident, kind: PostKind, message: Message, tools: Tools, records: Records): Promise<void> {
  const { place, card, id } = incident;
  if (!place || !card) return;
  const intent = `post:${message.key}`;
  const begun = incident.intended.includes(intent);
  if (!begun) await records.append(id, () => [{ type: 'intended', key: intent }]);
  const under = kind === 'thread' ? (place.thread ?? card) : place.thread;
  const found = begun ? await tools.channels.findPost(place, message.key, under) : undefined;
  const ts = found ?? (await tools.channels.post(place, message, under));
  await records.append(id, (now) => (now.posted[message.key] ? [] : [{ type: 'posted', key: message.key, kind, ts, text: message.text }]));
}

/** Tells the stakeholders: one announcement, edited as the status changes. */
export async function announce(incident: Incident, key: string, text: string, tools: Tools, records: Records): Promise<void> {
  const first = Object.values(incident.posted).find((p) => p.kind === 'announcement');
  const ts = await tools.channels.announce({ key: `announcement-${incident.number}`, text }, first?.ts || undefined);
  await records.append(incident.id, (now) => (now.posted[key] ? [] : [{ type: 'posted', key, kind: 'announcement', ts: ts ?? '', text }]));
}
