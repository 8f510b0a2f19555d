import type { Bundle, Finding, FindingKind } from '../../src/core/evidence.ts';
import type { Facts, Seen } from '../../src/core/rule.ts';

/** The bundle as the judge hands it to rules, without reading texts. */
export function factsOf(bundle: Bundle): Facts {
  const all: Seen[] = bundle.evidence.flatMap((evidence) =>
    (evidence.outcome.findings ?? []).map((finding) => ({
      finding,
      evidence,
      from: { check: evidence.check, kind: finding.kind, key: '' },
    })),
  );
  return {
    bundle,
    of: <K extends FindingKind>(kind: K) => all.filter((seen): seen is Seen<Extract<Finding, { kind: K }>> => seen.finding.kind === kind),
  };
}
