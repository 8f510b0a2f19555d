import type { Bundle } from './evidence.ts';
import { fold } from './fold.ts';
import { bundleOf, type Incident } from './incident.ts';

/** A closed incident as a case for `npm run eval`: the evidence as it was when the decision fell, and what people said the cause was. */
export interface RecordedCase {
  id: string;
  kind: 'bundle';
  /** The rule that people confirmed; `unknown` when they said that the named cause was wrong. */
  label: string;
  note: string;
  bundle: Bundle;
}

/** Undefined when nobody said whether the named cause was right: an opinion of ours is no label. */
export function recordedCase(incident: Incident): RecordedCase | undefined {
  const said = incident.causeConfirmed;
  if (!said) return undefined;
  const decided = incident.events.findIndex((event) => event.type === 'confirmed');
  const then = decided > 0 ? fold(incident.id, incident.events.slice(0, decided)) : incident;
  const rule = then.judged.findLast((j) => j.diagnosis.verdict === 'cause')?.diagnosis.hypotheses[0]?.rule;
  return {
    id: `incident-${incident.number}`,
    kind: 'bundle',
    label: said.right && rule ? rule : 'unknown',
    note: said.right ? '' : said.cause,
    bundle: bundleOf(then),
  };
}
