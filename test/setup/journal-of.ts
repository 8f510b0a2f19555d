import type { ActionResult, Live, Preview } from '../../src/core/action.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { Evidence, Finding } from '../../src/core/evidence.ts';
import { fold } from '../../src/core/fold.ts';
import type { Incident, IncidentEvent } from '../../src/core/incident.ts';

export const alertOf = (change: Partial<Alert> = {}): Alert => ({
  source: 'command',
  key: 'command:1',
  title: 'Checkout is down',
  service: 'checkout',
  environment: 'production',
  severity: 'unknown',
  status: 'firing',
  startedAt: at(0),
  url: '',
  labels: {},
  description: '',
  ...change,
});

/** Minutes after the opening, as UTC ISO. */
export function at(minutes: number): string {
  return new Date(Date.parse('2026-11-21T03:04:00.000Z') + minutes * 60_000).toISOString();
}

export const opened = (change: Partial<Alert> = {}, by: string | null = 'U1'): IncidentEvent => ({
  type: 'opened',
  at: at(0),
  ...(by === null ? {} : { by }),
  number: 12,
  title: 'Checkout is down',
  alert: alertOf(change),
});

export const foundBy = (check: string, minutes: number, findings: readonly Finding[]): Evidence => ({
  check,
  at: at(minutes),
  tookMs: 5,
  outcome: { status: 'found', findings },
});

export const quietBy = (check: string, minutes: number, findings: readonly Finding[] = []): Evidence => ({
  check,
  at: at(minutes),
  tookMs: 5,
  outcome: { status: 'quiet', findings },
});

export const blindBy = (check: string, minutes: number): Evidence => ({
  check,
  at: at(minutes),
  tookMs: 5,
  outcome: { status: 'blind', why: 'token expired', fix: 'make a new one' },
});

export const looked = (look: number, evidence: Evidence): IncidentEvent => ({ type: 'looked', at: evidence.at, look, evidence });

const preview: Preview = { possible: true, title: 'Revert', lines: [], command: 'git revert x', safety: 'safe', unchecked: [], state: 's' };

/** Confirmed, started and done. */
export function doneAction(id: string, minutes: number, live: Live, commit?: string): readonly IncidentEvent[] {
  const incident = { number: 12, title: 'Checkout is down', openedAt: at(0) };
  const request = { id, kind: 'revert' as const, incident, by: { id: 'U1' }, now: at(minutes), evidence: [] };
  const result: ActionResult = { status: 'done', text: 'reverted', links: [], live, ...(commit === undefined ? {} : { commit }) };
  return [
    { type: 'confirmed', at: at(minutes), by: 'U1', action: id, request, preview },
    { type: 'action-started', at: at(minutes), action: id },
    { type: 'action-ended', at: at(minutes), action: id, result },
  ];
}

export const incidentOf = (...events: readonly IncidentEvent[]): Incident => fold('i1', events);
