import type { Remedy } from '../diagnosis.ts';
import type { Fit, Rule, Strength } from '../rule.ts';
import { statusesFor, type TextCase, textsFor } from './cases.ts';
import { ground, textGrounds } from './write.ts';

type FactSheet = Readonly<Record<string, string>>;

/** A rule that fits where a text or a workload's status says so. The words are functions of the facts. */
export interface TextRule {
  id: string;
  explains?: readonly string[];
  /** Strength of a text: `mechanism` when the text is the failing part's own log line and leaves nothing open. */
  strength: Strength | ((found: TextCase) => Strength);
  /** Strength of a workload's status; absent: as `strong`. */
  statusStrength?: Strength;
  byRelease?: Fit['byRelease'] | ((facts: FactSheet) => Fit['byRelease']);
  atMost?: Fit['atMost'] | ((found: TextCase) => Fit['atMost']);
  cause: (facts: FactSheet) => string;
  remedy: (facts: FactSheet) => Remedy;
  next: (facts: FactSheet) => readonly string[];
  chain?: (facts: FactSheet) => readonly string[];
  against?: (facts: FactSheet) => readonly string[];
  /** Facts beside those that were read. */
  adds?: (found: TextCase) => FactSheet;
  /** What makes two texts one trouble. Default: the rule itself. */
  about?: (facts: FactSheet) => string;
}

export function textRule(rule: TextRule): Rule {
  return {
    id: rule.id,
    ...(rule.explains === undefined ? {} : { explains: rule.explains }),
    fits: (facts) => [
      ...textsFor(facts, rule.id).map((found): Fit => {
        const sheet = { ...found.facts, ...rule.adds?.(found) };
        const strength = typeof rule.strength === 'function' ? rule.strength(found) : rule.strength;
        const atMost = typeof rule.atMost === 'function' ? rule.atMost(found) : rule.atMost;
        return { ...fitOf(rule, sheet), grounds: textGrounds(found, strength), ...(atMost === undefined ? {} : { atMost }) };
      }),
      ...statusesFor(facts, rule.id).map(({ seen, status, facts: sheet }): Fit => {
        const strength = status.direct ? (rule.statusStrength ?? 'strong') : 'strong';
        const state = seen.finding.message === undefined ? '' : ` (${seen.finding.message})`;
        const text = `${seen.finding.workload} ${seen.finding.name}: ${status.text}${status.text.includes(seen.finding.message ?? '\u0000') ? '' : state}`;
        return { ...fitOf(rule, sheet), grounds: [ground(text, seen, strength, `status of ${seen.from.check}`)] };
      }),
    ],
  };
}

function fitOf(rule: TextRule, sheet: FactSheet): Omit<Fit, 'grounds'> {
  const byRelease = typeof rule.byRelease === 'function' ? rule.byRelease(sheet) : rule.byRelease;
  const against = rule.against?.(sheet);
  const cause = rule.cause(sheet);
  return {
    cause,
    facts: sheet,
    remedy: rule.remedy(sheet),
    next: rule.next(sheet),
    chain: rule.chain?.(sheet) ?? [cause],
    about: rule.about?.(sheet) ?? rule.id,
    ...(byRelease === undefined ? {} : { byRelease }),
    ...(against === undefined ? {} : { against }),
  };
}
