import type { Suspect } from '../diagnosis.ts';
import type { Facts } from '../rule.ts';
import type { Settled } from './settle.ts';

/** A convicted commit counts as a sign of its own only when its diff says much. */
const CONVINCING = 0.6;

/**
 * A live commit whose diff touches what fails is a second, independent sign for the first hypothesis: one sign and a convicted commit make
 * it likely. Never more, never where the rule itself caps it, and never for what no release can bring.
 */
export function withSuspects(ranked: readonly Settled[], convicted: readonly Suspect[], facts: Facts): readonly Settled[] {
  const [first, ...rest] = ranked;
  const suspect = convicted[0];
  if (first === undefined || suspect === undefined || suspect.score < CONVINCING) return ranked;
  if (first.capped || first.information || first.byRelease === 'no' || first.hypothesis.confidence !== 'possible') return ranked;
  const commit = facts.of('commit').find(({ finding }) => finding.sha === suspect.sha);
  if (commit === undefined) return ranked;
  const text = `${suspect.sha.slice(0, 7)} ${suspect.because[0] ?? 'touches what fails'}`;
  const because = [...first.hypothesis.because, { text, from: commit.from }];
  return [{ ...first, hypothesis: { ...first.hypothesis, confidence: 'likely', because } }, ...rest];
}
