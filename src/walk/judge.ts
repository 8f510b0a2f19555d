import { diagnose } from '../core/diagnose.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { changedElsewhere } from '../core/elsewhere.ts';
import { bundleOf, type Incident, onsetOf } from '../core/incident.ts';
import { type Fix, judgeRecovery, type Recovery } from '../core/recovery.ts';
import type { Unstamped } from './record.ts';

/** What the newest evidence makes of the cause, as events: nothing when nothing changed. Pure. */
export function judge(incident: Incident): readonly Unstamped[] {
  if (incident.evidence.length === 0) return [];
  const diagnosis = diagnose(bundleOf(incident), { refused: incident.refusedCauses });
  if (JSON.stringify(diagnosis) === JSON.stringify(incident.diagnosis)) return [];
  const decided = incident.actions.some((a) => a.result === undefined || a.result.status === 'done');
  // Once a fix is on its way, symptoms fade and the causes with them: the card keeps the one that was acted on, until the fix is seen not to help.
  if (decided && (diagnosis.verdict !== 'cause' || !reopened(incident.recovery) || isFading(incident, diagnosis))) return [];
  return [{ type: 'judged', diagnosis }];
}

/** While it gets better, what follows from the cause fades more slowly than the cause itself: it is no new cause, and its remedy would only tempt. */
function isFading({ recovery, actions }: Incident, now: Diagnosis): boolean {
  const then = actions.findLast((a) => a.result === undefined || a.result.status === 'done')?.request.diagnosis;
  const [first, ...others] = then?.verdict === 'cause' ? then.hypotheses : [];
  return recovery?.word === 'better' && first?.rule !== now.hypotheses[0]?.rule && others.some((h) => h.rule === now.hypotheses[0]?.rule);
}

function reopened(recovery: Recovery | undefined): boolean {
  return recovery?.word === 'unchanged' || recovery?.word === 'worse' || (recovery?.word === 'better' && recovery.quietSince === undefined);
}

/** Whether what was done helped, after each whole look. Pure. */
export function recover(incident: Incident, now: string): readonly Unstamped[] {
  const elsewhere = newElsewhere(incident);
  const fix = fixOf(incident, elsewhere, now);
  if (!fix) return elsewhere;
  const recovery = judgeRecovery(incident.history, fix, onsetOf(incident.history), incident.recovery, now);
  if (JSON.stringify(recovery) === JSON.stringify(incident.recovery)) return elsewhere;
  return [...elsewhere, { type: 'recovery-judged', recovery }];
}

function newElsewhere(incident: Incident): readonly Unstamped[] {
  const ours = incident.actions.flatMap((a) => (a.result?.status === 'done' && a.result.commit ? [a.result.commit] : []));
  const told = new Set(incident.events.flatMap((e) => (e.type === 'fix-elsewhere' ? [e.text] : [])));
  const rolledBack = incident.actions.some((a) => a.kind === 'rollback' && a.result?.status === 'done');
  return changedElsewhere(incident.history, ours)
    .filter((change) => !told.has(change.text) && !(rolledBack && change.live.when === 'sha'))
    .map((change) => ({ type: 'fix-elsewhere', ...change }));
}

/** The newest thing that was done: by the bot, or seen to be done elsewhere. */
function fixOf(incident: Incident, fresh: readonly Unstamped[], now: string): Fix | undefined {
  const done: Fix[] = incident.actions.flatMap((a) =>
    a.result?.status === 'done' && a.endedAt ? [{ at: a.endedAt, live: a.result.live }] : [],
  );
  const seen = fresh.findLast((e) => e.type === 'fix-elsewhere');
  const before = incident.fixedElsewhere;
  const elsewhere: Fix[] = seen ? [{ at: now, live: seen.live }] : before ? [{ at: before.at, live: before.live }] : [];
  return [...done, ...elsewhere].toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
}
