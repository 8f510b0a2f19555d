import { toneOf } from './bundle.ts';
import type { Blind, Diagnosis, Verdict } from './diagnosis.ts';
import type { Bundle } from './evidence.ts';
import { factsOf, inOrder } from './facts.ts';
import { adviseRevert } from './judge/advise-revert.ts';
import { linkChains } from './judge/link-chains.ts';
import { nextOf } from './judge/next-of.ts';
import { acrossServices } from './judge/own-services.ts';
import { rank } from './judge/rank.ts';
import { seenLines } from './judge/seen-lines.ts';
import { type Settled, settle } from './judge/settle.ts';
import { weaken } from './judge/weaken.ts';
import { withSuspects } from './judge/with-suspects.ts';
import type { Facts, Rule } from './rule.ts';
import { rules } from './rules/index.ts';
import { weighCommits } from './suspects.ts';

export interface DiagnoseOptions {
  /** Ids of rules that a person ruled out ("Not the cause"). */
  refused?: readonly string[];
  /** Other rules than ours, for tests. */
  rules?: readonly Rule[];
}

/** Judges a bundle: deterministic, independent of the order of evidence and findings, no clock. */
export function diagnose(bundle: Bundle, options: DiagnoseOptions = {}): Diagnosis {
  const facts = factsOf(bundle);
  const refused = options.refused ?? [];
  const known = options.rules ?? rules;
  const open = known.filter((rule) => !refused.includes(rule.id));
  const settled = linkChains(rank(weaken(acrossServices(settle(open, facts), facts)), open), facts);
  const { convicted, there } = weighCommits(
    facts,
    settled.map(({ hypothesis }) => hypothesis),
  );
  const blind = blindOf(bundle);
  const judged = withSuspects(settled, convicted, facts);
  const verdict = verdictOf(judged, facts, blind);
  const first = verdict === 'cause' ? judged[0] : undefined;
  const advice = adviseRevert(first, facts, { convicted, there }, verdict === 'healthy');
  const hypotheses = judged.map((s, i) =>
    i === 0 && advice.remedy !== undefined ? { ...s.hypothesis, remedy: advice.remedy } : s.hypothesis,
  );
  return {
    verdict,
    revert: advice.revert,
    why: advice.why,
    hypotheses,
    suspects: convicted,
    seen: seenLines(facts),
    next: nextOf(verdict, hypotheses, blind, facts),
    blind,
  };
}

function verdictOf(settled: readonly Settled[], facts: Facts, blind: readonly Blind[]): Verdict {
  const first = settled[0];
  if (first !== undefined && !first.information && first.hypothesis.confidence !== 'possible') return 'cause';
  const bad = facts.bundle.evidence.some((e) => (e.outcome.findings ?? []).some((f) => toneOf(f) === 'bad'));
  const suspected = settled.some((s) => !s.information);
  return bad || suspected || blind.length > 0 ? 'inconclusive' : 'healthy';
}

function blindOf(bundle: Bundle): readonly Blind[] {
  return inOrder(bundle.evidence).flatMap(({ check, outcome }) =>
    outcome.status === 'blind' ? [{ check, why: outcome.why, fix: outcome.fix }] : [],
  );
}
