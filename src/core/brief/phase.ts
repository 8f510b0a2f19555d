import type { Hypothesis } from '../diagnosis.ts';
import type { Acted, Incident } from '../incident.ts';
import { secondsBetween } from '../words.ts';

/** Where an incident stands, as its card tells it. */
export type Phase = 'looking' | 'cause' | 'acting' | 'recovery' | 'inconclusive' | 'healthy' | 'closed';

export function phaseOf(incident: Incident): Phase {
  if (incident.resolved || incident.closed) return 'closed';
  if (onItsWay(incident)) return 'acting';
  if (incident.recovery && incident.recovery.word !== 'not-live-yet') return 'recovery';
  if (causeOf(incident)) return 'cause';
  if (!incident.looks.some((look) => look.endedAt !== undefined)) return 'looking';
  return incident.diagnosis?.verdict === 'healthy' ? 'healthy' : 'inconclusive';
}

/** The newest action while it runs, and until its effect can be judged. */
export function onItsWay(incident: Incident): Acted | undefined {
  const last = incident.actions.at(-1);
  if (!last) return undefined;
  if (!last.endedAt) return last;
  if (last.result?.status !== 'done') return undefined;
  // Once it was live it stays so: what is not live yet later is a change that came after it.
  const { endedAt } = last;
  return incident.recoveries.some(({ at, recovery }) => at >= endedAt && recovery.word !== 'not-live-yet') ? undefined : last;
}

/** The cause the card names: the first hypothesis that nobody refused, when the verdict is a cause. */
export function causeOf(incident: Incident): Hypothesis | undefined {
  if (incident.diagnosis?.verdict !== 'cause') return undefined;
  return incident.diagnosis.hypotheses.find((h) => !incident.refusedCauses.includes(h.rule) && h.confidence !== 'possible');
}

/** The cause that was acted on: after a recovery the newest judgement no longer names it. */
export function causeActedOn(incident: Incident): Hypothesis | undefined {
  const acted = incident.actions.findLast((a) => a.result?.status === 'done' || !a.endedAt);
  const then = acted?.request.diagnosis;
  if (then?.verdict === 'cause' && then.hypotheses[0]) return then.hypotheses[0];
  return causeOf(incident) ?? incident.judged.findLast((j) => j.diagnosis.verdict === 'cause')?.diagnosis.hypotheses[0];
}

/** The newest action that changed the world. */
export function lastDone(incident: Incident): Acted | undefined {
  return incident.actions.findLast((a) => a.result?.status === 'done');
}

/**
 * What this cause asks for was done: asking for it again would be an invitation to do it twice. What a revert took back stays taken back; anything
 * else may be asked for again once the numbers speak against it.
 */
export function alreadyDone(incident: Incident, { remedy }: Hypothesis): boolean {
  const done = lastDone(incident);
  if (!done || done.kind !== remedy.kind || done.request.choice?.undo) return false;
  if (done.kind === 'revert') return remedy.range.every((sha) => takenBack(done).has(sha));
  const word = incident.recovery?.word;
  return done.kind === 'rollback' || (word !== 'unchanged' && word !== 'worse');
}

function takenBack({ request }: Acted): ReadonlySet<string> {
  const { sha = '', range = '' } = request.choice ?? {};
  const chosen = `${sha} ${range}`.split(/[\s,]+/).filter(Boolean);
  return new Set(chosen.length > 0 ? chosen : request.diagnosis?.hypotheses[0]?.remedy.range);
}

/** Nobody has to decide any more: something was done, is on its way or is being judged. */
export function mitigated(incident: Incident): boolean {
  return lastDone(incident) !== undefined || onItsWay(incident) !== undefined || phaseOf(incident) === 'recovery';
}

/** Numbers come by the minute, and late: what is not seen yet is not out of sight. */
const NUMBERS_LATE_SECONDS = 240;

/** The fix is live, and no number is newer than that yet. */
export function tooEarly({ recovery, recoveries, history }: Incident): boolean {
  const seen = [history.at(-1)?.at ?? '', recoveries.at(-1)?.at ?? ''].toSorted().at(-1);
  if (recovery?.word !== 'cannot-tell' || recovery.liveAt === undefined || seen === undefined) return false;
  return secondsBetween(recovery.liveAt, seen) < NUMBERS_LATE_SECONDS;
}
