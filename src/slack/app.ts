import type { IncomingMessage, ServerResponse } from 'node:http';
import { App } from '@slack/bolt';
import type { Channels, Desk } from '../core/channels.ts';
import type { Verification } from '../core/check.ts';
import { background, wordsOf } from './background.ts';
import { channels } from './channel.ts';
import { httpEvents } from './http-events.ts';
import { listen } from './listeners.ts';
import { boltLogger } from './log.ts';
import { type Office, type OfficeParts, office, refused } from './office.ts';
import { reconnect } from './reconnect.ts';
import { SlackSettingsError } from './settings.ts';
import { socket } from './socket.ts';
import { isRefused, slackError } from './trouble.ts';
import { verify } from './verify.ts';

/** The workspace: what the walk writes to, and what people do in it. */
export interface Slack {
  channels: Channels;
  /** Connects. Rejects with `SlackSettingsError` for a token that Slack refuses; when Slack is down it goes on trying by itself. */
  start: (desk: Desk) => Promise<void>;
  /** HTTP mode: to mount at `POST /slack/events`. */
  events?: (request: IncomingMessage, response: ServerResponse) => void;
  verify: () => Promise<readonly Verification[]>;
  /** Pieces of work in hand that people's clicks and words began. */
  busy: () => number;
  /** Hears nothing more, and lets the work in hand finish. */
  stop: () => Promise<void>;
}

export function slack(parts: OfficeParts): Slack {
  const { settings, log, clock } = parts;
  const own = office(parts);
  const after = background(log);
  const http = settings.transport.mode === 'http' ? httpEvents(settings.transport.signingSecret, clock.now) : undefined;
  const line = settings.transport.mode === 'socket' ? socket(settings.transport.appToken, settings.apiUrl, log) : undefined;
  const receiver = http?.receiver ?? line?.receiver;
  const stopping = new AbortController();
  let app: App | undefined;
  return {
    channels: channels(own),
    ...(http === undefined ? {} : { events: http.handle }),
    async start(desk) {
      const bolt = new App({
        ...(receiver === undefined ? {} : { receiver }),
        logger: boltLogger(log),
        convoStore: false,
        ignoreSelf: false,
        authorize: async () => ({ botToken: settings.botToken }),
      });
      app = bolt;
      listen(bolt, own, desk, after);
      const [known, connected] = await Promise.allSettled([own.client.auth.test(), bolt.start()]);
      try {
        if (known.status === 'rejected') complain(own, known.reason, 'SLACK_BOT_TOKEN');
        if (connected.status === 'rejected') complain(own, connected.reason, 'SLACK_APP_TOKEN');
      } catch (error) {
        if (connected.status === 'fulfilled') await bolt.stop();
        throw error;
      }
      const connect = async () => {
        await bolt.start();
        // Told to stop while it came about.
        if (stopping.signal.aborted) await bolt.stop();
      };
      const again = reconnect(connect, log, stopping.signal);
      line?.onLost(again.lost);
      if (connected.status === 'rejected') again.failed();
    },
    verify: () => verify(own, line?.connections()),
    busy: after.busy,
    async stop() {
      stopping.abort();
      await app?.stop();
      await after.rest();
    },
  };
}

/** A refused token is the start's end, in words that name the variable; a Slack that is down is not. */
function complain({ log }: Office, error: unknown, variable: string): void {
  if (refused(error) || isRefused(error)) {
    const word = slackError(error) ?? (error instanceof Error ? slackError(error.cause) : undefined);
    throw new SlackSettingsError(
      `Slack refuses the value of ${variable} (${word ?? 'invalid'}). Copy it again from the app's page (api.slack.com/apps) and start again`,
    );
  }
  log.warn('slack: not reached at the start; it is tried again', { error: wordsOf(error) });
}
