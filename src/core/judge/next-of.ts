import type { Blind, Hypothesis, Verdict } from '../diagnosis.ts';

/** What to do or look at next: the first cause's own order, else what would turn blind into seeing. */
export function nextOf(verdict: Verdict, hypotheses: readonly Hypothesis[], blind: readonly Blind[]): readonly string[] {
  if (verdict === 'cause') return hypotheses[0]?.next ?? [];
  if (verdict === 'healthy') return [];
  const mend = blind.map(({ check, why, fix }) => (fix === '' ? `${check} cannot see (${why})` : `${check} cannot see (${why}): ${fix}`));
  const weigh = hypotheses.slice(0, 2).flatMap((h) => h.next.slice(0, 2));
  return [...new Set([...mend, ...weigh, 'paste a log or a process list: it is read as evidence of this incident'])];
}
