import type { CommitScript } from './repository.ts';
import type { DeploymentPlan } from './rollouts.ts';
import type { SchemaTable } from './schema.ts';
import type { World } from './world.ts';

/** A rehearsal's script: data, and pure functions from the world at a time to what the products would show. */
export interface Story {
  name: string;
  title: string;
  /** One or two sentences for the page: what to try, what to watch. */
  about: string;
  /** Minute 0: the first symptom, UTC ISO. */
  onset: string;
  commits: readonly CommitScript[];
  /** Live releases before the story begins, oldest first: commit key and when its rollout began. */
  released: readonly { commit: string; at: string }[];
  /** Releases that somebody else makes while the story runs. */
  deployments: readonly DeploymentPlan[];
  /** Deploy jobs before the story's first push. */
  jobs: readonly JobScript[];
  /** Settings of the bot that differ from the usual ones. */
  env?: Readonly<Record<string, string>>;
  /** The products that turn the bot away: their stand-ins answer as the real ones would. */
  refuses?: { mysql?: boolean; kubernetes?: boolean };
  errors: readonly ErrorScript[];
  metrics: readonly MetricScript[];
  threads: (world: World, at: number) => readonly Thread[];
  schema: (world: World, at: number) => readonly SchemaTable[];
  /** Versions in `schema_migrations`. */
  migrated: readonly string[];
  opening: Opening;
  /** What the scripted responder does once the incident has a channel. */
  responder: readonly Move[];
  /** What is wrong with how it ended; empty when it ended as it must. */
  misses: (end: Ending) => readonly string[];
}

export interface JobScript {
  commit: string;
  startedAt: string;
  endedAt: string;
  failed: boolean;
  log: readonly string[];
}

/** One error group, as a tracker sees it. */
export interface ErrorScript {
  id: number;
  class: string;
  message: string;
  /** Raise point last, as Rollbar orders them. */
  frames: readonly { filename: string; lineno: number; method: string }[];
  context: string;
  level: 'critical' | 'error' | 'warning';
  firstSeen: string;
  httpStatus?: number;
  /** Occurrences in the minute that begins at `minute`. */
  rate: (world: World, minute: number) => number;
}

/** One CloudWatch metric of the instance: its value in the minute that begins at `minute`. */
export interface MetricScript {
  name: string;
  unit: string;
  value: (world: World, minute: number) => number;
}

export interface Thread {
  id: number;
  user: string;
  host: string;
  db: string | null;
  command: string;
  /** Since when it is in this state, story milliseconds. */
  since: number;
  state: string;
  info: string | null;
  /** An open transaction, and the tables whose metadata it holds or waits for. */
  transaction?: { since: number; rowsModified: number };
  holds?: readonly string[];
  waitsFor?: string;
  /** Its last statement, for one that idles. */
  last?: string;
  noIndex?: boolean;
}

export type Opening =
  | { by: 'command'; minute: number; text: string }
  | { by: 'alert'; minute: number; name: string; severity: string; summary: string; description: string };

/** One move of the scripted responder, made as soon as it can be made and not before its minute. */
export interface Move {
  /** Story minutes after the onset. */
  from?: number;
  do: 'lead' | 'act' | 'tell' | 'resolve';
  /** With `act`: which remedy. */
  remedy?: string;
  /** `recovered`: only once the bot has said so. */
  when?: 'cause' | 'offered' | 'recovered';
  text?: string;
}

/** How a story ended: the JSON that `rehearse --json` prints, as far as an end is judged by it. */
export interface Ending {
  verdict: string;
  revert: string;
  first: string | undefined;
  suspects: readonly string[];
  blind: readonly string[];
  actions: readonly { kind: string; result: string }[];
  recovery: string | null;
  /** Every recovery word that was ever said, in order. */
  words: readonly string[];
}
