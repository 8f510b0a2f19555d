import { brief } from '../core/brief/brief.ts';
import type { Incident } from '../core/incident.ts';
import { redact } from '../core/redact.ts';
import { slugOf } from '../core/slug.ts';
import { once } from './once.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** Makes the channel, or finds the one a crash left behind. */
export async function place(incident: Incident, tools: Tools, records: Records): Promise<void> {
  const wish = { number: incident.number, slug: slugOf(redact(incident.title)) };
  const topic = `#${incident.number} ${incident.title}`;
  const made = await once(incident, 'place', records, {
    find: () => tools.channels.find(wish),
    make: () => tools.channels.make({ ...wish, topic }),
  });
  await records.append(incident.id, (now) => (now.place ? [] : [{ type: 'placed', place: made }]));
}

/** The reporter first, then INVITE. */
export async function invite(incident: Incident, tools: Tools, records: Records): Promise<void> {
  if (!incident.place) return;
  const wanted = [...new Set([...(incident.reporter ? [incident.reporter] : []), ...tools.policy.invite])];
  const users = await expand(wanted, tools);
  const done = users.length === 0 ? { users: [], failed: [] } : await tools.channels.invite(incident.place, users);
  await records.append(incident.id, (now) => (now.invited ? [] : [{ type: 'invited', ...done }]));
}

/** Slack invites users, not groups. */
async function expand(names: readonly string[], tools: Tools): Promise<readonly string[]> {
  const users = await Promise.all(names.map((name) => (name.startsWith('S') ? tools.channels.membersOf(name) : [name])));
  return [...new Set(users.flat())];
}

export async function card(incident: Incident, tools: Tools, records: Records): Promise<void> {
  if (!incident.place) return;
  const { place: where, id } = incident;
  const ts = await once(incident, 'card', records, {
    find: () => tools.channels.findCard(where, id),
    make: () => tools.channels.postCard(where, id, brief(incident, tools.clock.now().toISOString(), tools.setup)),
  });
  await records.append(id, (now) => (now.card ? [] : [{ type: 'card-posted', ts }]));
}
