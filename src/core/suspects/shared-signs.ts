/** What the failing part and a change both name. */
import type { Change } from './change.ts';
import { weightOf } from './change.ts';
import type { Clues } from './clues.ts';
import { hasPiece } from './literals.ts';
import type { Rarity, Sign } from './sign.ts';

/** A piece of the error that stands in a changed line as it is. */
export function quoted(change: Change, clues: Clues, rarity: Rarity, light: number, pieces: readonly string[]): Sign | undefined {
  const hits = [...pieces].flatMap((text) => {
    const clue = clues.literals.get(text);
    if (clue === undefined || (clues.outside && isKept(change, text))) return [];
    // A whole value in the code, not a word of a message.
    const whole = ['"', "'", '`'].some((mark) => change.text.includes(`${mark}${text}${mark}`));
    return [{ text, clue, p: Math.max(clue.weight, whole ? 0.55 : 0) * (whole ? 1 : light) * rarity(`\u0000${text}`) }];
  });
  const top = hits.toSorted((a, b) => b.p - a.p || (a.text < b.text ? -1 : 1));
  const [first, second] = top;
  if (first === undefined) return undefined;
  return {
    p: Math.min(0.8, 1 - (1 - first.p) * (1 - (second?.p ?? 0) * 0.4)),
    says: `changes a line with ${first.text}, as ${first.clue.from} names it`,
    hard: first.p >= 0.5,
    nature: true,
  };
}

/** Stands before and after: the change lies elsewhere on its line. */
function isKept(change: Change, text: string): boolean {
  return change.added.some((line) => hasPiece(line, text)) && change.removed.some((line) => hasPiece(line, text));
}

/** Clues that say where it fails, not how. */
const placesOnly: ReadonlySet<string> = new Set(['the stack', 'the failing route', 'the alert']);

/** Whole identifiers that the failing part names and that this commit adds, removes or sets. */
export function shared(change: Change, clues: Clues, rarity: Rarity, onStack: boolean): Sign | undefined {
  // What a list of libraries names is judged by the libraries.
  if (change.files.every((f) => f.kind === 'dependency')) return undefined;
  const hits = [...clues.identifiers].flatMap(([name, clue]) => {
    const place = change.identifiers.get(name);
    // The file is on the stack: that its path is named alike is the same fact.
    if (onStack && place === 'path') return [];
    if (place === undefined) return [];
    // The very class that the error names, in the file that is called like it.
    const share = place === 'changed' && change.bases.has(name) ? 0.9 : 0.75;
    return [{ name, clue, place, p: clue.weight * weightOf(place) * rarity(name) * share }];
  });
  const top = hits.toSorted((a, b) => b.p - a.p || (a.name < b.name ? -1 : 1)).slice(0, 4);
  const [first] = top;
  if (!first) return undefined;
  // What a folder is called says where, not what.
  const tells = top.some((hit) => hit.place !== 'path' || change.bases.has(hit.name));
  const p = 1 - top.reduce((left, hit, i) => left * (1 - hit.p * (i === 0 ? 1 : 0.4)), 1);
  return {
    p: Math.min(0.85, p),
    says: `touches ${top
      .map((h) => h.name)
      .slice(0, 3)
      .join(', ')}, named by ${first.clue.from}`,
    hard: first.p >= 0.35 && tells,
    ...(tells && top.some((hit) => !placesOnly.has(hit.clue.from)) ? { nature: true } : {}),
  };
}

/** Telling words in common; weaker, since words wander. */
export function wordsShared(change: Change, clues: Clues, rarity: Rarity, onStack: boolean): Sign | undefined {
  const hits = [...clues.words].flatMap(([name, clue]) => {
    const place = change.words.get(name);
    if (onStack && place === 'path') return [];
    return place ? [{ name, clue, p: clue.weight * weightOf(place) * rarity(name) }] : [];
  });
  const top = hits.toSorted((a, b) => b.p - a.p || (a.name < b.name ? -1 : 1)).slice(0, 6);
  const sum = top.reduce((all, hit, i) => all + hit.p / (i + 1), 0);
  const [first] = top;
  if (!first || sum < 0.15) return undefined;
  return {
    p: Math.min(0.5, sum * 0.24),
    says: `is about ${top
      .slice(0, 3)
      .map((h) => h.name)
      .join(', ')}, as ${first.clue.from} is`,
    hard: false,
  };
}
