import { ChannelTrouble } from '../core/channels.ts';
import { lookup } from '../core/lookup.ts';

/** What Slack answered with `ok: false`: `name_taken`, `missing_scope` …; undefined for any other fault. */
export function slackError(error: unknown): string | undefined {
  const data = isRecord(error) ? error.data : undefined;
  return isRecord(data) && typeof data.error === 'string' ? data.error : undefined;
}

/** Seconds that Slack asks to wait; undefined when it did not. */
export function retryAfter(error: unknown): number | undefined {
  if (!isRecord(error)) return undefined;
  if (typeof error.retryAfter === 'number') return error.retryAfter;
  const word = slackError(error);
  return word === 'ratelimited' || word === 'rate_limited' || word === 'message_limit_exceeded' ? 1 : undefined;
}

/** Slack did not answer, or answered that it is broken itself: another try may do. */
export function isDown(error: unknown): boolean {
  if (!isRecord(error)) return false;
  const word = slackError(error);
  if (word !== undefined) return ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'].includes(word);
  if (error.code === 'slack_webapi_http_error') return typeof error.statusCode === 'number' && error.statusCode >= 500;
  return error.code === 'slack_webapi_request_error';
}

/** No connection came about: whatever was asked, Slack did not do it. After a time-out or a reset nobody knows. */
export function wasNotSent(error: unknown): boolean {
  if (!isRecord(error)) return false;
  if (typeof error.code === 'string' && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(error.code))
    return true;
  return wasNotSent(error.original ?? error.cause);
}

const tokenWords = ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive', 'org_login_required'];

/** The bot's own token is no good: nothing will work, and no retry helps. */
export function isRefused(error: unknown): boolean {
  return tokenWords.includes(slackError(error) ?? '');
}

const fixes: Readonly<Record<string, string>> = {
  restricted_action: 'Allow the app to make channels (workspace settings, Permissions), or set ANNOUNCE_CHANNEL for threads',
  channel_not_found: 'Invite the bot to the channel, or correct ANNOUNCE_CHANNEL (the id, C…)',
  not_in_channel: 'Invite the bot to the channel: /invite @pulaski',
  is_archived: 'Unarchive the channel',
  channel_is_archived: 'Unarchive the channel',
  file_uploads_disabled: 'Allow file uploads in the workspace',
  expired_trigger_id: 'Press it again: Slack gives a form three seconds to open',
  exchanged_trigger_id: 'Press it again: Slack opens one form for one press',
  storage_limit_reached: 'Free some of the workspace’s file storage',
};

/** In words, with what to do. The token is never part of it. */
export function toTrouble(doing: string, error: unknown): ChannelTrouble {
  if (error instanceof ChannelTrouble) return error;
  const word = slackError(error);
  const seconds = retryAfter(error);
  if (seconds !== undefined)
    return new ChannelTrouble(`Slack asks us to slow down (${doing})`, `It goes on by itself after ${seconds} s`, { cause: error });
  if (isRefused(error))
    return new ChannelTrouble(
      `Slack refuses the bot token: ${word} (${doing})`,
      'Put a valid bot token into SLACK_BOT_TOKEN and start again',
      { cause: error },
    );
  if (word === 'missing_scope') return new ChannelTrouble(`The Slack app lacks a scope (${doing})`, scopeFix(error), { cause: error });
  if (word !== undefined)
    return new ChannelTrouble(
      `Slack refused: ${word} (${doing})`,
      lookup(fixes, word) ?? 'Look the word up at docs.slack.dev and mend the app or the channel',
      { cause: error },
    );
  return new ChannelTrouble(`Slack does not answer (${doing})`, 'Nothing to do: it is tried again. Is it up? https://status.slack.com', {
    cause: error,
  });
}

function scopeFix(error: unknown): string {
  const data = isRecord(error) ? error.data : undefined;
  const needed = isRecord(data) && typeof data.needed === 'string' ? data.needed : 'the scopes of manifest.yml';
  return `Add ${needed} to the app (OAuth & Permissions) and reinstall it`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
