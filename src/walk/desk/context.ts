import type { Reply } from '../../core/channels.ts';
import type { Incident } from '../../core/incident.ts';
import { StoreDown } from '../../core/journal.ts';
import type { Records } from '../record.ts';
import type { Tools } from '../tools.ts';
import type { Walker } from '../turn.ts';

/** What every handler of the desk works with. */
export interface Context {
  tools: Tools;
  records: Records;
  walker: Walker;
}

/** How many open incidents are searched for the one of a channel. */
const OPEN_LIMIT = 100;

/** The open incident that lives in this channel, newest first. */
export async function incidentAt(context: Context, channel: string): Promise<Incident | undefined> {
  for (const one of await openIncidents(context)) if (one.place?.channel === channel && !one.place.thread) return one;
  return undefined;
}

export async function openIncidents({ tools, records }: Context): Promise<readonly Incident[]> {
  const open = await tools.journal.list('open', OPEN_LIMIT);
  return Promise.all(open.map(({ id }) => records.load(id)));
}

/** Undefined for an id that no journal knows: a button of another bot or of a deleted store. A store that is down is an error. */
export async function incidentOf({ records }: Context, id: string): Promise<Incident | undefined> {
  try {
    return await records.load(id);
  } catch (error) {
    if (error instanceof StoreDown) throw error;
    return undefined;
  }
}

/** For what a person did: delivered again (an answer was lost, a connection broke), it is stored once. `id`: what Slack calls this press. */
export function heardOnce(id: string): { once?: string } {
  return id === '' ? {} : { once: `heard:${id}` };
}

/** By user id, or by membership of a user group. */
export async function mayAct({ tools }: Context, user: string): Promise<boolean> {
  const { actors } = tools.policy;
  // The name of a group is nobody's id.
  if (user.startsWith('S')) return false;
  if (actors.includes(user)) return true;
  const groups = await Promise.all(actors.filter((name) => name.startsWith('S')).map((group) => tools.channels.membersOf(group)));
  return groups.some((members) => members.includes(user));
}

/** Why this person may not, and what would change it. */
export function whoMay({ tools }: Context): string {
  const { actors } = tools.policy;
  if (actors.length === 0)
    return 'Nobody may press this yet: set ACTORS to the Slack user ids (or user groups) that may, and restart the bot.';
  return `Only ${actors.map((name) => (name.startsWith('S') ? `<!subteam^${name}>` : `<@${name}>`)).join(', ')} may confirm this (ACTORS).`;
}

export const goneReply: Reply = { text: 'That incident is not known here any more. /incident list shows what is open.' };
