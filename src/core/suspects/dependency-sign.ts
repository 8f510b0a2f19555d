import type { Change } from './change.ts';
import type { Clues } from './clues.ts';
import type { Rarity, Sign } from './sign.ts';
import { identifiers, isSmall } from './words.ts';

/** A raised or lowered library whose name the error bears. */
export function dependency(change: Change, clues: Clues, rarity: Rarity): Sign | undefined {
  const lines = change.files.filter((f) => f.kind === 'dependency').flatMap((f) => f.hunks.flatMap(dependencyLines));
  if (lines.length === 0) return undefined;
  const packages = lines.flatMap((text) => identifiers(text));
  // A word of an error is the library only where it is the library's whole name: `retry` says nothing of `webpack-retry-plugin`.
  const whole = new Set(packages.flatMap((id) => (id.words.length === 1 || clues.identifiers.has(id.name) ? [id.name] : [])));
  const names = new Set(packages.flatMap((id) => [id.name, ...id.words]));
  const known = (name: string) => clues.libraries.has(name) || (whole.has(name) && (clues.words.has(name) || clues.identifiers.has(name)));
  const hit = [...names]
    .filter((name) => !isSmall(name) && known(name))
    .toSorted((a, b) => strengthOf(b) - strengthOf(a) || (a < b ? -1 : 1))[0];
  function strengthOf(name: string): number {
    return (clues.libraries.has(name) ? 0.65 : 0.5) * rarity(name);
  }
  if (hit === undefined) return undefined;
  const where = clues.libraries.has(hit) ? 'whose code is on the failing stack' : 'which the failing part names';
  return {
    p: strengthOf(hit) * (clues.outside ? 0.5 : 1),
    says: `changes the version of ${hit}, ${where}`,
    hard: clues.libraries.has(hit) && !clues.outside,
    nature: true,
  };
}

/** The changed lines; where they name nothing but a number (Maven, lock files), the lines around them as well. */
function dependencyLines(hunk: Change['files'][number]['hunks'][number]): readonly string[] {
  const changed = [...hunk.added, ...hunk.removed].map((l) => l.text);
  const nameless = changed.every((text) => identifiers(text).every((id) => id.words.every((word) => isSmall(word) || word === 'version')));
  return nameless ? [...changed, ...hunk.context] : changed;
}
