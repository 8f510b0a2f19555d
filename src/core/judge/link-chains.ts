import { toneOf } from '../bundle.ts';
import type { Facts } from '../rule.ts';
import { explains } from './rank.ts';
import type { Settled } from './settle.ts';
import { metricLine } from './symptoms.ts';

const CHAIN_LIMIT = 8;
/** Beyond it nobody reads, and each hypothesis is compared with all others. */
const HYPOTHESES_LIMIT = 40;

/** Joins the chain of the first hypothesis with those it explains, and ends it with the symptoms that are there: root first. */
export function linkChains(all: readonly Settled[], facts: Facts): readonly Settled[] {
  const ranked = all.slice(0, HYPOTHESES_LIMIT);
  return ranked.map((one, i) => {
    if (one.information) return one;
    const explained = explainedBy(one, ranked);
    const others = ranked.filter((other) => other !== one && !explained.includes(other) && !other.information);
    const linked = [one, ...explained.filter((link) => link.hypothesis.confidence !== 'possible')];
    const links = linked.flatMap((link) => link.hypothesis.chain);
    const queries = linked.some((link) => link.grounds.some((g) => g.from.kind === 'query-group'));
    const symptoms = one.hypothesis.confidence === 'possible' ? [] : [...(queries ? [] : stuck(one, facts)), ...symptomsOf(facts)];
    const chain = [...new Set([...links.slice(0, CHAIN_LIMIT), ...symptoms])];
    const against = i === 0 ? [...one.hypothesis.against, ...others.slice(0, 3).map(alsoLooked)] : one.hypothesis.against;
    return { ...one, hypothesis: { ...one.hypothesis, chain, against: [...new Set(against)] } };
  });
}

/** All that follow from it, directly or by way of others, in rank order. */
function explainedBy(root: Settled, ranked: readonly Settled[]): readonly Settled[] {
  const found = new Set<Settled>();
  const walk = (one: Settled): void => {
    for (const other of ranked) {
      if (other === root || found.has(other) || !explains(one, other)) continue;
      found.add(other);
      walk(other);
    }
  };
  walk(root);
  return ranked.filter((one) => found.has(one));
}

function alsoLooked(other: Settled): string {
  return `also looked at: ${other.hypothesis.cause}`;
}

function symptomsOf(facts: Facts): readonly string[] {
  const metrics = facts.of('metric').filter(({ finding }) => toneOf(finding) === 'bad');
  const rates = facts.of('error-rate').filter(({ finding }) => toneOf(finding) === 'bad');
  const rate = rates.flatMap(({ finding }) => (finding.points.length > 0 ? [Math.max(...finding.points.map((p) => p.count))] : []));
  return [
    ...metrics.slice(0, 2).map(({ finding }) => metricLine(finding)),
    ...(rate.length > 0 ? [`errors: up to ${Math.max(...rate)} a minute`] : []),
  ];
}

/** The largest group of stuck statements on a table of this cause. */
function stuck(one: Settled, facts: Facts): readonly string[] {
  const tables = new Set(one.touches);
  const groups = facts
    .of('query-group')
    .filter(({ finding }) => toneOf(finding) === 'bad' && (finding.tables ?? []).some((table) => tables.has(table)));
  const largest = groups.toSorted((a, b) => b.finding.threads - a.finding.threads)[0]?.finding;
  if (largest === undefined) return [];
  const oldest = largest.longestSeconds === undefined ? '' : `, oldest ${largest.longestSeconds} s`;
  return [`${largest.threads} threads are on one statement that needs it${oldest}`];
}
