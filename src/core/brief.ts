/** What the card says, as data: rendered for Slack by `slack/render.ts`, for a terminal by `core/terminal.ts`. */
import type { Button } from './channels.ts';

/** A piece of a line. What came from outside is `text` (escaped and redacted by the renderer); only the renderer writes markup. */
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
