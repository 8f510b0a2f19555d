/** A commit as the judge of suspects reads it: only lines that can do something. */
import type { Commit } from '../evidence.ts';
import { type FileDiff, type Hunk, readDiff } from './diff.ts';
import { type FileKind, fileKind, isHarmless } from './file-kind.ts';
import { type Loops, loopsIn } from './loops.ts';
import { identifier, identifiers, isSmall } from './words.ts';

export interface Change {
  commit: Commit;
  files: readonly { path: string; kind: FileKind; hunks: readonly (Hunk & { moved: readonly string[] })[] }[];
  /** Identifiers of the changed lines, and where: `setting` on a line whose value changed. */
  identifiers: ReadonlyMap<string, Place>;
  words: ReadonlyMap<string, Place>;
  /** What its files of code are called: often the class, route or job in them. */
  bases: ReadonlySet<string>;
  /** The same key before and after. */
  values: readonly { key: string; from: string; to: string; path: string }[];
  added: readonly string[];
  removed: readonly string[];
  /** Known by its message alone. */
  untold: boolean;
  /** All added and removed lines. */
  text: string;
  /** What it does inside loops. */
  loops: Loops;
  /** Stand before and after, in another place. */
  moved: readonly string[];
  /** Nothing but whole new definitions: what ran before runs as before, unless something calls them. */
  fresh: boolean;
  /** Nothing but log lines, metrics, imports and visible text changed. */
  light: boolean;
}

export type Place = 'changed' | 'setting' | 'path' | 'beside' | 'message';

const strength: Record<Place, number> = { setting: 1, changed: 0.9, path: 0.5, beside: 0.35, message: 0.3 };

export function weightOf(place: Place): number {
  return strength[place];
}

/** `maxChars`: how much of the diff is read. */
export function changeOf(commit: Commit, maxChars = 120_000): Change {
  const parsed = named(commit.diff === undefined ? [] : readDiff(commit.diff.slice(0, maxChars)), commit.files ?? []);
  const listed = (commit.files ?? []).filter((path) => !parsed.some((f) => f.path === path)).map((path) => ({ path, hunks: [] }));
  // Told by its message alone: then the message is all that it can be judged by.
  const untold = parsed.every((f) => f.hunks.length === 0);
  if (untold && cosmetic.test((commit.message ?? '').split('\n', 1)[0] ?? '')) listed.length = 0;
  const nameless =
    parsed.length + listed.length === 0 && (commit.files ?? []).length === 0 && commit.message && !cosmetic.test(commit.message)
      ? [{ path: '', hunks: [] }]
      : [];
  const files = [...parsed, ...listed, ...nameless]
    .filter((f) => !isHarmless(f.path))
    .flatMap(({ path, hunks }) => {
      const real = hunks.map((hunk) => substance(hunk)).filter((h) => h.added.length + h.removed.length + h.moved.length > 0);
      // All of its changes were white space or comments.
      return hunks.length > 0 && real.length === 0 ? [] : [{ path, kind: fileKind(path), hunks: real }];
    });
  const said = files.length > 0 && files.every((f) => f.hunks.length === 0) ? (commit.message ?? '').slice(0, MESSAGE_CHARS) : '';
  const gone = taking.test(said);
  const added = [...files.flatMap((f) => f.hunks.flatMap((h) => h.added.map((l) => l.text))), ...(said && !gone ? [said] : [])];
  const removed = [...files.flatMap((f) => f.hunks.flatMap((h) => h.removed.map((l) => l.text))), ...(gone ? [said] : [])];
  const values = [...files.flatMap((f) => f.hunks.flatMap((h) => changedValues(h, f.path))), ...saidValues(said, files[0]?.path ?? '')];
  const ids = new Map<string, Place>();
  const words = new Map<string, Place>();
  const note = (text: string, place: Place) => {
    for (const id of identifiers(text)) {
      if (id.words.length > 1) put(ids, id.name, place);
      // `daily_report_job` is about daily reports.
      if (id.words.length > 2) for (let i = 0; i + 1 < id.words.length; i += 1) put(ids, `${id.words[i]}_${id.words[i + 1]}`, place);
      for (const word of id.words) if (!isSmall(word)) put(words, word, place);
    }
  };
  for (const value of values) note(value.key, 'setting');
  note([...added, ...removed].join('\n'), 'changed');
  for (const f of files) {
    note(f.path.replace(/\.\w+$/, '').replaceAll('/', ' '), 'path');
    note(f.hunks.flatMap((h) => [...h.context, h.around]).join('\n'), 'beside');
  }
  if (files.length > 0) note((commit.message ?? '').slice(0, MESSAGE_CHARS), 'message');
  const code = files.filter((f) => f.kind === 'code' && !f.path.endsWith('.xml'));
  const lines = code.flatMap((f) => f.hunks.flatMap((h) => [...h.added, ...h.removed].map((l) => l.text)));
  const loops = files.filter((f) => f.kind === 'code' && !inBrowser.test(f.path)).flatMap((f) => f.hunks.map(loopsIn));
  return {
    commit,
    files,
    identifiers: ids,
    bases: new Set(code.filter((f) => !template.test(f.path)).map((f) => identifier(baseOf(f.path)).name)),
    words,
    values,
    added,
    removed,
    untold: said !== '',
    text: said === '' ? [...added, ...removed].join('\n') : '',
    loops: {
      calls: loops.some((l) => l.calls),
      nested: loops.some((l) => l.nested),
    },
    moved: files.flatMap((f) => f.hunks.flatMap((h) => h.moved)),
    fresh: files.length > 0 && files.every((f) => f.kind === 'code' && f.hunks.length > 0 && f.hunks.every(isNew)),
    light: lines.length > 0 && code.length === files.length && lines.every((text) => light.test(text)),
  };
}

