import { toneOf } from '../bundle.ts';
import type { Facts } from '../rule.ts';
import { finishChain } from './chain-links.ts';
import { oneStatement } from './one-statement.ts';
import { explains } from './rank.ts';
import type { Settled } from './settle.ts';

/** Beyond it nobody reads, and each hypothesis is compared with all others. */
const HYPOTHESES_LIMIT = 40;

/** Joins the chain of each hypothesis with those it explains, and ends it with the symptoms that are there: root first. */
export function linkChains(all: readonly Settled[], facts: Facts): readonly Settled[] {
  const ranked = all.slice(0, HYPOTHESES_LIMIT);
  return ranked.map((one, i) => {
    if (one.information) return one;
    const explained = explainedBy(one, ranked);
    const others = ranked.filter((other) => other !== one && !explained.includes(other) && !other.information);
    const linked = [one, ...explained.filter((link) => link.hypothesis.confidence !== 'possible')];
    const links = [...new Set(linked.flatMap((link) => linksOf(link, one)))];
    const queries = linked.some((link) => link.grounds.some((g) => g.from.kind === 'query-group'));
    const guess = one.hypothesis.confidence === 'possible';
    const chain = finishChain(guess || queries ? links : [...links, ...stuck(one, facts)], facts, !guess);
    const against = i === 0 ? [...one.hypothesis.against, ...others.slice(0, 3).map(alsoLooked)] : one.hypothesis.against;
    return { ...one, hypothesis: { ...one.hypothesis, chain, against: [...new Set(against)], ...followed(explained) } };
  });
}

function followed(explained: readonly Settled[]): { explains?: readonly string[] } {
  return explained.length === 0 ? {} : { explains: explained.map((link) => link.hypothesis.rule) };
}

/** Where the root already says which index was never made, that it is missing is no news. */
function linksOf(link: Settled, root: Settled): readonly string[] {
  const { chain, rule } = link.hypothesis;
  const told = root.hypothesis.chain.some(
    (text) => text.endsWith('never ran') && link.touches.some((table) => text.includes(` ${table} (`)),
  );
  return link !== root && rule === 'missing-index' && told ? chain.slice(1) : chain;
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

/** The largest group of stuck statements on a table of this cause. */
function stuck(one: Settled, facts: Facts): readonly string[] {
  const tables = new Set(one.touches);
  const groups = facts.of('query-group').map(({ finding }) => finding);
  const bad = groups.filter((group) => toneOf(group) === 'bad' && (group.tables ?? []).some((table) => tables.has(table)));
  const largest = bad.toSorted((a, b) => b.threads - a.threads)[0];
  return largest === undefined
    ? []
    : [
        oneStatement(
          largest,
          groups,
          one.hypothesis.chain.some((link) => link.endsWith('never ran')) ? ' that needs it' : ' on that table',
        ),
      ];
}
