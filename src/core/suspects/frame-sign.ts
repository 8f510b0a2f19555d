import type { Frame } from '../evidence.ts';
import type { Change } from './change.ts';
import { baseName, type Clues, type Placed, VICTIM } from './clues.ts';
import type { Sign } from './sign.ts';
import { identifier, identifiers } from './words.ts';

type File = Change['files'][number];
type Hunk = File['hunks'][number];

/** Lines that a stack's number and a diff's number may lie apart: a statement of several lines is numbered by one of them. */
const SAME_LINE = 2;
const AROUND = 3;

/**
 * The nearest hit of any in-app frame. The file, the function or a line nearby says where, and who worked there lately is seldom who broke
 * it: only the line itself, or one above it that hands something down to it, tells what the change does to the failing call.
 */
export function frame(change: Change, clues: Clues): Sign | undefined {
  const signs = change.files.flatMap((file) =>
    (clues.frames.get(baseName(file.path)) ?? []).flatMap((placed) =>
      samePath(file.path, placed.frame.file) ? [signOf(file, placed)] : [],
    ),
  );
  return signs.toSorted((a, b) => b.p - a.p || Number(b.nature === true) - Number(a.nature === true))[0];
}

function signOf(file: File, placed: Placed): Sign {
  const { frame: f, depth, victim } = placed;
  const hit = file.hunks.find((h) => f.line !== undefined && isAround(h, f.line));
  const apart = Math.min(...file.hunks.map((h) => (calls(h, placed) ? linesApart(h, f.line) : Number.POSITIVE_INFINITY)));
  const far = Math.max(0.55, 1 - depth * 0.12) * (victim ? VICTIM : 1);
  const where = `${file.path}${f.line ? `:${f.line}` : ''}, ${depth === 0 ? 'where the error is raised' : 'on the failing stack'}`;
  const said = (p: number, says: string, tells: boolean): Sign => ({
    p: p * far,
    says: `${says} ${where}`,
    hard: p >= 0.7 && !victim,
    ...(victim || !tells ? {} : { nature: true }),
  });
  if (apart <= SAME_LINE) return { ...said(apart === 0 ? 0.92 : 0.88, 'changes', true), exact: true };
  if (hit !== undefined) return said(0.74, 'changes lines around', isRedefined(hit, f) || handsDown(hit, placed));
  const inside = file.hunks.find((h) => isIn(h, f));
  if (inside !== undefined) return said(0.72, `changes ${f.function} in`, depth === 0 && handsDown(inside, placed));
  return said(fileOnly(file.hunks, f.line), 'changes the file of', false);
}

function isAround(h: Hunk, line: number): boolean {
  return h.start > 0 && line >= h.start - AROUND && line <= h.start + h.length + AROUND;
}

/** From the failing line to the nearest changed one; endless where the hunk shows the failing line as it always was. */
function linesApart(h: Hunk, line: number | undefined): number {
  if (line === undefined || h.start === 0 || isKept(h, line)) return Number.POSITIVE_INFINITY;
  return Math.min(...changed(h).map((l) => Math.abs(l.line - line)));
}

function shownAt(h: Hunk, line: number): Hunk['now'][number] | undefined {
  return line - h.start < h.length ? h.now[line - h.start] : undefined;
}

/** Shown, not added, and nothing was taken away right there. */
function isKept(h: Hunk, line: number): boolean {
  const shown = shownAt(h, line);
  return shown !== undefined && !shown.added && !h.removed.some((l) => l.line === line);
}

/** Below the raise point the line on the stack is a call: a changed line that does not name what it called is another one. */
function calls(h: Hunk, { frame: f, depth, above }: Placed): boolean {
  if (depth === 0) return true;
  const names = above === undefined ? [] : calleesOf(above);
  if (names.length === 0 || above?.file === f.file) return true;
  const text = changed(h)
    .map((l) => l.text)
    .join('\n');
  return names.some((name) => text.toLowerCase().includes(name));
}

/** The function that a frame is in, and what its file is called: often its class. */
function calleesOf(above: Frame): readonly string[] {
  const last = (above.function ?? '').split(/[.#:$ ]/).at(-1) ?? '';
  const file = baseName(above.file).replace(/\..*$/, '');
  return [last, file, file.replaceAll('_', '')].filter((name) => name.length > 2).map((name) => name.toLowerCase());
}

/** The head of the failing function says something else than before: what it takes, or what it is called. */
function isRedefined(h: Hunk, f: Frame): boolean {
  const name =
    f.function
      ?.split(/[.#:]/)
      .at(-1)
      ?.replace(/[?!()]/g, '') ?? '';
  const head = (lines: Hunk['added']) => lines.some(({ text }) => DEFINES.test(text) && text.includes(name));
  return name.length > 2 && head(h.added) && head(h.removed);
}

const DEFINES = /\b(?:def|defp|fn|func|fun|function|sub|public|private|protected|internal|static)\b/;

/** A changed line at or above the failing one, at the raise point; or one that names something that the failing line uses. */
function handsDown(h: Hunk, { frame: f, depth, called, above }: Placed): boolean {
  const { line } = f;
  if (line === undefined) return false;
  const earlier = changed(h).filter((l) => l.line > 0 && l.line <= line);
  if (earlier.length === 0) return false;
  const at = shownAt(h, line)?.text;
  if (depth === 0 && at === undefined && !called) return true;
  const used = wordsOf(`${at ?? ''} ${above?.function ?? ''}`);
  return earlier.some(({ text }) => [...wordsOf(text)].some((word) => used.has(word)));
}

const language =
  /^(?:and|as|async|await|const|def|do|else|end|false|final|fn|for|fun|func|function|get|if|in|is|let|new|nil|none|not|null|or|private|public|return|self|set|static|string|int|the|then|this|true|undefined|val|var|void|with)$/;

/** Words of variables and functions; those of the language itself say nothing. */
function wordsOf(text: string): ReadonlySet<string> {
  return new Set(identifiers(text).flatMap(({ words }) => words.filter((word) => word.length > 2 && !language.test(word))));
}

function isIn(h: Hunk, f: Frame): boolean {
  const name = f.function?.split(/[.#:]/).at(-1) ?? '';
  return identifier(name).name !== '' && [h.around, ...changed(h).map((l) => l.text)].some((text) => text.includes(name));
}

function changed(h: Hunk): Hunk['added'] {
  return [...h.added, ...h.removed];
}

/** Another place of the file, where both places are known, says less. */
function fileOnly(hunks: File['hunks'], line: number | undefined): number {
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
