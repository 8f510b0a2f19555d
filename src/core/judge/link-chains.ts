import { toneOf } from '../bundle.ts';
import type { Facts } from '../rule.ts';
import { explains } from './rank.ts';
import type { Settled } from './settle.ts';
import { metricLine } from './symptoms.ts';

const CHAIN_LIMIT = 8;

/** Joins the chain of the first hypothesis with those it explains, and ends it with the symptoms that are there: root first. */
export function linkChains(ranked: readonly Settled[], facts: Facts): readonly Settled[] {
  return ranked.map((one, i) => {
    if (one.information) return one;
    const explained = explainedBy(one, ranked);
    const others = ranked.filter((other) => other !== one && !explained.includes(other) && !other.information);
    const links = [one, ...explained].flatMap((link) => link.hypothesis.chain);
    const symptoms = one.hypothesis.confidence === 'possible' ? [] : symptomsOf(facts);
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
