import type { Settled } from './settle.ts';

/**
 * Hypotheses that stand on the same findings compete. Beside one whose mechanism was seen, a mere reading of the same signs is no more
 * than possible; two readings of the same signs alone weaken each other. A hypothesis that explains another does not compete with it.
 */
export function weaken(all: readonly Settled[]): readonly Settled[] {
  const citing = new Map<string, Set<Settled>>();
  for (const one of all) {
    for (const cited of one.grounds.map(citation)) citing.set(cited, (citing.get(cited) ?? new Set()).add(one));
  }
  return all.map((one) => {
    const beside = new Set(one.grounds.flatMap((g) => [...(citing.get(citation(g)) ?? [])]));
    const stronger = [...beside].find((other) => competes(one, other) && outweighs(other, one));
    if (stronger === undefined) return one;
    const text = `the same signs also fit: ${stronger.hypothesis.cause}`;
    return {
      ...one,
      capped: true,
      hypothesis: { ...one.hypothesis, confidence: 'possible', against: [...one.hypothesis.against, text] },
    };
  });
}

/** Of two that stand on the same findings. */
function competes(one: Settled, other: Settled): boolean {
  if (one === other || one.information || other.information) return false;
  if (one.explains.includes(other.hypothesis.rule) || other.explains.includes(one.hypothesis.rule)) return false;
  return one.hypothesis.rule !== other.hypothesis.rule;
}

function outweighs(other: Settled, one: Settled): boolean {
  if (one.hypothesis.confidence === 'possible' || one.hypothesis.confidence === 'confirmed') return false;
  if (other.hypothesis.confidence === 'confirmed') return true;
  return other.hypothesis.confidence === 'likely' && !one.grounds.some((g) => g.strength !== 'sign');
}

function citation(ground: Settled['grounds'][number]): string {
  return `${ground.from.check}\u0000${ground.from.kind}\u0000${ground.from.key}`;
}
