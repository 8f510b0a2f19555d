import { expect, test } from 'vitest';
import { missingIn, newestEntry, runbookFile, withEntry } from '../../src/core/runbook.ts';

const entry =
  '## When it applies\n\norphans\n\n## What to do\n\nrevert\n\n## What depends on it\n\nnothing\n\n## What went wrong before\n\n#1';

test('an entry must say all four things', () => {
  expect(missingIn(entry)).toEqual([]);
  expect(missingIn(entry.replace('nothing', '-'))).toEqual(['What depends on it']);
  expect(missingIn('')).toHaveLength(4);
});

test('the newest entry stands first, the older ones stay', () => {
  const one = withEntry('row-lock', undefined, entry, { number: 1, openedAt: '2026-11-21T03:04:00Z' });
  const two = withEntry('row-lock', one, entry.replace('orphans', 'newer'), { number: 2, openedAt: '2026-11-22T03:04:00Z' });
  expect(newestEntry(two)).toContain('newer');
  expect(newestEntry(two)).not.toContain('orphans');
  expect(two).toContain('orphans');
  expect(two.match(/^# row-lock$/gm)).toHaveLength(1);
});

test.each(['../etc/passwd', 'a/b', '', 'Rule', 'x'.repeat(80)])('no file outside of the folder: %s', (rule) =>
  expect(runbookFile(rule)).toBeUndefined(),
);
