import type { Severity } from './core/alert.ts';
import { severitiesOf } from './core/intake.ts';
import { type Env, list, type Setting } from './core/part.ts';

/** Variables of no part in particular. */
export const generalSettings: Readonly<Record<string, Setting>> = {
  SERVICE: { about: 'Names of the service as alerts and pods call it, by commas', example: 'checkout,checkout-web', preset: '' },
  ENVIRONMENT: {
    about: 'The one environment this process serves; alerts of others are answered and not opened',
    example: 'production',
    preset: 'production',
  },
  ALERT_SEVERITIES: {
    about:
      'Severities of alerts that open a channel, by commas: critical, high, medium, low, unknown; the others are one line in ANNOUNCE_CHANNEL',
    example: 'critical,unknown',
    preset: 'critical,unknown',
  },
  ACTORS: {
    about: 'Slack user ids and user groups that may confirm actions, by commas; empty: nobody',
    example: 'U012AB3CD,S0614TZR7',
    preset: '',
  },
  DRY_RUN: { about: 'Set to 1: every action stops before it changes anything, and the card says so', example: '1', preset: '' },
  REVERT_DEADLINE_MINUTES: { about: 'When the channel is asked to decide about a revert', example: '15', preset: '15' },
  RUNBOOKS: {
    about: 'Folder with one Markdown file per cause, shown when the cause is seen again; closing proposes additions',
    example: './runbooks',
    preset: '',
  },
  HOST: { about: 'Address that the HTTP server listens on', example: '127.0.0.1', preset: '127.0.0.1' },
  PORT: { about: 'Port of the HTTP server (alerts, health, metrics) and of the rehearsal page', example: '3000', preset: '3000' },
  DATA_DIR: { about: 'Folder of the journal and of the git mirror', example: './data', preset: './data' },
  DATABASE_URL: {
    about: 'PostgreSQL for the journal, when more than one process shares the work',
    example: 'postgres://pulaski:secret@db/pulaski',
    preset: '',
    secret: true,
  },
};

export interface General {
  services: readonly string[];
  environment: string;
  alertSeverities: readonly Severity[];
  actors: readonly string[];
  invite: readonly string[];
  announceChannel: string;
  dryRun: boolean;
  deadlineMinutes: number;
  host: string;
  port: number;
  dataDir: string;
  runbooks: string;
  databaseUrl: string;
}

/** A setting that cannot be used, in words that name the variable and what to set it to. */
export class SetupError extends Error {
  override name = 'SetupError';
}

export function general(env: Env): General {
  const value = (name: string) => env[name] || (generalSettings[name]?.preset ?? '');
  return {
    services: list(value('SERVICE')),
    environment: value('ENVIRONMENT'),
    alertSeverities: severities(value('ALERT_SEVERITIES')),
    actors: list(value('ACTORS')),
    invite: list(env.INVITE ?? ''),
    announceChannel: env.ANNOUNCE_CHANNEL ?? '',
    dryRun: /^(1|true|yes|on)$/i.test(value('DRY_RUN')),
    deadlineMinutes: wholeNumber('REVERT_DEADLINE_MINUTES', value('REVERT_DEADLINE_MINUTES'), 1, 24 * 60),
    host: value('HOST'),
    port: portOf(env),
    dataDir: value('DATA_DIR'),
    runbooks: value('RUNBOOKS'),
    databaseUrl: value('DATABASE_URL'),
  };
}

/** Where the HTTP server or the rehearsal's page listens. */
export function portOf(env: Env): number {
  return wholeNumber('PORT', env.PORT || (generalSettings.PORT?.preset ?? ''), 0, 65_535);
}

function severities(text: string): readonly Severity[] {
  try {
    return severitiesOf(list(text));
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SetupError(`${name} must be a whole number from ${least} to ${most}, not "${text.slice(0, 40)}"`);
}
