import type { Hypothesis } from './diagnosis.ts';
import type { Incident } from './incident.ts';
import { decisive } from './review/review.ts';

/** Facts that tell one trouble of a kind from another: the same rule on the same table is the same story. */
const telling = ['table', 'childTable', 'parentTable', 'constraint', 'index', 'column', 'variable', 'image', 'host', 'file', 'migration'];

/**
 * How much an ended incident looks like this cause: 0 for another rule, or one whose cause people refused; 1 for the same rule; more for each telling
 * fact in common.
 */
export function likeness(cause: Hypothesis, ended: Incident): number {
  const then = decisive(ended)?.hypotheses[0];
  if (then?.rule !== cause.rule || ended.causeConfirmed?.right === false) return 0;
  const common = telling.filter((name) => cause.facts[name] !== undefined && cause.facts[name] === then.facts[name]);
  return 1 + common.length;
}

/** The most alike of the ended incidents; of equals the newest. They come newest first. */
export function mostAlike(cause: Hypothesis, ended: readonly Incident[]): Incident | undefined {
  const scored = ended.map((incident) => ({ incident, score: likeness(cause, incident) })).filter((one) => one.score > 0);
  return scored.reduce<(typeof scored)[number] | undefined>((best, one) => (best && best.score >= one.score ? best : one), undefined)
    ?.incident;
}

/** What fixed it then: in a person's words, else what was done through the bot. */
export function fixOf(ended: Incident): string {
  const said = ended.resolved?.fixedBy;
  if (said && said !== 'not said') return said;
  return ended.actions.findLast((a) => a.result?.status === 'done')?.preview.title ?? 'nobody wrote down what fixed it';
}
