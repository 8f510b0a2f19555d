/** Which commits brought the trouble: by what their diffs touch, never by their time alone. */
import type { Hypothesis, Suspect } from './diagnosis.ts';
import type { Facts } from './rule.ts';

export function suspects(_facts: Facts, _hypotheses: readonly Hypothesis[]): readonly Suspect[] {
  return [];
}
