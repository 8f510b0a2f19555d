import type { Diagnosis, RevertAdvice, Verdict } from './diagnosis.ts';

/** What a labelled bundle says beyond its rule, as `test/cases/README.md` describes it. */
export interface BundleLabel {
  id: string;
  class: string;
  /** Full shas that must be convicted; none: nobody may be. */
  culprits: readonly string[];
  /** Shas that may be convicted as well, without need. */
  maybe: readonly string[];
  /** Advices that are right. */
  revert: readonly RevertAdvice[];
  verdict?: Verdict;
}

export interface ScoredBundle {
  id: string;
  class: string;
  /** All culprits convicted, or nobody where nobody is guilty. */
  found: boolean;
  /** Convicted without guilt. */
  innocents: readonly string[];
  revert: RevertAdvice;
  revertRight: boolean;
  verdict: Verdict;
  verdictRight: boolean;
}

export function scoreBundle(label: BundleLabel, diagnosis: Diagnosis): ScoredBundle {
  const convicted = diagnosis.suspects.map(({ sha }) => sha);
  return {
    id: label.id,
    class: label.class,
    found: label.culprits.every((sha) => convicted.includes(sha)),
    innocents: convicted.filter((sha) => !label.culprits.includes(sha) && !label.maybe.includes(sha)),
    revert: diagnosis.revert,
    revertRight: label.revert.includes(diagnosis.revert),
    verdict: diagnosis.verdict,
    verdictRight: label.verdict === undefined || label.verdict === diagnosis.verdict,
  };
}

export interface ClassSummary {
  class: string;
  bundles: number;
  culprits: number;
  innocents: number;
  revert: number;
  verdict: number;
}

/** One line per class, in the order of the file. */
export function summariseBundles(scored: readonly ScoredBundle[]): readonly ClassSummary[] {
  return [...Map.groupBy(scored, (one) => one.class)].map(([name, all]) => ({
    class: name,
    bundles: all.length,
    culprits: all.filter((one) => one.found).length,
    innocents: all.filter((one) => one.innocents.length > 0).length,
    revert: all.filter((one) => one.revertRight).length,
    verdict: all.filter((one) => one.verdictRight).length,
  }));
}
