import { announcement } from './announcement.ts';
import type { Incident } from './incident.ts';
import { stillFiring } from './intake.ts';

/** What is due for an incident now. The walk carries the steps out, appends what happened and plans again. */
export type Step =
  | { key: 'place' }
  | { key: 'invite' }
  | { key: 'card' }
  | { key: `look:${number}`; look: number; lean: boolean; begun: boolean }
  | { key: `action:${string}`; action: string; again: boolean }
  | { key: `announce:${string}`; text: string }
  | { key: 'review' }
  | { key: 'close'; why: string };

export interface Plan {
  steps: readonly Step[];
  /** When something is due next, UTC ISO; null when only a person or an alert can move it. */
  next: string | null;
}

export interface Policy {
  deadlineMinutes: number;
}

const MINUTE = 60_000;
/** Every minute for half an hour and while an action is not settled, then every five. */
const OFTEN_FOR = 30 * MINUTE;
const OFTEN = MINUTE;
const SELDOM = 5 * MINUTE;
/** An alert's incident that resolved and that nobody touched closes itself after this long. */
const QUIET_BEFORE_CLOSE = 30 * MINUTE;

/** Pure and level-triggered: a restart or an upgrade simply plans from the journal. */
export function plan(incident: Incident, now: string, policy: Policy): Plan {
  if (incident.closed) return { steps: announcing(incident), next: null };
  const steps = [...placing(incident), ...acting(incident), ...announcing(incident), ...looking(incident, now), ...closing(incident, now)];
  const times = [lookDueAt(incident), ...reminders(incident, policy), incident.told?.nextAt, selfCloseAt(incident)];
  const next = times.flatMap((t) => (t !== undefined && t > now ? [t] : [])).toSorted()[0];
  return { steps, next: next ?? null };
}

function placing(incident: Incident): readonly Step[] {
  if (!incident.place) return [{ key: 'place' }];
  return [...(incident.invited ? [] : [{ key: 'invite' } as const]), ...(incident.card ? [] : [{ key: 'card' } as const])];
}

function acting(incident: Incident): readonly Step[] {
  return incident.actions
    .filter((acted) => !acted.endedAt)
    .map((acted) => ({ key: `action:${acted.id}`, action: acted.id, again: acted.startedAt !== undefined }) as const);
}

/** One announcement, edited whenever what it says changes. */
function announcing(incident: Incident): readonly Step[] {
  if (!incident.place) return [];
  const text = announcement(incident);
  const said = Object.values(incident.posted).filter((p) => p.kind === 'announcement');
  if (incident.closed && said.length === 0) return [];
  return said.at(-1)?.text === text ? [] : [{ key: `announce:${said.length + 1}`, text }];
}

function looking(incident: Incident, now: string): readonly Step[] {
  if (incident.resolved) return [];
  const last = incident.looks.at(-1);
  if (last && !last.endedAt) return [{ key: `look:${last.look}`, look: last.look, lean: last.lean, begun: true }];
  const due = lookDueAt(incident);
  if (due === undefined || due > now) return [];
  const look = (last?.look ?? 0) + 1;
  return [{ key: `look:${look}`, look, lean: last !== undefined && !askedSince(incident, last.startedAt), begun: false }];
}

/** When the next look is due; undefined while one is running or when no more are wanted. */
function lookDueAt(incident: Incident): string | undefined {
  if (incident.resolved) return undefined;
  const last = incident.looks.at(-1);
  if (!last) return incident.openedAt;
  if (!last.endedAt) return undefined;
  if (askedSince(incident, last.startedAt)) return last.startedAt;
  const often = Date.parse(last.startedAt) - Date.parse(incident.openedAt) < OFTEN_FOR || unsettled(incident);
  return plus(last.startedAt, often ? OFTEN : SELDOM);
}

function askedSince(incident: Incident, at: string): boolean {
  return incident.lookAskedAt !== undefined && incident.lookAskedAt > at;
}

/** An action is settled when its recovery has a last word. */
function unsettled(incident: Incident): boolean {
  return (incident.actions.length > 0 || incident.fixedElsewhere !== undefined) && incident.recovery?.word !== 'recovered';
}

function reminders(incident: Incident, policy: Policy): readonly string[] {
  const whole = policy.deadlineMinutes * MINUTE;
  return [plus(incident.openedAt, (whole * 2) / 3), plus(incident.openedAt, whole)];
}

function closing(incident: Incident, now: string): readonly Step[] {
  if (incident.resolved) {
    return incident.posted.review || !incident.place ? [{ key: 'close', why: 'resolved' }] : [{ key: 'review' }];
  }
  const self = selfCloseAt(incident);
  return self !== undefined && self <= now
    ? [{ key: 'close', why: 'the alert resolved, it stayed quiet for 30 minutes and nobody touched it' }]
    : [];
}

/** Only what an alert opened, that resolved, and that no person ever touched. */
function selfCloseAt(incident: Incident): string | undefined {
  if (incident.reporter || stillFiring(incident).length > 0 || touched(incident)) return undefined;
  const noisy = incident.history.findLast(
    (e) => e.outcome.status === 'found' && e.outcome.findings.some((f) => f.tone === 'bad' && f.recovers !== false),
  );
  const resolvedAt = incident.events.findLast((e) => e.type === 'alerted')?.at ?? incident.openedAt;
  const quietSince = noisy && noisy.at > resolvedAt ? noisy.at : resolvedAt;
  return plus(quietSince, QUIET_BEFORE_CLOSE);
}

function touched(incident: Incident): boolean {
  return incident.events.some((e) => e.by !== undefined && e.type !== 'opened');
}

function plus(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}
