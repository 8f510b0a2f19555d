import type { Verification } from './check.ts';
import type { Diagnosis, RemedyKind, Safety } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';

/** What is asked of an action. `id` is the idempotency key: the same id run twice happens once. */
export interface ActionRequest {
  id: string;
  kind: RemedyKind;
  incident: { number: number; title: string; service?: string; onset?: string; openedAt: string };
  /** Slack user id and, where known, a name for the commit message. */
  by: { id: string; name?: string };
  now: string;
  evidence: readonly Evidence[];
  diagnosis?: Diagnosis;
  /** What the person chose beyond the recommendation, e.g. `{ deployment: 'web' }`, `{ flag: 'thread-stats', turn: 'on' }`. */
  choice?: Readonly<Record<string, string>>;
  /** When an action is taken back: what it was done for. Absent where people said since that this was not the cause. */
  takenBackFor?: { cause: string; migration?: string };
}

/** What a person reads before they confirm. Plain words, one fact a line. */
export interface Preview {
  /** False: it cannot be run by the bot now; `refusal` says why, `command` what to do by hand. */
  possible: boolean;
  refusal?: string;
  title: string;
  lines: readonly string[];
  /** Exact and copy-safe; always there. */
  command: string;
  safety: Safety;
  unchecked: readonly string[];
  /** Names the state it was computed on (head sha, schema). `run` refuses with `moved` when it no longer holds. */
  state: string;
  /** The action's own data for `run`, plain JSON. */
  plan?: unknown;
  /** Something has to be chosen first: asked in a form, and previewed again with `request.choice[field]`. */
  choose?: { field: string; label: string; options: readonly { value: string; text: string }[] };
}

export type ActionResult =
  | {
      status: 'done';
      text: string;
      links: readonly string[];
      live: Live;
      commit?: string;
      undo?: string;
      switched?: { flag: string; turn: 'off' | 'on' };
    }
  | { status: 'dry-run'; text: string }
  /** `moved`: the world changed since the preview; show a new one. */
  | { status: 'refused'; text: string; moved: boolean }
  | { status: 'failed'; text: string; fix: string };

/** From when its effect can be judged: when this commit runs in all pods; when all pods are newer than a time; at once. */
export type Live = { when: 'sha'; sha: string } | { when: 'image'; image: string } | { when: 'pods-newer'; than: string } | { when: 'now' };

/** Changes the world. Its pre-flight is read-only. */
export interface Action {
  kind: RemedyKind;
  preview: (request: ActionRequest, signal: AbortSignal) => Promise<Preview>;
  /** `report` streams one line of progress. Never throws for a faulty neighbour: that is `failed`. */
  run: (request: ActionRequest, preview: Preview, report: (line: string) => void, signal: AbortSignal) => Promise<ActionResult>;
  /** After a crash between intent and result: finds out whether this request's run went through. Undefined: it did not. */
  settle: (request: ActionRequest, preview: Preview, signal: AbortSignal) => Promise<ActionResult | undefined>;
  verify: (signal: AbortSignal) => Promise<readonly Verification[]>;
}
