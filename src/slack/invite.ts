import { ChannelTrouble } from '../core/channels.ts';
import type { Place } from '../core/incident.ts';
import { INVITE_AT_ONCE } from './limits.ts';
import type { Office } from './office.ts';
import { isRecord, slackError } from './trouble.ts';

export interface Invited {
  users: readonly string[];
  failed: readonly string[];
}

/** One person who cannot be invited must not keep the others out: `force`, and then each alone. */
export async function inviteAll(office: Office, place: Place, users: readonly string[]): Promise<Invited> {
  if (users.length === 0) return { users: [], failed: [] };
  const failed = new Set<string>();
  for (let i = 0; i < users.length; i += INVITE_AT_ONCE) {
    for (const user of await inviteSome(office, place.channel, users.slice(i, i + INVITE_AT_ONCE))) failed.add(user);
  }
  return { users: users.filter((user) => !failed.has(user)), failed: [...failed] };
}

async function inviteSome(office: Office, channel: string, users: readonly string[]): Promise<readonly string[]> {
  try {
    const said = await office.ask('invite people', (client) =>
      client.conversations.invite({ channel, users: users.join(','), force: true }),
    );
    return refusedUsers(said);
  } catch (error) {
    const cause = error instanceof ChannelTrouble ? error.cause : undefined;
    const word = slackError(cause);
    if (word === undefined) throw error;
    if (word === 'already_in_channel' || word === 'cant_invite_self') return users.length === 1 ? [] : eachAlone(office, channel, users);
    const named = refusedUsers(isRecord(cause) ? cause.data : undefined);
    if (users.length === 1) return users;
    return named.length > 0 ? named : eachAlone(office, channel, users);
  }
}

async function eachAlone(office: Office, channel: string, users: readonly string[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const user of users) failed.push(...(await inviteSome(office, channel, [user])));
  return failed;
}

/** With `force` Slack lists those it left out: `errors: [{ user, ok: false, error }]`. Already being there is no failure. */
function refusedUsers(said: unknown): readonly string[] {
  const errors = isRecord(said) && Array.isArray(said.errors) ? said.errors : [];
  return errors.flatMap((e: unknown) =>
    isRecord(e) && typeof e.user === 'string' && e.error !== 'already_in_channel' && e.error !== 'cant_invite_self' ? [e.user] : [],
  );
}
