/**
 * `npm run eval [files]`: judges all labelled cases again, the closed incidents of DATA_DIR among them, and prints accuracy per rule, confusion,
 * calibration and every miss.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readBundle } from '../src/core/bundle.ts';
import { diagnose } from '../src/core/diagnose.ts';
import type { Diagnosis } from '../src/core/diagnosis.ts';
import { type LabelledCase, type Scored, type Summary, scoreCase, summarise } from '../src/core/evaluate.ts';
import { type BundleLabel, type ScoredBundle, scoreBundle, summariseBundles } from '../src/core/evaluate-bundle.ts';
import { isRecord } from '../src/core/is-record.ts';
import { judgeTextLine } from '../src/core/text/judge-text.ts';

const folder = join(import.meta.dirname, '../test/cases');
const recorded = join(process.env.DATA_DIR || './data', 'cases.jsonl');
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const verbose = process.argv.includes('--verbose');

interface Row extends LabelledCase {
  line: unknown;
  /** Of a labelled bundle: who is guilty, and what to advise. */
  bundle?: BundleLabel;
}

function rowsOf(file: string): readonly Row[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const row = JSON.parse(line);
    return {
      id: row.id,
      kind: row.kind,
      label: row.label,
      acceptable: row.acceptable ?? [row.label],
      keyFacts: row.key_facts ?? {},
      textSufficient: row.text_sufficient !== false,
      line: row,
      ...(Array.isArray(row.culprits) ? { bundle: { ...row, maybe: row.maybe ?? [], class: row.class ?? 'bundle' } } : {}),
    };
  });
}

/** A text or a process list, or the bundle of a closed incident (DATA_DIR/cases.jsonl). */
function judgeLine(line: unknown): Diagnosis | { error: string } {
  if (!isRecord(line) || line.kind !== 'bundle') return judgeTextLine(line);
  const read = readBundle(line.bundle);
  return 'error' in read ? read : diagnose(read.bundle);
}

function print(name: string, summary: Summary, scored: readonly Scored[]): void {
  const share = (part: number, of: number): string => `${part} of ${of} (${of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`})`;
  console.log(`\n== ${name}`);
  console.log(`right ${share(summary.right, summary.cases)}; key facts ${share(summary.factsFound, summary.factsWanted)}`);
  console.log(`false alarms: ${summary.falseAlarms.join(', ') || 'none'}; wrong "confirmed": ${summary.overclaims.join(', ') || 'none'}`);
  for (const [word, { right, of }] of Object.entries(summary.calibration)) console.log(`  said ${word}: right ${share(right, of)}`);
  for (const { label, right, of } of summary.perRule.filter((rule) => verbose || rule.right < rule.of))
    console.log(`  ${label}: ${share(right, of)}`);
  for (const { label, answer, count } of summary.confusion) console.log(`  confused: ${label} → ${answer} (${count})`);
  for (const miss of summary.misses)
    console.log(`  MISS ${miss.id} [${miss.kind}] ${miss.label} → ${miss.answer} ${miss.confidence ?? ''}`);
  for (const one of scored.filter((s) => s.facts.missing.length > 0))
    console.log(`  FACTS ${one.id} [${one.label}] ${one.facts.missing.join(' | ')}`);
}

function printBundles(scored: readonly ScoredBundle[]): void {
  for (const one of summariseBundles(scored))
    console.log(
      `  ${one.class}: ${one.bundles} bundles, culprits right ${one.culprits}, an innocent convicted ${one.innocents}, revert right ${one.revert}, verdict right ${one.verdict}`,
    );
  for (const one of scored) {
    const wrong = [
      one.found ? '' : 'culprit missed',
      one.innocents.length > 0 ? `innocent ${one.innocents.map((sha) => sha.slice(0, 7)).join(', ')}` : '',
      one.revertRight ? '' : `revert "${one.revert}"`,
      one.verdictRight ? '' : `verdict "${one.verdict}"`,
    ].filter((part) => part !== '');
    if (wrong.length > 0) console.log(`  BUNDLE ${one.id} [${one.class}] ${wrong.join('; ')}`);
  }
}

const known = [
  ...readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, name)),
  ...(existsSync(recorded) ? [recorded] : []),
];
const files = wanted.length === 0 ? known : wanted.map((name) => known.find((path) => basename(path) === name) ?? name);
let failed = false;
for (const file of files) {
  const started = performance.now();
  const bundles: ScoredBundle[] = [];
  const scored = rowsOf(file).flatMap((row) => {
    const diagnosis = judgeLine(row.line);
    if ('error' in diagnosis) {
      console.log(`${row.id}: ${diagnosis.error}`);
      failed = true;
      return [];
    }
    if (row.bundle !== undefined) bundles.push(scoreBundle(row.bundle, diagnosis));
    return [scoreCase(row, diagnosis)];
  });
  if (scored.length === 0) continue;
  print(basename(file), summarise(scored), scored);
  printBundles(bundles);
  console.log(`  ${(performance.now() - started).toFixed(0)} ms`);
}
process.exitCode = failed ? 1 : 0;
