import type { Suspect } from '../diagnosis.ts';
import type { Commit } from '../evidence.ts';
import type { Facts, Seen } from '../rule.ts';
import { finishChain } from './chain-links.ts';
import { changeCause } from './change-cause.ts';
import type { Settled } from './settle.ts';

/** A convicted commit counts as a sign of its own only when its diff says much. */
const CONVINCING = 0.5;

/**
 * A live commit whose diff touches what fails is a second, independent sign for the first hypothesis: one sign and a convicted commit make
 * it likely. Never more, never where the rule itself caps it, and never for what no release can bring.
 */
export function withSuspects(ranked: readonly Settled[], convicted: readonly Suspect[], facts: Facts): readonly Settled[] {
  const [first, ...rest] = ranked;
  const suspect = convicted[0];
  const commit = facts.of('commit').find(({ finding }) => finding.sha === suspect?.sha);
  if (suspect === undefined || commit === undefined) return ranked;
  if (first === undefined || first.information || givesWay(first, suspect)) return withChange(ranked, suspect, commit, facts);
  if (suspect.score < CONVINCING || first.hypothesis.confidence !== 'possible') return ranked;
  const text = `${suspect.sha.slice(0, 7)} ${suspect.because[0] ?? 'touches what fails'}`;
  const because = [...first.hypothesis.because, { text, from: commit.from }];
  return [{ ...first, hypothesis: { ...first.hypothesis, confidence: 'likely', because } }, ...rest];
}

/** From here on a commit outweighs what merely looks as if nobody here did it. */
const OUTWEIGHS = 0.7;

/** A guess, or a reading of the symptoms by which nobody here is to blame, gives way to a commit whose diff says otherwise. */
function givesWay(first: Settled, suspect: Suspect): boolean {
  const { confidence } = first.hypothesis;
  if (confidence === 'possible') return first.capped || first.byRelease === 'no';
  return confidence === 'likely' && first.byRelease === 'no' && suspect.score >= OUTWEIGHS;
}

function withChange(ranked: readonly Settled[], suspect: Suspect, commit: Seen<Commit>, facts: Facts): readonly Settled[] {
  const cause = changeCause(suspect, commit, facts);
  if (cause === undefined) return ranked;
  const follows = ranked[0]?.information === false ? ranked[0].hypothesis : undefined;
  const { hypothesis } = cause;
  const chain = finishChain([...hypothesis.chain, ...(follows?.chain ?? [])], facts);
  return [{ ...cause, hypothesis: { ...hypothesis, chain } }, ...ranked];
}
