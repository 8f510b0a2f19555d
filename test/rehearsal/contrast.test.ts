import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** WCAG 2.2, 1.4.3: text needs this contrast to what it stands on. */
const ENOUGH = 4.5;
const css = readFileSync(new URL('../../src/rehearsal/page/public/page.css', import.meta.url), 'utf8');
const [bright = '', dim = ''] = css.split('@media (prefers-color-scheme: dark)');

function colours(text: string): Record<string, string> {
  const root = /:root \{([^}]*)\}/.exec(text)?.[1] ?? '';
  return Object.fromEntries([...root.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const share = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['light', colours(bright)],
  ['dark', { ...colours(bright), ...colours(dim) }],
])('in %s', (_name, is) => {
  test.each([
    ['text', 'ground'],
    ['text', 'raised'],
    ['text', 'changed'],
    ['text', 'whisper'],
    ['soft', 'ground'],
    ['soft', 'raised'],
    ['soft', 'changed'],
    ['soft', 'whisper'],
    ['soft', 'line'],
    ['link', 'ground'],
    ['code', 'raised'],
    ['danger-text', 'ground'],
    ['danger-text', 'raised'],
    ['mention-text', 'mention'],
    ['side-text', 'side'],
    ['white', 'primary'],
    ['white', 'danger'],
    ['white', 'side-on'],
  ])('%s on %s can be read', (text, ground) => {
    const colour = (name: string) => (name === 'white' ? '#ffffff' : (is[name] ?? ''));
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(ENOUGH);
  });
});
