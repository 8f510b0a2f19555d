import type { Clock } from '../core/clock.ts';
import { stripControls } from '../core/escape.ts';
import { redact, redactCommand } from '../core/redact.ts';
import { escapeMarkdown } from '../core/review/markdown.ts';
import { type Api, api } from './api.ts';
import type { Log } from './log.ts';
import { type Pace, pace } from './pace.ts';
import type { Clean } from './render.ts';
import type { SlackSettings } from './settings.ts';
import { isRefused } from './trouble.ts';

/** Who the bot is in this workspace, as auth.test says. */
export interface Me {
  userId: string;
  botId: string;
  team: string;
}

/** What the channel's parts share: the client, the bot's own identity, the speed limits. */
export interface Office extends Api {
  settings: SlackSettings;
  clean: Clean;
  /** For commands of ours: their SQL stays as it is, to be pasted. */
  command: Clean;
  log: Log;
  /** Asked once; a failure is not remembered. */
  me: () => Promise<Me>;
  /** https://docs.slack.dev/apis/web-api/rate-limits: about one message a second in a channel. */
  posts: Pace;
  /** chat.update is Tier 3, 50 a minute; one card must not use it up. */
  edits: Pace;
}

const POST_GAP_MS = 1_000;
const EDIT_GAP_MS = 1_500;

export interface OfficeParts {
  settings: SlackSettings;
  clock: Clock;
  log: Log;
  /** The bot's own credentials, hidden wherever they stand. */
  secrets: readonly string[];
}

export function office({ settings, clock, log, secrets }: OfficeParts): Office {
  const own = [settings.botToken, settings.transport.mode === 'socket' ? settings.transport.appToken : settings.transport.signingSecret];
  // In a file of Markdown they stand escaped.
  const known = [...secrets, ...own].flatMap((secret) => [secret, escapeMarkdown(secret)]);
  const slack = api(settings, log);
  let asked: Promise<Me> | undefined;
  return {
    ...slack,
    settings,
    log,
    clean: (text) => redact(stripControls(text), known),
    command: (text) => redactCommand(stripControls(text), known),
    me: () => {
      asked ??= whoAmI(slack).catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
      return asked;
    },
    posts: pace(clock, POST_GAP_MS),
    edits: pace(clock, EDIT_GAP_MS),
  };
}

async function whoAmI({ ask }: Api): Promise<Me> {
  const said = await ask('ask who the bot is', (client) => client.auth.test());
  return { userId: said.user_id ?? '', botId: said.bot_id ?? '', team: said.team ?? '' };
}

/** True when no retry can help: the token itself is refused. */
export function refused(error: unknown): boolean {
  return isRefused(error) || (error instanceof Error && isRefused(error.cause));
}
