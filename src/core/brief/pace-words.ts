import type { Incident } from '../incident.ts';
import { milestones } from '../review/timeline.ts';
import { duration } from '../words.ts';

/** `first fact 2 s · cause 9 s · your decision 2 min · until it was live 10 min`: each step from the one before. */
export function paceWords(incident: Incident): string {
  const { firstFact, cause, decision, live } = milestones(incident);
  const steps: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['first fact', 0, firstFact],
    ['cause', 0, cause],
    ['your decision', cause ?? 0, decision],
    ['until it was live', decision, live],
  ];
  return steps
    .flatMap(([name, from, to]) => (from === undefined || to === undefined || to < from ? [] : [`${name} ${duration(to - from)}`]))
    .join(' · ');
}
