/** What the judge answers. Public format (docs/bundle.md). */
export type Verdict = 'cause' | 'inconclusive' | 'healthy';
export type RevertAdvice = 'helps' | 'useless' | 'harmful' | 'unknown';
export type Confidence = 'confirmed' | 'likely' | 'possible';
export type Safety = 'safe' | 'needs-care' | 'do-not' | 'unchecked';

export const remedyKinds = [
  'revert',
  'rollback',
  'rerun-migration',
  'restart',
  'kill-queries',
  'flag',
  'fix-data',
  'add-index',
  'widen-column',
  'scale',
  'configure',
  'roll-forward',
  'wait-for-provider',
  'look-closer',
] as const;
export type RemedyKind = (typeof remedyKinds)[number];

/** Which finding a reason cites: the check, the finding's kind, and its required fields joined by a space. */
export interface Citation {
  check: string;
  kind: string;
  key: string;
}

export interface Reason {
  text: string;
  from: Citation;
}

export interface Remedy {
  kind: RemedyKind;
  /** Why it fits this evidence. */
  why: string;
  /** Exact shell or SQL, ready to paste. */
  commands: readonly string[];
  hazards: readonly string[];
  safety: Safety;
  /** Commits a revert would take back, newest first, full shas. Empty for other remedies. */
  range: readonly string[];
}

export interface Hypothesis {
  rule: string;
  /** One sentence for a tired person, without the rule's id. */
  cause: string;
  confidence: Confidence;
  because: readonly Reason[];
  /** What speaks against it, and what would change our mind. */
  against: readonly string[];
  /** As it stood in the source: table, column, constraint, migration, image, variable, exitCode, file, line, host, thread, value … */
  facts: Readonly<Record<string, string>>;
  remedy: Remedy;
  next: readonly string[];
  /** Rules of the other hypotheses that only follow from this one: its chain tells of them. */
  explains?: readonly string[];
  /** Root first, symptom last. */
  chain: readonly string[];
}

export interface Suspect {
  sha: string;
  /** 0..1. */
  score: number;
  because: readonly string[];
}

export interface Blind {
  check: string;
  why: string;
  fix: string;
}

export interface Diagnosis {
  verdict: Verdict;
  revert: RevertAdvice;
  /** Why a revert helps, harms, or will not do. */
  why: string;
  /** Ranked, root cause first. */
  hypotheses: readonly Hypothesis[];
  /** Only commits the engine would convict. */
  suspects: readonly Suspect[];
  seen: readonly string[];
  next: readonly string[];
  blind: readonly Blind[];
}
