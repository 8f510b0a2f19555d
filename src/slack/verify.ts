import { ChannelTrouble } from '../core/channels.ts';
import type { Verification } from '../core/check.ts';
import { scopes } from './methods.ts';
import type { Office } from './office.ts';

/** Token, scopes, announcement channel and the number of sockets, for `doctor`. */
export async function verify(office: Office, connections?: number): Promise<readonly Verification[]> {
  try {
    const said = await office.ask('ask who the bot is', (client) => client.auth.test());
    return [
      { what: 'slack token', ok: true, required: true, says: `works as ${said.user ?? 'the bot'} in ${said.team ?? 'the workspace'}` },
      ...rotationLines(office),
      ...scopeLines(said.response_metadata?.scopes),
      announceLine(office),
      ...connectionLines(connections),
    ];
  } catch (error) {
    const fix = error instanceof ChannelTrouble ? error.fix : 'Look at the network between the bot and Slack';
    return [{ what: 'slack token', ok: false, required: true, says: error instanceof Error ? error.message : 'no answer', fix }];
  }
}

/** Tokens of apps with token rotation end after twelve hours. https://docs.slack.dev/authentication/using-token-rotation */
function rotationLines({ settings }: Office): readonly Verification[] {
  if (!settings.botToken.startsWith('xoxe.')) return [];
  return [
    {
      what: 'slack token',
      ok: false,
      required: true,
      says: 'the app has token rotation: this token ends within twelve hours of its making',
      fix: 'Rotation cannot be switched off again: make the app anew from manifest.yml, which has it off, and set its token',
      renew: 'an app without token rotation',
    },
  ];
}

/** Slack names the token's scopes in a header of every answer. */
function scopeLines(given: readonly string[] | undefined): readonly Verification[] {
  if (!given || given.length === 0) return [];
  const missing = scopes.filter((scope) => !given.includes(scope));
  if (missing.length === 0) return [{ what: 'slack scopes', ok: true, required: true, says: 'all there' }];
  const fix = `Add ${missing.join(', ')} to the app (OAuth & Permissions, or paste manifest.yml) and reinstall it`;
  return [{ what: 'slack scopes', ok: false, required: true, says: `missing: ${missing.join(', ')}`, fix }];
}

function announceLine({ settings }: Office): Verification {
  const set = settings.announceChannel !== '';
  const says = set
    ? `announcements go to ${settings.announceChannel}`
    : 'not set: no announcements, no watch on the deploy job, no thread where channels are forbidden';
  return {
    what: 'announcement channel',
    ok: set,
    required: false,
    says,
    ...(set ? {} : { fix: 'Set ANNOUNCE_CHANNEL to the id of a channel (C…)' }),
  };
}

function connectionLines(connections: number | undefined): readonly Verification[] {
  if (connections === undefined || connections < 2) return [];
  const says = `${connections} processes listen with this app’s token; Slack gives each click to any one of them`;
  return [
    {
      what: 'socket mode',
      ok: false,
      required: false,
      says,
      fix: 'Stop the others, unless they are replicas on one DATABASE_URL; give each environment its own Slack app',
    },
  ];
}
