import type { Setup } from './brief.ts';
import type { Message } from './channels.ts';
import type { Incident } from './incident.ts';
import { actionPushes } from './push/actions.ts';
import { causePush, noCausePush, openedPush } from './push/findings.ts';
import { elsewherePush, recoveryPush } from './push/recovery.ts';
import { reminder, tellReminder } from './push/reminders.ts';
import { plusMinutes } from './words.ts';

/** A line that buzzes phones: an edit of the card does not. */
export interface Push extends Message {
  kind: 'push' | 'reminder';
}

/** The card and two more in the first five minutes: who is woken reads the card, not a stream. */
const FIRST_MINUTES = 5;
const FIRST_PUSHES = 2;

/** The push lines that are due and not posted yet, most urgent first. A key happens once. */
export function pushes(incident: Incident, now: string, setup: Setup): readonly Push[] {
  if (incident.card === undefined || incident.resolved || incident.closed) return [];
  const due = [
    causePush(incident),
    ...actionPushes(incident, now),
    elsewherePush(incident),
    recoveryPush(incident, now),
    reminder(incident, now, setup),
    tellReminder(incident, now),
    noCausePush(incident),
    openedPush(incident, now),
  ];
  const fresh = due.filter((push) => push !== undefined).filter((push) => incident.posted[push.key] === undefined);
  return fresh.slice(0, room(incident, now));
}

function room(incident: Incident, now: string): number {
  const early = plusMinutes(incident.openedAt, FIRST_MINUTES);
  if (now >= early) return Number.POSITIVE_INFINITY;
  const spent = Object.values(incident.posted).filter((p) => (p.kind === 'push' || p.kind === 'reminder') && p.at < early).length;
  return Math.max(0, FIRST_PUSHES - spent);
}
