import type { Evidence, Outcome } from './evidence.ts';

/** What a look is about. */
export interface Scope {
  service?: string;
  environment: string;
  /** When the incident was opened, UTC ISO. */
  openedAt: string;
  /** When the symptoms began, as far as it is known. */
  onset?: string;
  now: string;
  /** True on every look after the first: ask only what can recover or change, once. */
  lean: boolean;
  /** Newest evidence of each check of this incident, this look's own answers included. */
  known: readonly Evidence[];
}

/** A check's answer. `asOf` is the newest data seen, `scope` which service, instance, namespace it speaks for. */
export interface Look {
  outcome: Outcome;
  asOf?: string;
  scope?: string;
  /** What the look cost the source, for `triage --verbose`: `{ statements: 7 }`, `{ requests: 4 }`. */
  cost?: Readonly<Record<string, number>>;
}

/** One line of `doctor`. `fix` is ready to paste and uses the same words as the check's blind answer. */
export interface Verification {
  /** `rollbar`, `mysql grants`, … */
  what: string;
  ok: boolean;
  /** False: works without it, but sees less. */
  required: boolean;
  says: string;
  fix?: string;
  /** When the credential behind it ends, UTC ISO, where that can be known. */
  expires?: string;
  /** How to have a new credential: the line is about one that ends. */
  renew?: string;
}

/** Asks one read-only question. Never throws for a faulty neighbour: that is `blind`. */
export interface Check {
  name: string;
  /** Shown to the responder: "Did any pod of the deploy job fail?" */
  question: string;
  budgetMs: number;
  /**
   * For a question that depends on other answers (which migrations are in the running release?). Called after each outcome of the look;
   * the check starts when it says true, or when all others have answered. Absent: starts at once.
   */
  ready?: (known: readonly Evidence[]) => boolean;
  look: (scope: Scope, signal: AbortSignal) => Promise<Look>;
  /** What its own answer is worth beside the others of the look: a calm database clears nobody when another one is hot. Pure; undefined: it stands. */
  revise?: (own: Evidence, known: readonly Evidence[]) => Outcome | undefined;
  verify: (signal: AbortSignal) => Promise<readonly Verification[]>;
}