/** Runs at the visitor's: what loops there loads no server of ours. */
const inBrowser =
  /\.(?:tsx|jsx|vue|svelte)$|(?:^|\/)(?:resources\/(?:js|assets)|assets\/javascripts?|app\/javascript|webpacker|frontend|client)\//;

/** Shows what others worked out. */
const template =
  /\.(?:erb|haml|slim|twig|html?|heex|leex|eex|jinja2?|hbs|ejs|pug|vue|svelte|cshtml|razor|ftl|mustache|liquid)$|\.blade\.php$/;

function baseOf(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\..*$/, '');
}

const definition =
  /^\s*(?:(?:export|public|private|protected|internal|static|async|override|final|abstract|default|suspend)\s+)*(?:def|defp|defmodule|function|func|fun|fn|class|module|interface|[\w<>[\]?,.]+\s+\w+\s*\([^;=]*\)\s*\{)/;

function isNew(hunk: Hunk): boolean {
  return hunk.removed.length === 0 && hunk.added[0] !== undefined && definition.test(hunk.added[0].text);
}

/** Where there is no diff to see it, a message that speaks of looks and words is believed. */
const cosmetic =
  /^(?:docs?|test|style|chore)(?:\([^)]{1,60}\))?!?:|^(?:\S{1,60}:\s+)?(?:rename|document|describe|explain|reword|re-?format|format|lint|spell|type hints?|wording|(?:add|more) (?:tests?|type hints|docs|comments)|tidy (?:up )?imports|sort imports|(?:fix(?:es)? )?(?:an? )?typos?)\b|\b(?:rename[ds]? (?:an?|the)|in a constant|type hints|documented|typos?)\b/i;

/** A diff without headers is of the one file that the commit names. */
function named(files: readonly FileDiff[], told: readonly string[]): readonly FileDiff[] {
  const [only] = told;
  return told.length === 1 && only !== undefined ? files.map((f) => (f.path === '' ? { ...f, path: only } : f)) : files;
}

const MESSAGE_CHARS = 600;
/** A message that says it takes something away. */
const taking = /^(?:\w+(?:\([\w-]+\))?!?:\s*)?(?:remove|drop|delete|disable|stop|get rid|no longer)\b/i;

/** `Reduce the pool size from 50 to 10`, where there is no diff to read it from. */
function saidValues(said: string, path: string): Change['values'] {
  const m = /([A-Za-z][\w .-]{2,60}?)\s+from\s+(\S{1,20})\s+to\s+(\S{1,20})/.exec(said);
  return m ? [{ key: m[1] ?? '', from: m[2] ?? '', to: m[3] ?? '', path: path || 'its message' }] : [];
}

function put(all: Map<string, Place>, name: string, place: Place): void {
  const was = all.get(name);
  if (was === undefined || strength[was] < strength[place]) all.set(name, place);
}

