import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom. The own folder is always allowed; npm and node: only where "outside" is listed. Root files (and verbs) know everybody. */
const may: Record<string, readonly string[]> = {
  core: [],
  walk: ['core'],
  checks: ['core'],
  actions: ['core'],
  alerts: ['core', 'outside'],
  slack: ['core', 'outside'],
  journal: ['core', 'outside'],
  kit: ['core', 'outside'],
  rehearsal: ['core', 'outside'],
};
const roots = new Set(['.', 'verbs']);
const impure =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.[a-z]|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\b|\bconsole\.|\bperformance\.|\brequire\(/;
const imports =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"`]([^'"`]+)['"`]/g;

const files = globSync('src/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }));

function folderOf(path: string): string {
  const [, first = '.', ...rest] = path.split('/');
  return rest.length === 0 ? '.' : first;
}

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(imports)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function broken({ path, text }: { path: string; text: string }): readonly string[] {
  const own = folderOf(path);
  if (roots.has(own)) return [];
  return importsOf(text).flatMap((target) => {
    const to = target.startsWith('.') ? folderOf(normalize(join(dirname(path), target))) : 'outside';
    return to === own || may[own]?.includes(to) ? [] : [`${path} imports ${target}`];
  });
}

test('there is something to guard', () => expect(files.length).toBeGreaterThan(20));

test('every folder is known to the walls', () => {
  const unknown = files.map((f) => folderOf(f.path)).filter((folder) => !roots.has(folder) && !may[folder]);
  expect(unknown).toEqual([]);
});

test('nobody imports what the layout forbids', () => expect(files.flatMap(broken)).toEqual([]));

test('the walls see a breach', () => {
  expect(broken({ path: 'src/core/x.ts', text: "import axios from 'axios';" })).toHaveLength(1);
  expect(broken({ path: 'src/checks/x.ts', text: "import { y } from '../walk/y.ts';" })).toHaveLength(1);
  expect(broken({ path: 'src/core/rules/x.ts', text: "const y = await import('node:fs');" })).toHaveLength(1);
});

test('core is pure: no clock, environment, network, randomness, timers', () => {
  const guilty = files.filter((f) => folderOf(f.path) === 'core' && impure.test(withoutComments(f.text))).map((f) => f.path);
  expect(guilty).toEqual([]);
});

test('an SDK is loaded only by root files, when its source is configured', () => {
  const guilty = files.filter((f) => !roots.has(folderOf(f.path)) && /\bimport\(/.test(withoutComments(f.text))).map((f) => f.path);
  expect(guilty).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/[^\n]*/g, '$1');
}
