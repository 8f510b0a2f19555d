import { SlackRefusal } from '../refusal.ts';
import type { Workspace } from '../workspace.ts';

/** Arguments as they came: strings, objects as JSON text. */
export type Args = Readonly<Record<string, string | undefined>>;

export interface Desk {
  workspace: Workspace;
  scopes: readonly string[];
  /** Where this server listens: `http://127.0.0.1:port`. */
  url: () => string;
  /** Bad manners of a workspace, for tests: it forbids new channels. */
  forbidsChannels: () => boolean;
  /** Uses a trigger up: the person who made it, or a refusal. */
  useTrigger: (trigger: string | undefined) => string;
}

export type Method = (args: Args, desk: Desk) => Readonly<Record<string, unknown>>;

export function need(args: Args, name: string): string {
  const value = args[name];
  if (value) return value;
  throw new SlackRefusal('invalid_arguments', { response_metadata: { messages: [`[ERROR] missing required field: ${name}`] } });
}

export function flag(args: Args, name: string): boolean {
  return args[name] === 'true' || args[name] === '1';
}

/** One page of a list, with Slack's opaque cursor. */
export function page<T>(all: readonly T[], args: Args, most = 999): { page: readonly T[]; next: string } {
  const limit = Math.min(Number(args.limit ?? 100) || 100, most);
  const from = args.cursor ? Number(Buffer.from(args.cursor, 'base64').toString()) || 0 : 0;
  const next = from + limit < all.length ? Buffer.from(String(from + limit)).toString('base64') : '';
  return { page: all.slice(from, from + limit), next };
}
