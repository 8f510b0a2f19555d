import { buttonRows } from '../brief/buttons.ts';
import { lastQuietRelease } from '../brief/facts.ts';
import { causeOf, mitigated, phaseOf } from '../brief/phase.ts';
import { doing, sentence, stopped } from '../brief/remedy.ts';
import type { Line, Setup } from '../brief.ts';
import type { Button } from '../channels.ts';
import { cut } from '../cut.ts';
import type { Incident } from '../incident.ts';
import { mrkdwn } from '../mrkdwn.ts';
import type { Push } from '../push.ts';
import { duration, line, plusMinutes, secondsBetween, shortSha, time } from '../words.ts';

/** At two thirds of the deadline and at the deadline. The clock obeys the diagnosis and is silent once a fix is on its way. */
export function reminder(incident: Incident, now: string, setup: Setup): Push | undefined {
  if (mitigated(incident) || phaseOf(incident) === 'healthy') return undefined;
  const deadline = plusMinutes(incident.openedAt, setup.deadlineMinutes);
  const early = plusMinutes(incident.openedAt, (setup.deadlineMinutes * 2) / 3);
  const buttons = decisions(incident, setup);
  if (now >= deadline) return { key: 'reminder:deadline', kind: 'reminder', text: mrkdwn(atDeadline(incident)), buttons };
  if (now < early) return undefined;
  const left = duration(secondsBetween(now, deadline));
  return { key: 'reminder:two-thirds', kind: 'reminder', text: mrkdwn(beforeDeadline(incident, deadline, left)), buttons };
}

function beforeDeadline(incident: Incident, deadline: string, left: string): Line {
  if (notARevert(incident)) return instead(incident, 'Nothing is on its way yet.');
  return line`${left} left to decide on a revert (${time(deadline)}). ${stand(incident)}`;
}

function atDeadline(incident: Incident): Line {
  return notARevert(incident)
    ? instead(incident, 'The time to decide is over and nothing is on its way.')
    : line`Decide now: revert or not? ${stand(incident)}`;
}

function notARevert(incident: Incident): boolean {
  return incident.diagnosis?.revert === 'useless' || incident.diagnosis?.revert === 'harmful';
}

/** A deadline for a revert that would not help is an invitation to a mistake. */
function instead(incident: Incident, head: string): Line {
  const cause = causeOf(incident);
  const what = cause === undefined ? 'look on' : doing(cause);
  return line`${head} ${sentence(incident.diagnosis?.why ?? '')} Do now: ${what}.`;
}

function stand(incident: Incident): string {
  const quiet = lastQuietRelease(incident);
  const last = quiet === undefined ? '' : ` Last quiet release: ${shortSha(quiet)}.`;
  const cause = causeOf(incident);
  const why = cause === undefined ? 'No cause found; a revert is your call.' : stopped(cut(cause.cause, 160));
  return `${why}${incident.diagnosis?.revert === 'helps' ? ' A revert helps.' : ''}${last}`;
}

/** The card's own first row: what is recommended, and the revert. */
function decisions(incident: Incident, setup: Setup): readonly Button[] {
  const rows = buttonRows(incident, setup).flatMap((s) => (s.kind === 'buttons' ? s.buttons : []));
  const wanted = notARevert(incident) ? ['restart', 'flag', 'copy', 'kill-queries'] : ['revert', 'copy', 'look'];
  return rows.filter((b) => wanted.includes(b.action)).slice(0, 3);
}

/** Whoever was told waits for the next word. */
export function tellReminder(incident: Incident, now: string): Push | undefined {
  const { told } = incident;
  if (!told || now < told.nextAt) return undefined;
  const text = line`People outside were told ${duration(secondsBetween(told.at, now))} ago and wait for an update.`;
  return {
    key: `reminder:tell:${told.at}`,
    kind: 'reminder',
    text: mrkdwn(text),
    buttons: [{ action: 'tell', text: 'Tell people', value: incident.id }],
  };
}
