/** How surely a commit brought the trouble. Each sign is a probability of its own; they join as independent ones do. */
import { MARK } from '../redact/mark.ts';
import { isSecretName } from '../redact/pairs.ts';
import { redact } from '../redact.ts';
import type { Change } from './change.ts';
import { weightOf } from './change.ts';
import { baseName, type Clues } from './clues.ts';
import { mechanisms, settings } from './mechanisms.ts';
import { identifier, identifiers, isSmall } from './words.ts';

export interface Sign {
  p: number;
  says: string;
  /** It ties the commit to this very trouble; the others only make it fit. */
  hard: boolean;
  /** Tells what the change does, not only where or what about it is. */
  nature?: true;
}

/** How rare an identifier is among the commits: 1 when only one has it, near 0 when all have. */
export type Rarity = (name: string) => number;

/** A message says less of what a change does than its diff. */
const UNTOLD = 0.8;

/** `pieces`: the literals of the clues that its changed lines have. */
export function signsOf(change: Change, clues: Clues, rarity: Rarity, pieces: readonly string[]): readonly Sign[] {
  if (change.files.length === 0) return named(change, clues);
  const place = service(change, clues);
  const onStack = frame(change, clues);
  // Only log lines, metrics and marks changed: what they name is still what they name, but they seldom break it.
  const weight = change.light ? 0.45 : change.untold ? UNTOLD : 1;
  const lighter = (s: Sign | undefined) => (s === undefined || s.p >= 0.9 ? s : { ...s, p: s.p * weight, hard: s.hard && weight === 1 });
  const signs = [
    ...named(change, clues),
    dependency(change, clues, rarity),
    lighter(onStack),
    lighter(shared(change, clues, rarity, onStack !== undefined)),
    quoted(change, clues, rarity, weight, pieces),
    lighter(wordsShared(change, clues, rarity, onStack !== undefined)),
    lighter(mechanism(change, clues, place !== undefined)),
    place === undefined ? undefined : { ...place, p: change.light ? place.p * 0.5 : place.p },
  ];
  return signs.filter((s): s is Sign => s !== undefined && s.p > 0);
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

/** The nearest hit of any in-app frame: its line in a changed hunk, its function, or only its file. */
function frame(change: Change, clues: Clues): Sign | undefined {
  let best: Sign | undefined;
  const pairs = change.files.flatMap((file) =>
    (clues.frames.get(baseName(file.path)) ?? []).flatMap((placed) =>
      samePath(file.path, placed.frame.file) ? [{ file, ...placed }] : [],
    ),
  );
  for (const { file, frame: f, depth } of pairs) {
    const far = Math.max(0.55, 1 - depth * 0.12);
    const where = `${file.path}${f.line ? `:${f.line}` : ''}`;
    const hit = file.hunks.find((h) => f.line !== undefined && h.start > 0 && f.line >= h.start - 3 && f.line <= h.start + h.length + 3);
    const exact =
      hit?.added.some((l) => f.line !== undefined && Math.abs(l.line - f.line) <= 2) ||
      hit?.removed.some((l) => f.line !== undefined && Math.abs(l.line - f.line) <= 2);
    const fn = f.function === undefined ? undefined : identifier(f.function.split(/[.#:]/).at(-1) ?? '').name;
    const inFunction =
      fn &&
      file.hunks.some((h) =>
        [h.around, ...h.added.map((l) => l.text), ...h.removed.map((l) => l.text)].some((t) =>
          t.includes(f.function?.split(/[.#:]/).at(-1) ?? '\0'),
        ),
      );
    const said = (p: number, says: string): Sign => ({
      p: p * far,
      says: `${says} ${where}, ${depth === 0 ? 'where the error is raised' : 'on the failing stack'}`,
      hard: p >= 0.7,
      nature: true,
    });
    const sign = exact
      ? said(0.92, 'changes')
      : hit
        ? said(0.85, 'changes lines around')
        : inFunction
          ? said(0.75, `changes ${f.function} in`)
          : said(fileOnly(file.hunks, f.line), 'changes the file of');
    if (best === undefined || sign.p > best.p) best = sign;
  }
  return best;
}

/** Another place of the file, where both places are known, says less. */
function fileOnly(hunks: Change['files'][number]['hunks'], line: number | undefined): number {
  if (hunks.length === 0) return 0.42;
  return line !== undefined && hunks.every((h) => h.start > 0) ? 0.32 : 0.38;
}

/** A piece of the error that stands in a changed line as it is. */
function quoted(change: Change, clues: Clues, rarity: Rarity, light: number, pieces: readonly string[]): Sign | undefined {
  const hits = [...pieces].flatMap((text) => {
    const clue = clues.literals.get(text);
    if (clue === undefined) return [];
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

/** Equal, or one is the end of the other from a folder on. */
function samePath(path: string, file: string): boolean {
  const a = path.replace(/^\.?\//, '');
  const b = file.replaceAll('\\', '/').replace(/^\.?\//, '');
  if (a === '' || b === '') return false;
  if (a === b) return true;
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  return long.endsWith(`/${short}`) && (short.includes('/') || short.length > 8);
}

/** Whole identifiers that the failing part names and that this commit adds, removes or sets. */
function shared(change: Change, clues: Clues, rarity: Rarity, onStack: boolean): Sign | undefined {
  const hits = [...clues.identifiers].flatMap(([name, clue]) => {
    const place = change.identifiers.get(name);
    // The file is on the stack: that its path is named alike is the same fact.
    if (onStack && place === 'path') return [];
    return place ? [{ name, clue, p: clue.weight * weightOf(place) * rarity(name) * 0.75 }] : [];
  });
  const top = hits.toSorted((a, b) => b.p - a.p || (a.name < b.name ? -1 : 1)).slice(0, 4);
  const [first] = top;
  if (!first) return undefined;
  const p = 1 - top.reduce((left, hit, i) => left * (1 - hit.p * (i === 0 ? 1 : 0.4)), 1);
  return {
    p: Math.min(0.85, p),
    says: `touches ${top
      .map((h) => h.name)
      .slice(0, 3)
      .join(', ')}, named by ${first.clue.from}`,
    hard: first.p >= 0.35,
    nature: true,
  };
}

/** A raised or lowered library whose name the error bears. */
function dependency(change: Change, clues: Clues, rarity: Rarity): Sign | undefined {
  const names = new Set(
    change.files
      .filter((f) => f.kind === 'dependency')
      .flatMap((f) => f.hunks.flatMap(dependencyLines))
      .flatMap((text) => identifiers(text).flatMap((id) => [id.name, ...id.words])),
  );
  const known = (name: string) => clues.libraries.has(name) || clues.words.has(name) || clues.identifiers.has(name);
  const hit = [...names]
    .filter((name) => !isSmall(name) && known(name))
    .toSorted((a, b) => strengthOf(b) - strengthOf(a) || (a < b ? -1 : 1))[0];
  function strengthOf(name: string): number {
    return (clues.libraries.has(name) ? 0.65 : 0.5) * rarity(name);
  }
  if (hit === undefined) return undefined;
  const where = clues.libraries.has(hit) ? 'whose code is on the failing stack' : 'which the failing part names';
  return { p: strengthOf(hit), says: `changes the version of ${hit}, ${where}`, hard: clues.libraries.has(hit), nature: true };
}

/** The changed lines; where they name nothing but a number (Maven, lock files), the lines around them as well. */
function dependencyLines(hunk: Change['files'][number]['hunks'][number]): readonly string[] {
  const changed = [...hunk.added, ...hunk.removed].map((l) => l.text);
  const nameless = changed.every((text) => identifiers(text).every((id) => id.words.every((word) => isSmall(word) || word === 'version')));
  return nameless ? [...changed, ...hunk.context] : changed;
}

/** Telling words in common; weaker, since words wander. */
function wordsShared(change: Change, clues: Clues, rarity: Rarity, onStack: boolean): Sign | undefined {
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

/** A change whose nature brings this family of symptoms: a setting's value, or a habit of code. */
function mechanism(change: Change, clues: Clues, here: boolean): Sign | undefined {
  const found = [...setting(change, clues), ...habits(change, clues), ...looped(change, clues)].toSorted((a, b) => b.p - a.p);
  const [first, second] = found;
  if (!first) return undefined;
  const p = 1 - (1 - first.p) * (1 - (second?.p ?? 0) * 0.3);
  return { ...first, p: Math.min(0.72, p * (here || clues.services.size === 0 ? 1 : 0.85)) };
}

function setting(change: Change, clues: Clues): readonly Sign[] {
  return change.values.flatMap((value) => {
    const name = identifier(value.key).name || value.key;
    return settings.filter(([pattern]) => pattern.test(name)).flatMap((known) => settingSign(value, known, clues));
  });
}

function settingSign(
  { key, from, to, path }: Change['values'][number],
  [, families, hurts, what]: (typeof settings)[number],
  clues: Clues,
): readonly Sign[] {
  if (!families.some((f) => clues.families.has(f))) return [];
  const bytes = /memory|size/.test(what);
  const [was, now] = [numberOf(from, bytes), numberOf(to, bytes)];
  const factor = was !== undefined && now !== undefined && was > 0 ? Math.max(was / Math.max(now, 1e-9), now / was) : 3;
  const way = what.startsWith('pool') && clues.families.has('crowded') ? 'up' : hurts;
  const wrongWay = way !== 'both' && was !== undefined && now !== undefined && (way === 'down' ? now > was : now < was);
  // The first family of a kind is what it mainly brings.
  const main = families[0] !== undefined && clues.families.has(families[0]) ? 1 : 0.75;
  if (from === '') {
    const p = 0.4 * main;
    return [{ p, says: `sets ${what}: ${key.trim()} to ${shown(key, to)} in ${path}`, hard: false, nature: true }];
  }
  const p = (factor >= 2 ? 0.6 : factor > 1.25 ? 0.42 : 0.25) * main * (wrongWay ? 0.4 : 1);
  return [
    { p, says: `changes ${what}: ${key.trim()} from ${shown(key, from)} to ${shown(key, to)} in ${path}`, hard: false, nature: true },
  ];
}

/** A setting may be a credential. */
function shown(key: string, value: string): string {
  return isSecretName(key.trim()) ? MARK : short(redact(value));
}

/** Once per item where it was once: the more items, the slower. */
function looped(change: Change, clues: Clues): readonly Sign[] {
  const sign = (says: string, p: number): readonly Sign[] => [{ p, says, hard: false, nature: true }];
  const slow = (['latency', 'cpu', 'database', 'pool', 'rate'] as const).some((f) => clues.families.has(f));
  if (!slow) return [];
  if (change.loops.calls) return sign('asks once per item, inside a loop', 0.5);
  return change.loops.nested && (clues.families.has('cpu') || clues.families.has('latency')) ? sign('loops inside a loop', 0.5) : [];
}

function habits(change: Change, clues: Clues): readonly Sign[] {
  return mechanisms.flatMap((m) => {
    if (!m.families.some((f) => clues.families.has(f))) return [];
    if (m.path !== undefined && !change.files.some((f) => m.path?.test(f.path))) return [];
    const gained = m.added ? count(change.added, m.added) - count(change.removed, m.added) : 0;
    const lost = m.removed ? count(change.removed, m.removed) - count(change.added, m.removed) : 0;
    const touched = m.touched ? count(change.added, m.touched) + count(change.removed, m.touched) : 0;
    const moved = m.moved ? count(change.moved, m.moved) : 0;
    if (gained <= 0 && lost <= 0 && touched <= 0 && moved <= 0) return [];
    const main = m.families[0] !== undefined && clues.families.has(m.families[0]) ? 1 : 0.8;
    return [{ p: m.weight * main, says: m.says, hard: false, nature: true }];
  });
}

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.reduce((n, text) => (pattern.test(text) ? n + 1 : n), 0);
}

/** The commit changes the very service that is in trouble: in a repository of several, that clears the others. */
function service(change: Change, clues: Clues): Sign | undefined {
  for (const name of clues.services) {
    const path = change.files.find((f) => placesOf(f).some((part) => sameService(part, name)))?.path;
    if (path) return { p: 0.3, says: `changes ${path} of ${name}, which is in trouble`, hard: false };
  }
  const about = /^\w+\(([\w-]+)\)!?:|^\[?([\w-]+)\]?:\s/.exec(change.commit.message ?? '');
  const scope = about?.[1] ?? about?.[2];
  const name = scope && [...clues.services].find((s) => sameService(scope, s));
  return name ? { p: 0.2, says: `is about ${name}, which is in trouble`, hard: false } : undefined;
}

/** Its folders; of a manifest its own name as well. */
function placesOf(file: Change['files'][number]): readonly string[] {
  const parts = file.path.split('/');
  return file.kind === 'config' ? [...parts.slice(0, -1), (parts.at(-1) ?? '').replace(/\..*$/, '')] : parts.slice(0, -1);
}

function sameService(part: string, name: string): boolean {
  const word = identifier(part).name.replace(/_?(?:service|svc|server|api|app)$/, '');
  return word.length > 2 && !isSmall(word) && word === name;
}

const units: Readonly<Record<string, number>> = {
  ms: 0.001,
  millisecond: 0.001,
  s: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  k: 1e3,
  kb: 1e3,
  ki: 1024,
  mb: 1e6,
  mi: 1_048_576,
  gb: 1e9,
  gi: 1_073_741_824,
};

/** `5`, `'30s'`, `5 * time.Second`, `5.minutes`, `512Mi`, `Duration.ofSeconds(5)`. */
function numberOf(text: string, bytes: boolean): number | undefined {
  const m = /^["'`(]*(?:\w+\.of(\w+?)s?\()?(-?\d[\d_]*(?:\.\d+)?)(?:\s*\*\s*time)?\s*\.?\s*([a-z]*)/i.exec(text.trim());
  if (!m) return undefined;
  const unit = (m[3] || m[1] || '').toLowerCase();
  // `m` is minutes, but megabytes where bytes are counted.
  if (bytes && (unit === 'm' || unit === 'g')) return Number((m[2] ?? '').replaceAll('_', '')) * (unit === 'm' ? 1e6 : 1e9);
  return Number((m[2] ?? '').replaceAll('_', '')) * (units[unit] ?? units[unit.replace(/s$/, '')] ?? 1);
}

function short(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 40);
}
