import { randomBytes } from 'node:crypto';
import { SlackRefusal } from './refusal.ts';

/** A block, view or metadata as it came over the wire, checked for its limits. */
export type Json = Readonly<Record<string, unknown>>;

export interface User {
  id: string;
  name: string;
  realName: string;
  bot: boolean;
}

export interface Channel {
  id: string;
  name: string;
  created: number;
  creator: string;
  archived: boolean;
  topic: string;
  purpose: string;
  members: Set<string>;
  pins: Set<string>;
}

export interface SlackFile {
  id: string;
  name: string;
  title: string;
  alt: string;
  size: number;
  type: string;
  bytes: Buffer;
}

export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: readonly Json[];
  threadTs?: string;
  metadata?: Json;
  edited: boolean;
  files: readonly SlackFile[];
  /** Only this person sees it. */
  onlyFor?: string;
}

/** A modal that a person has before them. */
export interface OpenView {
  id: string;
  user: string;
  view: Json;
  hash: string;
  /** The view under it, when it was pushed. */
  root: string;
  below?: string;
}

export interface Change {
  what: 'channel' | 'message' | 'view';
}

export const TEAM = { id: 'T0CHECKOUT', domain: 'checkout', name: 'Checkout' } as const;
export const APP_ID = 'A0PULASKI';
export const BOT: User = { id: 'U0PULASKI', name: 'pulaski', realName: 'Pulaski', bot: true };
export const BOT_ID = 'B0PULASKI';

/** A workspace's state: what Slack would keep. Times come from the story. */
export interface Workspace {
  users: Map<string, User>;
  groups: Map<string, { id: string; handle: string; name: string; users: readonly string[] }>;
  channels: Map<string, Channel>;
  messages: Message[];
  views: Map<string, OpenView>;
  files: Map<string, SlackFile>;
  time: () => number;
  /** A new message time: seconds and six digits, never the same twice. */
  newTs: () => string;
  newId: (letter: string) => string;
  channel: (id: string) => Channel;
  find: (channel: string, ts: string) => Message | undefined;
  onChange: (listener: (change: Change) => void) => void;
  changed: (change: Change) => void;
}

export function makeWorkspace(
  time: () => number,
  people: readonly { id: string; name: string; realName: string }[],
  channels: readonly { name: string; topic: string; bot: boolean }[],
): Workspace {
  let last = 0;
  const listeners: ((change: Change) => void)[] = [];
  const workspace: Workspace = {
    users: new Map([BOT, ...people.map((p) => ({ ...p, bot: false }))].map((user) => [user.id, user])),
    groups: new Map(),
    channels: new Map(),
    messages: [],
    views: new Map(),
    files: new Map(),
    time,
    newTs() {
      last = Math.max(last + 1, time() * 1000);
      return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
    },
    newId: (letter) => `${letter}0${randomBytes(5).toString('hex').toUpperCase()}`,
    channel(id) {
      const found = workspace.channels.get(id) ?? [...workspace.channels.values()].find((c) => c.name === id.replace(/^#/, ''));
      if (!found) throw new SlackRefusal('channel_not_found');
      return found;
    },
    find: (channel, ts) => workspace.messages.find((m) => m.channel === channel && m.ts === ts),
    onChange: (listener) => void listeners.push(listener),
    changed: (change) => {
      for (const listener of listeners) listener(change);
    },
  };
  const first = people[0]?.id ?? BOT.id;
  for (const { name, topic, bot } of channels) {
    const id = `C0${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`.slice(0, 11);
    const members = new Set([...people.map((p) => p.id), ...(bot ? [BOT.id] : [])]);
    workspace.channels.set(id, {
      id,
      name,
      created: time(),
      creator: first,
      archived: false,
      topic,
      purpose: '',
      members,
      pins: new Set(),
    });
  }
  return workspace;
}
