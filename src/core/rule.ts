import type { Citation, Remedy } from './diagnosis.ts';
import type { Bundle, Evidence, Finding, FindingKind } from './evidence.ts';
import type { Reading } from './text/reading.ts';

/** A finding with the evidence that holds it: what a rule reads and cites. */
export interface Seen<F extends Finding = Finding> {
  finding: F;
  evidence: Evidence;
  from: Citation;
}

/** The bundle, indexed once for all rules. */
export interface Facts {
  bundle: Bundle;
  of<K extends FindingKind>(kind: K): readonly Seen<Extract<Finding, { kind: K }>>[];
  /** What the texts in the findings say (logs, error titles, events, notes), read once for all rules. */
  readings: () => readonly Read[];
}

/** One finding's text, understood. */
export interface Read {
  seen: Seen;
  reading: Reading;
}

/**
 * How strong one reason is. `mechanism`: the cause itself was seen (the failed migration's own log line; a plan or NO_INDEX_USED for the
 * statement the threads are stuck on; the column's type in the schema): alone enough for `confirmed`. `sign`: one independent signal; two of different
 * `signal` names make `likely`, one makes `possible`. `strong`: a text that names the cause unmistakably but is not the mechanism seen: alone `likely`.
 */
export type Strength = 'mechanism' | 'strong' | 'sign';

export interface Ground {
  text: string;
  from: Citation;
  strength: Strength;
  /** Signals of one name count once: two lines of one log are one signal. */
  signal: string;
}

/** What a rule answers when it fits. Confidence is not its business: the engine settles it from the grounds. */
export interface Fit {
  /** Sentence for a tired person. */
  cause: string;
  grounds: readonly Ground[];
  against?: readonly string[];
  facts: Readonly<Record<string, string>>;
  remedy: Remedy;
  next: readonly string[];
  /** This rule's own links of the chain, root first. */
  chain: readonly string[];
  /** Caps the confidence, when the evidence is known to be weak for this rule (the text alone cannot tell). */
  atMost?: 'likely' | 'possible';
  /** Fits of one rule about the same trouble are joined: their grounds add up. Absent: this fit stands alone. */
  about?: string;
  /** Whether a live release brought it. `no`: by its nature it did not (a provider, data that reached a limit). Absent: the suspects decide. */
  byRelease?: 'yes' | 'no';
  /** Tables it is about, beside those in `facts`: a hypothesis explains another only when their tables do not contradict. */
  touches?: readonly string[];
  /** Information, no alarm (backup-running, schema-change-running): always `possible`, never the cause. */
  information?: boolean;
}

export interface Rule {
  /** Stable id. */
  id: string;
  /** Ids of rules whose hypotheses this one explains, when both fit: it then stands before them and their links follow in the chain. */
  explains?: readonly string[];
  /** Every place where the cause shows; an empty list when it does not fit. One Fit per distinct trouble. */
  fits: (facts: Facts) => readonly Fit[];
}
