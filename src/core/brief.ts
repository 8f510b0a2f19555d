/** What the card says, as data: rendered for Slack by `slack/render.ts`, for a terminal by `core/terminal.ts`. Made by `brief/brief.ts`. */
import type { Button } from './channels.ts';
import type { RemedyKind } from './diagnosis.ts';

/** A piece of a line. What came from outside is plain text (escaped and redacted by the renderer); only the renderer writes markup. */
export type Span =
  | string
  | { bold: string }
  | { code: string }
  | { user: string }
  | { link: string; text: string }
  /** UTC ISO; shown in the reader's own time. */
  | { time: string; style: 'time' | 'seconds' | 'date' };

export type Line = readonly Span[];

export type Section =
  | { kind: 'lines'; lines: readonly Line[] }
  | { kind: 'small'; lines: readonly Line[] }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: 'buttons'; buttons: readonly Button[] };

export interface Brief {
  /** Lock-screen and screen-reader text: the same facts in one line. */
  text: string;
  /** 🔥, ✅, 🟡, 🟠 and title. */
  title: string;
  sections: readonly Section[];
}

/** What of the bot's set-up the card speaks of. */
export interface Setup {
  /** In the card's order. `on: false` is shown as ⚪ not set up. */
  checks: readonly { name: string; question: string; on: boolean }[];
  /** Whether anybody may press a button that changes the world (`ACTORS`). */
  actors: 'none' | 'some';
  dryRun: boolean;
  deadlineMinutes: number;
  /** The store is down: the incident stands in memory alone. */
  unkept?: { why: string; fix: string };
  /** Kinds of action that the bot can run here. */
  actions: readonly RemedyKind[];
}
