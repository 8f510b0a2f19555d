import type { Change } from './change.ts';
import { baseName, type Clues, VICTIM } from './clues.ts';
import type { Sign } from './sign.ts';
import { identifier } from './words.ts';

/** The nearest hit of any in-app frame: its line in a changed hunk, its function, or only its file. */
export function frame(change: Change, clues: Clues): Sign | undefined {
  let best: Sign | undefined;
  const pairs = change.files.flatMap((file) =>
    (clues.frames.get(baseName(file.path)) ?? []).flatMap((placed) =>
      samePath(file.path, placed.frame.file) ? [{ file, ...placed }] : [],
    ),
  );
  for (const { file, frame: f, depth, victim } of pairs) {
    const far = Math.max(0.55, 1 - depth * 0.12) * (victim ? VICTIM : 1);
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
    const said = (p: number, says: string, line?: 'exact'): Sign => ({
      p: p * far,
      says: `${says} ${where}, ${depth === 0 ? 'where the error is raised' : 'on the failing stack'}`,
      hard: p >= 0.7 && !victim,
      ...(victim ? {} : { nature: true }),
      ...(line === undefined ? {} : { exact: true }),
    });
    const sign = exact
      ? said(0.92, 'changes', 'exact')
      : hit
        ? said(0.74, 'changes lines around')
        : inFunction
          ? said(0.72, `changes ${f.function} in`)
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

/** Equal, or one is the end of the other from a folder on. */
function samePath(path: string, file: string): boolean {
  const a = path.replace(/^\.?\//, '');
  const b = file.replaceAll('\\', '/').replace(/^\.?\//, '');
  if (a === '' || b === '') return false;
  if (a === b) return true;
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  return long.endsWith(`/${short}`) && (short.includes('/') || short.length > 8);
}
