import { keyOf } from './bundle.ts';
import type { Bundle, Evidence, Finding, FindingKind } from './evidence.ts';
import type { Facts, Read, Seen } from './rule.ts';
import { readingOf } from './text/reading-of.ts';
import { withUsual } from './usual.ts';

type OfKind<K extends FindingKind> = Extract<Finding, { kind: K }>;

/** Rules ask for a kind over and over: nothing is copied. */
function ofKind<K extends FindingKind>(all: readonly Seen[] = [], kind: K): readonly Seen<OfKind<K>>[] {
  const is = (seen: Seen): seen is Seen<OfKind<K>> => seen.finding.kind === kind;
  return all.every(is) ? all : all.filter(is);
}

/** The bundle indexed for the rules, in an order that does not depend on the order of evidence or findings. */
export function factsOf(bundle: Bundle): Facts {
  const byKind = new Map<string, Seen[]>();
  for (const evidence of bundle.evidence) {
    for (const told of evidence.outcome.findings ?? []) {
      const finding = told.kind === 'metric' ? withUsual(told, bundle.onset) : told;
      const seen = { finding, evidence, from: { check: evidence.check, kind: finding.kind, key: keyOf(finding) } };
      const all = byKind.get(finding.kind);
      if (all === undefined) byKind.set(finding.kind, [seen]);
      else all.push(seen);
    }
  }
  for (const all of byKind.values()) all.sort(bySource);
  let read: readonly Read[] | undefined;
  return {
    bundle,
    of: <K extends FindingKind>(kind: K) => ofKind(byKind.get(kind), kind),
    readings: () => {
      read ??= [...byKind.values()]
        .flat()
        .flatMap(readOne)
        .toSorted((a, b) => bySource(a.seen, b.seen));
      return read;
    },
  };
}

function readOne(seen: Seen): readonly Read[] {
  const reading = readingOf(seen.finding);
  return reading === undefined ? [] : [{ seen, reading }];
}

function bySource(a: Seen, b: Seen): number {
  return compare(a.from.check, b.from.check) || compare(a.from.kind, b.from.kind) || compare(a.from.key, b.from.key) || compareWhole(a, b);
}

/** Two findings with one key are rare; only then is the whole compared. */
function compareWhole(a: Seen, b: Seen): number {
  return compare(a.evidence.at, b.evidence.at) || compare(stable(a.finding), stable(b.finding));
}

const texts = new WeakMap<Finding, string>();

function stable(finding: Finding): string {
  const known = texts.get(finding) ?? whole(finding);
  texts.set(finding, known);
  return known;
}

function whole(finding: Finding): string {
  return JSON.stringify(Object.entries(finding).toSorted(([a], [b]) => compare(a, b)));
}

/** Not localeCompare: the order must be the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** All evidence of a bundle, in the order the card lists it: by check name. */
export function inOrder(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.toSorted((a, b) => compare(a.check, b.check) || compare(a.at, b.at));
}
