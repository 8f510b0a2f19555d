import type { Action } from '../core/action.ts';
import type { Brief, Setup } from '../core/brief.ts';
import type { Channels } from '../core/channels.ts';
import type { Check, Verification } from '../core/check.ts';
import type { Clock } from '../core/clock.ts';
import type { Journal, Turns } from '../core/journal.ts';
import type { ChartKit } from '../core/kit/chart.ts';
import type { Runbooks } from '../core/kit/runbooks.ts';
import type { TimeLimit } from './look.ts';

/** What the walk works with: ports and settings, no product. */
export interface Tools {
  journal: Journal;
  turns: Pick<Turns, 'nudge'>;
  channels: Channels;
  checks: readonly Check[];
  actions: readonly Action[];
  clock: Clock;
  /** How long a check's budget lasts. Absent: in real time. */
  timeLimit?: TimeLimit;
  /** What the card says of the set-up. */
  setup: Setup;
  /** Where the card goes when Slack cannot take it. */
  print: (brief: Brief) => void;
  /** Draws a picture for the thread. Throws `ChartTrouble`. */
  draw: ChartKit['png'];
  /** Keeps a closed incident as a case to judge again. */
  keep: (recorded: unknown) => Promise<void>;
  /** Undefined when RUNBOOKS is not set. */
  runbooks: Runbooks | undefined;
  /** Asks every part whether it can do its work; for `/incident doctor`. */
  doctor: () => Promise<readonly Verification[]>;
  log: Log;
  policy: WalkPolicy;
  /** Told once for each step carried out and each look, for the metrics. */
  measure: (what: 'step' | 'check', name: string, seconds: number, result: string) => void;
}

export interface WalkPolicy {
  environment: string;
  /** Names as alerts and pods call the service; the first stands for all. */
  services: readonly string[];
  deadlineMinutes: number;
  invite: readonly string[];
  /** Slack user ids (U…, W…) and user groups (S…). Empty: nobody may run an action. */
  actors: readonly string[];
  dryRun: boolean;
}

export interface Log {
  info: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}
