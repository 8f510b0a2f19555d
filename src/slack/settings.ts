import type { Part } from '../core/part.ts';

export interface SlackSettings {
  botToken: string;
  transport: { mode: 'socket'; appToken: string } | { mode: 'http'; signingSecret: string };
  /** Ends in a slash. */
  apiUrl: string;
  /** Channel id or name; empty: none. */
  announceChannel: string;
}

/** Slack's settings. `INVITE` is read by the walk, which decides who is invited; it stands here because it names people of the workspace. */
export const slackPart: Part<SlackSettings, object> = {
  name: 'slack',
  env: {
    SLACK_BOT_TOKEN: {
      about: 'Bot token of the Slack app (OAuth & Permissions); the app is made from manifest.yml',
      example: 'xoxb-…',
      switch: true,
      secret: true,
    },
    SLACK_APP_TOKEN: {
      about: 'App-level token with connections:write: Socket Mode, no public address needed',
      example: 'xapp-1-…',
      preset: '',
      secret: true,
    },
    SLACK_SIGNING_SECRET: {
      about: 'Signing secret of the app: HTTP mode, POST /slack/events; only without SLACK_APP_TOKEN',
      example: '8f742231…',
      preset: '',
      secret: true,
    },
    SLACK_API_URL: { about: 'Address of the Web API, for a proxy', example: 'https://slack.com/api/', preset: 'https://slack.com/api/' },
    INVITE: {
      about: 'Who is invited to every incident, by commas: user ids (U…) and user groups (S…)',
      example: 'U024BE7LH,S0614TZR7',
      preset: '',
    },
    ANNOUNCE_CHANNEL: {
      about: 'Channel (id) for announcements, and for incidents where the workspace forbids new channels',
      example: 'C024BE91L',
      preset: '',
    },
  },
  make: (env) => {
    const apiUrl = env('SLACK_API_URL');
    return {
      botToken: env('SLACK_BOT_TOKEN'),
      transport: transportOf(env('SLACK_APP_TOKEN'), env('SLACK_SIGNING_SECRET')),
      apiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
      announceChannel: env('ANNOUNCE_CHANNEL').replace(/^#/, ''),
    };
  },
};

/** Half a set-up would be a bot that posts and hears nothing. */
function transportOf(appToken: string, signingSecret: string): SlackSettings['transport'] {
  if (appToken) return { mode: 'socket', appToken };
  if (signingSecret) return { mode: 'http', signingSecret };
  throw new SlackSettingsError(
    'slack also needs SLACK_APP_TOKEN (app-level token with connections:write, for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP mode)',
  );
}

export class SlackSettingsError extends Error {
  override name = 'SlackSettingsError';
}
