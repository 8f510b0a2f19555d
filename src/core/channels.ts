import type { Brief } from './brief.ts';
import type { Place } from './incident.ts';

/** The workspace, as the walk needs it. Slack implements it; a failure throws `ChannelTrouble` with what to do. */
export interface Channels {
  /** Makes the incident's channel (or its thread, where the workspace forbids channels), topic set, bot inside. */
  make: (wish: { number: number; slug: string; topic: string }) => Promise<Place>;
  /** After a crash: the channel of this incident by name and creator, if it was made. */
  find: (wish: { number: number; slug: string }) => Promise<Place | undefined>;
  invite: (place: Place, users: readonly string[]) => Promise<{ users: readonly string[]; failed: readonly string[] }>;
  /** Posts the card, marked with the incident's id in its metadata. */
  postCard: (place: Place, incidentId: string, brief: Brief) => Promise<string>;
  findCard: (place: Place, incidentId: string) => Promise<string | undefined>;
  /** Edits in place; coalesced to one edit per 1.5 s per channel, the newest wins. */
  editCard: (place: Place, ts: string, incidentId: string, brief: Brief) => Promise<void>;
  /** Posts a message, in the channel or under the card, marked with `key` in its metadata. */
  post: (place: Place, message: Message, under?: string) => Promise<string>;
  findPost: (place: Place, key: string, under?: string) => Promise<string | undefined>;
  /** `unreadable`: the app may write to that channel and not read it. */
  findAnnounced: (key: string) => Promise<{ ts: string } | 'not-there' | 'unreadable'>;
  /** A message in the announcement channel; edits it when `ts` is given. Undefined when no channel is configured. */
  announce: (message: Message, ts?: string) => Promise<string | undefined>;
  /** Uploads a text or picture into the thread. */
  upload: (
    place: Place,
    file: { name: string; title: string; content: string | Uint8Array; alt?: string },
    under?: string,
  ) => Promise<void>;
  /** Whether a file of this name is in the thread. */
  findUpload: (place: Place, name: string, under?: string) => Promise<boolean>;
  /** Only this person sees it. */
  whisper: (channel: string, user: string, message: Message) => Promise<void>;
  archive: (place: Place) => Promise<void>;
  /** Members of a user group, for ACTORS. Empty when it cannot be read. */
  membersOf: (group: string) => Promise<readonly string[]>;
}

/** A message of ours. `text` is plain mrkdwn of our own making; everything from outside in it went through `escape`. */
export interface Message {
  key: string;
  text: string;
  /** Preformatted text under it (a log, SQL): never parsed. */
  code?: string;
  buttons?: readonly Button[];
}

export interface Button {
  action: string;
  text: string;
  /** An id to look up, never a command. */
  value: string;
  style?: 'primary' | 'danger';
}

export class ChannelTrouble extends Error {
  override name = 'ChannelTrouble';
  readonly fix: string;
  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

/** What a person did. Slack's listeners call these; each records before it answers. */
export interface Desk {
  /** `/incident …`. Answers what only this person sees, or a form to open. */
  command: (said: { text: string; user: string; channel: string; trigger: string }) => Promise<Reply>;
  click: (said: { action: string; value: string; user: string; channel: string; trigger: string; id: string }) => Promise<Reply>;
  submit: (said: { form: string; meta: string; values: Readonly<Record<string, string>>; user: string; id: string }) => Promise<Reply>;
}

/** Answered within the second; `after` is the work that follows the acknowledgement. */
export interface Reply {
  text?: string;
  /** Opened at once: Slack's trigger lives three seconds. */
  form?: Form;
  /** Slow forms (a preview): replaces the opened form when it is there. */
  later?: () => Promise<Form>;
  /** Field name → what is wrong with it: the form stays open. */
  errors?: Readonly<Record<string, string>>;
  after?: () => Promise<void>;
}

/** A modal. A form without `submit` only shows. */
export interface Form {
  name: string;
  title: string;
  meta: string;
  submit?: string;
  lines: readonly string[];
  /** Text to copy, shown preformatted. */
  code?: string;
  fields: readonly Field[];
}

export interface Field {
  name: string;
  label: string;
  kind: 'text' | 'long' | 'choice';
  hint?: string;
  value?: string;
  optional?: boolean;
  max?: number;
  options?: readonly { value: string; text: string }[];
}
