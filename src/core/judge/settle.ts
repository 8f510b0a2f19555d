import type { Confidence, Hypothesis } from '../diagnosis.ts';
import type { Facts, Fit, Ground, Rule } from '../rule.ts';

/** A hypothesis with what the engine needs to rank it. */
export interface Settled {
  hypothesis: Hypothesis;
  grounds: readonly Ground[];
  /** Ids of rules it explains. */
  explains: readonly string[];
  touches: readonly string[];
  information: boolean;
  /** Held at `possible` by the rule or by a stronger rival. */
  capped: boolean;
  byRelease: Fit['byRelease'];
}

/** More reasons than this prove nothing more. */
const REASONS_SHOWN = 6;

/** Asks every rule (several may look for one cause in different evidence) and settles the confidence of what it answers. */
export function settle(rules: readonly Rule[], facts: Facts): readonly Settled[] {
  const byId = [...Map.groupBy(rules, (rule) => rule.id)];
  return byId.flatMap(([id, same]) => {
    const explains = [...new Set(same.flatMap((rule) => rule.explains ?? []))];
    const fits = same.flatMap((rule) => rule.fits(facts)).filter((fit) => fit.grounds.length > 0);
    return joined(fits).map((fit) => settled({ id, explains }, fit));
  });
}

export function confidenceOf(grounds: readonly Ground[], atMost?: Fit['atMost']): Confidence {
  const of = (strength: Ground['strength']): boolean => grounds.some((g) => g.strength === strength);
  const signals = new Set(grounds.map((g) => g.signal)).size;
  const confidence: Confidence = of('mechanism') ? 'confirmed' : of('strong') || signals >= 2 ? 'likely' : 'possible';
  if (atMost === undefined) return confidence;
  return atMost === 'possible' || confidence === 'possible' ? 'possible' : 'likely';
}

function settled(rule: Required<Pick<Rule, 'id' | 'explains'>>, fit: Fit): Settled {
  const because = fit.grounds.slice(0, REASONS_SHOWN).map(({ text, from }) => ({ text, from }));
  const { cause, facts, remedy, next, chain, information = false } = fit;
  const confidence = information ? 'possible' : confidenceOf(fit.grounds, fit.atMost);
  return {
    hypothesis: { rule: rule.id, cause, confidence, because, against: fit.against ?? [], facts, remedy, next, chain },
    grounds: fit.grounds,
    explains: rule.explains,
    touches: [...(fit.touches ?? []), ...tablesIn(facts)],
    information,
    capped: fit.atMost === 'possible',
    byRelease: fit.byRelease,
  };
}

/** Joins the fits that are about the same trouble: the strongest one speaks, all of them count. */
function joined(fits: readonly Fit[]): readonly Fit[] {
  const groups = new Map<string, Fit[]>();
  for (const [i, fit] of fits.entries()) {
    const key = fit.about ?? `\u0000${i}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fit]);
    else group.push(fit);
  }
  return [...groups.values()].map(join);
}

function join(group: readonly Fit[]): Fit {
  const sorted = group.toSorted((a, b) => strengthOf(b) - strengthOf(a));
  const [first, ...rest] = sorted;
  if (first === undefined) throw new RangeError('a group of fits is never empty');
  if (rest.length === 0) return first;
  return {
    ...first,
    grounds: unique(sorted.flatMap((fit) => fit.grounds)),
    facts: Object.assign({}, ...sorted.toReversed().map((fit) => fit.facts)),
    touches: sorted.flatMap((fit) => fit.touches ?? []),
    against: [...new Set(sorted.flatMap((fit) => fit.against ?? []))],
  };
}

function strengthOf(fit: Fit): number {
  const of = (strength: Ground['strength']): number => fit.grounds.filter((g) => g.strength === strength).length;
  return (fit.atMost === undefined ? 1e6 : 0) + of('mechanism') * 1e4 + of('strong') * 100 + Object.keys(fit.facts).length;
}

function unique(grounds: readonly Ground[]): readonly Ground[] {
  const known = new Set<string>();
  return grounds.filter((g) => {
    const key = `${g.text}\u0000${g.from.check}\u0000${g.from.key}`;
    return known.has(key) ? false : known.add(key);
  });
}

function tablesIn(facts: Readonly<Record<string, string>>): readonly string[] {
  return ['table', 'childTable', 'parentTable', 'tables'].flatMap((name) => (facts[name] ?? '').split(', ')).filter(Boolean);
}
