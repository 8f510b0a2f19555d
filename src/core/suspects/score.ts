/** How surely a commit brought the trouble. Each sign is a probability of its own; they join as independent ones do. */
import type { Change } from './change.ts';
import type { Clues } from './clues.ts';
import { dependency } from './dependency-sign.ts';
import { frame } from './frame-sign.ts';
import { mechanism } from './mechanism-sign.ts';
import type { Mechanism } from './mechanisms.ts';
import { SERVICE } from './service-sign.ts';
import { quoted, shared, wordsShared } from './shared-signs.ts';
import type { Rarity, Sign } from './sign.ts';
import { turnedOn } from './switch-sign.ts';

/** A message says less of what a change does than its diff. */
const UNTOLD = 0.8;

/** What was found of a change before all of them were counted. */
export interface Seen {
  change: Change;
  /** Literals of the clues that its changed lines have. */
  pieces: readonly string[];
  habits: readonly Mechanism[];
  /** It changes what is in trouble. */
  place: Sign | undefined;
}

export function signsOf({ change, pieces, habits, place }: Seen, clues: Clues, rarity: Rarity): readonly Sign[] {
  if (change.files.length === 0) return named(change, clues);
  const onStack = frame(change, clues);
  // Only log lines, metrics and marks changed: what they name is still what they name, but they seldom break it.
  const weight = change.light ? 0.45 : change.untold ? UNTOLD : 1;
  const lighter = (s: Sign | undefined) => (s === undefined || s.p >= 0.9 || weight === 1 ? s : lightened(s, weight, change.light));
  // Who waits for what came from outside did not call code that is new and stands alone.
  const called = (s: Sign | undefined) => (s !== undefined && clues.outside && change.fresh ? { ...s, p: s.p * 0.4 } : s);
  const signs = [
    ...named(change, clues),
    dependency(change, clues, rarity),
    turnedOn(change, clues),
    lighter(onStack),
    lighter(shared(change, clues, rarity, onStack !== undefined)),
    quoted(change, clues, rarity, weight, pieces),
    lighter(wordsShared(change, clues, rarity, onStack !== undefined)),
    lighter(called(mechanism(change, habits, clues, rarity, place !== undefined))),
    place === undefined ? undefined : { ...place, p: place.p * (change.light ? 0.5 : 1) * (0.5 + 0.5 * rarity(SERVICE)) },
  ];
  return signs.filter((s): s is Sign => s !== undefined && s.p > 0);
}

/** Lines that only tell name what fails, but do nothing to it. */
function lightened(sign: Sign, weight: number, light: boolean): Sign {
  const { nature, ...rest } = sign;
  return { ...rest, p: sign.p * weight, hard: false, ...(nature === undefined || light ? {} : { nature }) };
}

export function joined(signs: readonly Sign[]): number {
  return 1 - signs.reduce((left, s) => left * (1 - s.p), 1);
}

/** The evidence itself names the commit. */
function named(change: Change, clues: Clues): readonly Sign[] {
  const { sha } = change.commit;
  return clues.shas
    .filter((s) => s.sha.length >= 7 && (sha.startsWith(s.sha) || s.sha.startsWith(sha)))
    .slice(0, 1)
    .map((s) => ({ p: 0.75, says: s.says, hard: true, nature: true }));
}
