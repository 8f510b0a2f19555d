import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readBundle } from '../../src/core/bundle.ts';
import { diagnose } from '../../src/core/diagnose.ts';
import { type BundleLabel, scoreBundle, summariseBundles } from '../../src/core/evaluate-bundle.ts';

interface Row extends BundleLabel {
  bundle: unknown;
}

function rowsOf(file: string): readonly Row[] {
  return readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row = JSON.parse(line);
      return { ...row, maybe: row.maybe ?? [] };
    });
}

const rows = rowsOf('bundles.jsonl');

function judged(row: Row) {
  const read = readBundle(row.bundle);
  if ('error' in read) throw new Error(`${row.id}: ${read.error}`);
  expect(read.dropped, row.id).toEqual([]);
  return { diagnosis: diagnose(read.bundle), scored: scoreBundle(row, diagnose(read.bundle)) };
}

describe('incidents with decoy commits', () => {
  const all = rows.map((row) => ({ row, ...judged(row) }));

  test('no innocent is convicted', () => {
    expect(all.filter(({ scored }) => scored.innocents.length > 0).map(({ row }) => row.id)).toEqual([]);
  });
  test('at least 95 % of the culprits are found, and of the advices right', () => {
    expect(all.filter(({ scored }) => scored.found).length / all.length).toBeGreaterThanOrEqual(0.95);
    expect(all.filter(({ scored }) => scored.revertRight).length / all.length).toBeGreaterThanOrEqual(0.95);
  });
  test('a convicted commit is told in the words of a remedy: one line to paste, or the switch', () => {
    for (const { diagnosis } of all.filter(({ diagnosis }) => diagnosis.suspects.length > 0 && diagnosis.revert === 'helps')) {
      const { remedy, chain } = diagnosis.hypotheses[0] ?? { remedy: undefined, chain: [] };
      if (remedy?.kind === 'revert')
        expect(remedy.commands.join('\n')).toMatch(/^git fetch origin && git switch .* && git revert --no-edit .* && git push/);
      expect(chain.length).toBeLessThanOrEqual(6);
      expect(diagnosis.why).toMatch(/^Taking [0-9a-f]{7} .*\.$/s);
    }
  });
});

describe.each(['held-out-bundles.jsonl', 'innocents.jsonl', 'innocents-2.jsonl', 'innocents-3.jsonl'])(
  'incidents written before the judge saw them: %s',
  (file) => {
    const all = rowsOf(file).map((row) => ({ row, ...judged(row) }));
    const guilty = all.filter(({ row }) => row.culprits.length > 0);

    test('at least nine of ten culprits are found', () => {
      expect(guilty.filter(({ scored }) => scored.found).length / guilty.length).toBeGreaterThanOrEqual(0.9);
    });
    test('where no commit is guilty none is convicted, and no revert is advised', () => {
      const none = all.filter(({ row }) => row.class === 'none');
      expect(none.filter(({ scored }) => scored.innocents.length > 0 || !scored.revertRight).map(({ row }) => row.id)).toEqual([]);
    });
  },
);

type Json = Readonly<Record<string, unknown>>;

/** What other makers leave out. */
const leftOut: readonly (readonly [string, (finding: Json) => Json])[] = [
  ['tones', without('tone')],
  ['files', without('files', 'commit')],
  ['diffs', without('diff', 'commit')],
  ['baselines', without('baseline', 'metric')],
];

function without(field: string, kind?: string): (finding: Json) => Json {
  return (finding) =>
    kind !== undefined && finding.kind !== kind ? finding : Object.fromEntries(Object.entries(finding).filter(([name]) => name !== field));
}

function changed(bundle: unknown, change: (finding: Json) => Json): unknown {
  return JSON.parse(JSON.stringify(bundle), (_, value) =>
    typeof value === 'object' && value !== null && typeof value.kind === 'string' ? change(value) : value,
  );
}

test.each(leftOut)('without %s fewer may be found, but no innocent is convicted', (_, change) => {
  const convicted = rows.filter((row) => judged({ ...row, bundle: changed(row.bundle, change) }).scored.innocents.length > 0);
  expect(convicted.map(({ id }) => id)).toEqual([]);
});

test('a class is counted by what was found, who suffered, and what was advised', () => {
  const one = {
    id: 'a',
    class: 'code',
    found: true,
    innocents: ['b'],
    revert: 'helps',
    revertRight: true,
    verdict: 'cause',
    verdictRight: true,
  } as const;
  expect(summariseBundles([one, { ...one, found: false, innocents: [] }])).toEqual([
    { class: 'code', bundles: 2, culprits: 1, innocents: 1, revert: 2, verdict: 2 },
  ]);
});