/** Statements that tell, not do. */
const light =
  /^\s*(?:(?:self\.|this\.)?_?(?:log(?:ger)?|console|LOG|log|Rails\.logger|slog|klog|zap|sugar)\b[.:]+\w+|puts\b|print(?:ln|f)?\b|\$this->(?:info|line|comment|warn|error|logger->\w+|output->\w+)\(|(?:self\.)?std(?:out|err)\.write\b|fmt\.(?:Print|Fprint)|System\.out|(?:\w+\.)*(?:metrics?|statsd|counter|histogram|gauge|span|tracer|meter)\w*\.\w+|import\b|export\s.*\sfrom\s|from\s+\S+\s+import\b|require\b|using\s+[\w.]+;|use\s+[\w\\:]+;|<\/?[a-z][\w-]*[^>]*>[^<{]*(?:<\/\w+>)?$|[)\]}]+[;,]?$|"[^"]*",?$|'[^']*',?$)/;

const comment = /^\s*(?:#(?!\{|!|include|define)|\/\/|\/\*|\*(?:\s|\/|$)|--\s|<!--|"""|''')/;

/** Hints of types and closing marks do nothing when it runs. */
function plain(text: string): string {
  const unhinted =
    text.includes('def ') && /^\s*(?:async )?def /.test(text)
      ? text.replace(/\s*->\s*[^:]+:/, ':').replace(/(\w)\s*:\s*[\w.[\], |]+?(?=[,)=])/g, '$1')
      : text;
  return unhinted.replace(/\s+/g, '').replace(/[;,]$/, '');
}

/** Without blank lines, comments, imports order and lines that only moved or changed their white space. */
function substance(hunk: Hunk): Hunk & { moved: readonly string[] } {
  const bare = (lines: Hunk['added']) =>
    lines.map((line) => ({ line, text: plain(line.text) })).filter(({ text, line }) => text.length > 1 && !comment.test(line.text));
  const [were, are] = [bare(hunk.removed), bare(hunk.added)];
  const before = new Set(were.map(({ text }) => text));
  const after = new Set(are.map(({ text }) => text));
  const added = are.filter(({ text }) => !before.has(text));
  const removed = were.filter(({ text }) => !after.has(text));
  const whole = (lines: typeof were) => lines.map(({ text }) => text).join('');
  // The same text in other lines: a formatter went over it.
  if (added.length > 0 && removed.length > 0 && whole(added) === whole(removed)) return { ...hunk, added: [], removed: [], moved: [] };
  const moved = are.filter(({ text, line }) => before.has(text) && orders.test(line.text));
  const lines = (kept: typeof were) => kept.map(({ line }) => line);
  return { ...hunk, added: lines(added), removed: lines(removed), moved: moved.map(({ line }) => line.text) };
}

/** Where these stand matters as much as that they stand. */
const orders = /\b(?:un)?lock\b|\bsynchronized\b|\bmutex\b|\btransaction\b|\bawait\b/i;

const keywords =
  /^\s*(?:(?:export|public|private|protected|static|final|readonly|const|let|var|val|int|long|double|float|string|boolean|bool|Duration|Integer|Long|String|ENV|ARG|set|SET)\s+)+/;
const assignment =
  /^\s*[-'"]*([\w.$\-[\]'"]+?)['"\]]*(?:\s+\w+)?\s*(?:=>|:=|[:=])\s*(.+?)[,;]?\s*$|^\s*([\w.-]{3,})\s+([\d.]+\w*|on|off|true|false|yes|no);?\s*$/i;

/** `pool: 20` before and `pool: 5` after; also a call whose only difference is one number. */
function changedValues(hunk: Hunk, path: string): Change['values'] {
  if (fileKind(path) === 'dependency') return [];
  const after = new Map(hunk.added.flatMap(({ text }) => assigned(text) ?? []).map((one) => [one.key, one.value]));
  const pairs = hunk.removed.flatMap(({ text }) => {
    const was = assigned(text);
    const now = was && after.get(was.key);
    if (was === undefined || now === undefined || now === was.value) return [];
    return isSetting(was.value, path) || isSetting(now, path) ? [{ key: was.key, from: was.value, to: now, path }] : [];
  });
  // Environment lists of manifests name the setting one line above its value.
  const named = pairs.map((pair) => (pair.key === 'value' ? { ...pair, key: envName(hunk) ?? pair.key } : pair));
  return [...named, ...changedNumbers(hunk, path), ...insideCalls(hunk, path), ...newSettings(hunk, path)].map((value) =>
    switches.test(path) ? { ...value, key: `${flagName(hunk) ?? ''} flag ${value.key}`.trim() } : value,
  );
}

/** A file of feature flags: whatever changes in it is a switch. */
const switches = /(?:flag|toggle|feature)[^/]*$|(?:^|\/)(?:feature[_-]?)?(?:flags|toggles)\//i;

