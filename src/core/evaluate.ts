import type { Confidence, Diagnosis } from './diagnosis.ts';

/** One labelled case, as `test/cases/README.md` describes it. */
export interface LabelledCase {
  id: string;
  kind: string;
  label: string;
  acceptable: readonly string[];
  keyFacts: Readonly<Record<string, string | readonly string[]>>;
  textSufficient: boolean;
}

export interface Scored {
  id: string;
  kind: string;
  label: string;
  /** Rule of the first hypothesis, or what stands in its place. */
  answer: string;
  confidence: Confidence | undefined;
  right: boolean;
  /** Counts in confusion and accuracy, but is no alarm. */
  information: boolean;
  /** `likely` or `confirmed` where nothing is wrong. */
  falseAlarm: boolean;
  /** `confirmed` and wrong. */
  overclaim: boolean;
  /** Counted only where the label is a rule and the answer is right. */
  facts: { wanted: number; missing: readonly string[] };
}

const informationRules: readonly string[] = ['backup-running', 'schema-change-running'];

/** Scores one diagnosis as the cases' README says. */
export function scoreCase(one: LabelledCase, diagnosis: Diagnosis): Scored {
  const hypotheses = diagnosis.hypotheses.filter((h) => !informationRules.includes(h.rule) || one.acceptable.includes(h.rule));
  const first = hypotheses[0];
  const right = isRight(one, first?.rule, first?.confidence);
  const informationOnly = diagnosis.hypotheses.length > 0 && hypotheses.length === 0;
  const isRule = one.label !== 'none' && one.label !== 'unknown';
  const wanted =
    isRule && right && first !== undefined
      ? Object.entries(one.keyFacts).flatMap(([name, value]) => [value].flat().map((v) => [name, v] as const))
      : [];
  const told = hypotheses.flatMap((h) => [...Object.values(h.facts), h.cause, ...h.because.map((b) => b.text)]).map(plain);
  return {
    id: one.id,
    kind: one.kind,
    label: one.label,
    answer: first?.rule ?? 'none',
    confidence: first?.confidence,
    right,
    information: informationOnly,
    falseAlarm: one.label === 'none' && first !== undefined && first.confidence !== 'possible' && !one.acceptable.includes(first.rule),
    overclaim: first?.confidence === 'confirmed' && !one.acceptable.includes(first.rule),
    facts: {
      wanted: wanted.length,
      missing: wanted.filter(([, value]) => !told.some((text) => text.includes(plain(value)))).map(([name, value]) => `${name}: ${value}`),
    },
  };
}

function isRight(one: LabelledCase, rule: string | undefined, confidence: Confidence | undefined): boolean {
  if (rule !== undefined && one.acceptable.includes(rule)) return true;
  const abstained = rule === undefined || confidence === 'possible';
  if (one.label === 'none') return rule === undefined || (!one.textSufficient && abstained);
  if (one.label === 'unknown') return abstained;
  return !one.textSufficient && abstained;
}

/** White space, quotes and letter case aside. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[\s'"`]/g, '');
}

export interface Summary {
  cases: number;
  right: number;
  factsWanted: number;
  factsFound: number;
  falseAlarms: readonly string[];
  overclaims: readonly string[];
  /** How often each word was right. */
  calibration: Readonly<Record<string, { right: number; of: number }>>;
  perRule: readonly { label: string; right: number; of: number }[];
  /** `label → answer`, most frequent first. */
  confusion: readonly { label: string; answer: string; count: number }[];
  misses: readonly Scored[];
}

export function summarise(scored: readonly Scored[]): Summary {
  const wanted = scored.reduce((sum, s) => sum + s.facts.wanted, 0);
  const missing = scored.reduce((sum, s) => sum + s.facts.missing.length, 0);
  const wrong = scored.filter((s) => !s.right);
  return {
    cases: scored.length,
    right: scored.length - wrong.length,
    factsWanted: wanted,
    factsFound: wanted - missing,
    falseAlarms: scored.filter((s) => s.falseAlarm).map((s) => s.id),
    overclaims: scored.filter((s) => s.overclaim).map((s) => s.id),
    calibration: Object.fromEntries(
      [...Map.groupBy(scored, (s) => s.confidence ?? 'nothing said')].map(([word, all]) => [word, tally(all)]),
    ),
    perRule: [...Map.groupBy(scored, (s) => s.label)]
      .map(([label, all]) => ({ label, ...tally(all) }))
      .toSorted((a, b) => b.of - a.of || (a.label < b.label ? -1 : 1)),
    confusion: [...Map.groupBy(wrong, (s) => `${s.label}\u0000${s.answer}`).values()]
      .map((all) => ({ label: all[0]?.label ?? '', answer: all[0]?.answer ?? '', count: all.length }))
      .toSorted((a, b) => b.count - a.count),
    misses: wrong,
  };
}

function tally(all: readonly Scored[]): { right: number; of: number } {
  return { right: all.filter((s) => s.right).length, of: all.length };
}
