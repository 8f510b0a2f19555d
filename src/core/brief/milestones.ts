import type { Incident } from '../incident.ts';
import { duration, secondsBetween } from '../words.ts';

/** When each step of an incident was reached, UTC ISO. */
export interface Milestones {
  firstFact?: string;
  cause?: string;
  decided?: string;
  live?: string;
  /** When the symptoms fell quiet. */
  quiet?: string;
}

export function milestones(incident: Incident): Milestones {
  const firstFact = incident.history.find((e) => e.outcome.status === 'found')?.at;
  const cause = incident.judged.find((j) => j.diagnosis.verdict === 'cause')?.at;
  const decided = incident.actions[0]?.confirmedAt;
  const { liveAt: live, quietSince: quiet } = incident.recovery ?? {};
  return {
    ...(firstFact === undefined ? {} : { firstFact }),
    ...(cause === undefined ? {} : { cause }),
    ...(decided === undefined ? {} : { decided }),
    ...(live === undefined ? {} : { live }),
    ...(quiet === undefined ? {} : { quiet }),
  };
}

/** `First fact 2 s · cause 9 s · your decision 2 min · build and deploy 10 min`. */
export function paceWords(incident: Incident): string {
  const m = milestones(incident);
  const parts = [
    step('first fact', incident.openedAt, m.firstFact),
    step('cause', incident.openedAt, m.cause),
    step('your decision', m.cause ?? incident.openedAt, m.decided),
    step('until it was live', m.decided, m.live),
  ].filter((part) => part !== undefined);
  return parts.join(' · ');
}

function step(name: string, from: string | undefined, to: string | undefined): string | undefined {
  return from === undefined || to === undefined || to < from ? undefined : `${name} ${duration(secondsBetween(from, to))}`;
}