/** What stands in a setting: a number with its unit, a word in quotes, a switch, a variable of the environment. Not what code works out. */
const plainValue =
  /^[-+]?["'`]?[\w.:/@%*,~ -]{0,200}["'`]?$|^[[{(]|\bENV\b|getenv|\benv\(|process\.env|\d\s*\*\s*time\.|\.(?:seconds?|minutes?|hours?|days?|megabytes?)\b|(?:Duration|TimeSpan)\.\w+\(\d/;
const name = /^[A-Za-z_]\w*(?:(?:\.|::|->)\w+)+$/;

function isSetting(value: string, path: string): boolean {
  if (fileKind(path) === 'config') return true;
  return plainValue.test(value) && !name.test(value) && /\d|["'`]|^(?:true|false|on|off|yes|no|null|nil|none|undefined)$|env/i.test(value);
}

/** The object around the changed line, in JSON or YAML. */
function flagName(hunk: Hunk): string | undefined {
  return hunk.context.map((text) => /^\s*["']?([\w.-]{3,80})["']?\s*:\s*\{?\s*$/.exec(text)?.[1]).findLast((name) => name !== undefined);
}

/** A limit that was not there before: only configuration says so plainly. */
function newSettings(hunk: Hunk, path: string): Change['values'] {
  if (fileKind(path) !== 'config') return [];
  const before = new Set(hunk.removed.flatMap(({ text }) => assigned(text)?.key ?? []));
  const parents = hunk.added.flatMap(({ text }) => /^\s*([\w.-]{3,40}):\s*$/.exec(text)?.[1] ?? []);
  return hunk.added.flatMap(({ text }) => {
    const now = assigned(text);
    if (now === undefined || before.has(now.key) || !/^["']?[\d.]+\s*[a-z%]{0,6}["']?$|^["']?(?:true|false|on|off)["']?$/i.test(now.value))
      return [];
    return [{ key: [...parents.slice(0, 2), now.key].join(' '), from: '', to: now.value, path }];
  });
}

function assigned(text: string): { key: string; value: string } | undefined {
  const m = assignment.exec(text.replace(keywords, ''));
  return m ? { key: m[1] ?? m[3] ?? '', value: m[2] ?? m[4] ?? '' } : undefined;
}

function envName(hunk: Hunk): string | undefined {
  return hunk.context.map((text) => /^\s*-?\s*name:\s*["']?([\w.]+)/.exec(text)?.[1]).findLast((name) => name !== undefined);
}

/** `http.Client{Timeout: 3 * time.Second}`: a number with its unit under its name, in the midst of a line. */
const inside = /([A-Za-z_]\w{3,40})\s*[:=]\s*(\d[\w.]*\s*\*\s*time\.\w+|\w+\.(?:of|from)\w+\(\d[\w.]*\))/gi;

function insideCalls(hunk: Hunk, path: string): Change['values'] {
  const pairs = (lines: Hunk['added']) =>
    lines.flatMap(({ text }) => (/\d/.test(text) ? [...text.matchAll(inside)].map(([, key = '', value = '']) => ({ key, value })) : []));
  const now = new Map(pairs(hunk.added).map(({ key, value }) => [key, value]));
  return pairs(hunk.removed).flatMap(({ key, value }) => {
    const to = now.get(key);
    return to === undefined || to === value ? [] : [{ key, from: value, to, path }];
  });
}

/** Lines that differ in numbers only: the words before the number name what it sets. */
function changedNumbers(hunk: Hunk, path: string): Change['values'] {
  const number = /\d[\d_.]*[a-z]{0,2}\b/gi;
  const shape = (text: string) => text.replace(number, '#').trim();
  const withNumber = (text: string) => /\d/.test(text);
  const after = new Map(hunk.added.filter((l) => withNumber(l.text)).map((l) => [shape(l.text), l.text]));
  return hunk.removed.flatMap(({ text }) => {
    const same = withNumber(text) ? after.get(shape(text)) : undefined;
    if (same === undefined || same === text) return [];
    const was = text.match(number) ?? [];
    const now = same.match(number) ?? [];
    const i = was.findIndex((n, j) => n !== now[j]);
    if (i < 0) return [];
    const before = shape(text)
      .split('#')
      .slice(0, i + 1)
      .join(' ');
    return [{ key: before.replace(/[^\w.]+/g, ' ').trim(), from: was[i] ?? '', to: now[i] ?? '', path }];
  });
}
