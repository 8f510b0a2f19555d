import { toneOf } from '../bundle.ts';
import type { Facts } from '../rule.ts';
import { count } from '../words.ts';
import { factorOf, metricPeak } from './symptoms.ts';

/** More links nobody reads on a phone. */
const LINKS = 6;
/** Two links with this share of words in common say the same. */
const ALIKE = 0.75;
const PEAKS = 2;

/** At most six links, root first, none told twice, the symptoms last in one line. */
export function finishChain(links: readonly string[], facts: Facts, symptoms = true): readonly string[] {
  const last = symptoms ? symptomLine(facts) : undefined;
  const told = distinct(last === undefined ? links : [...links, last]);
  if (told.length <= LINKS) return told;
  return last === undefined ? told.slice(0, LINKS) : [...told.slice(0, LINKS - 1), last];
}

function distinct(links: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const link of links) {
    const again = kept.findIndex((one) => alike(one, link));
    if (again < 0) kept.push(link);
    // The one that says more stays, where the first of them stood.
    else if ((kept[again] ?? '').length < link.length) kept[again] = link;
  }
  return kept;
}

function alike(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared >= ALIKE * Math.max(1, Math.min(a.size, b.size));
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\w$]{2,}/g) ?? []);
}

const lines = new WeakMap<Facts, { line: string | undefined }>();

/** The same for all hypotheses of a judgement. */
function symptomLine(facts: Facts): string | undefined {
  const known = lines.get(facts) ?? { line: symptomsIn(facts) };
  lines.set(facts, known);
  return known.line;
}

/** `RDS CPU 97 % → errors up to 310 a minute`. */
function symptomsIn(facts: Facts): string | undefined {
  const peaks = facts
    .of('metric')
    .filter(({ finding }) => toneOf(finding) === 'bad' && finding.points.length > 0)
    .map(({ finding }) => ({ finding, rate: Number(isRate(finding.name)), factor: factorOf(finding) }))
    .toSorted((a, b) => a.rate - b.rate || b.factor - a.factor)
    .slice(0, PEAKS)
    .map(({ finding }) => metricPeak(finding));
  const counts = facts
    .of('error-rate')
    .filter(({ finding }) => toneOf(finding) === 'bad')
    .flatMap(({ finding }) => finding.points.map((p) => p.count));
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const all = [...new Set([...peaks, ...(most > 0 ? [`errors up to ${count(most)} a minute`] : [])])];
  return all.length === 0 ? undefined : all.join(' → ');
}

/** What users feel comes after what makes them feel it. */
function isRate(name: string): boolean {
  return /error|5xx|4xx|fail|latency|duration|p9\d/i.test(name);
}
