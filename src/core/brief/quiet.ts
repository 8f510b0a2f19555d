import type { Line, Setup } from '../brief.ts';
import { cut } from '../cut.ts';
import type { Incident } from '../incident.ts';
import { join, line } from '../words.ts';
import { sureness } from './cause.ts';
import { type CheckLine, checkLines } from './checks.ts';
import { blindLine, blindOnes } from './inconclusive.ts';
import { causeOf, onItsWay } from './phase.ts';

/** The small print under a cause: what else is red, who cannot see, who is quiet. */
export function quietLines(incident: Incident, setup: Setup): readonly Line[] {
  const all = checkLines(incident, setup);
  const labels = (mark: CheckLine['mark']): string =>
    all
      .filter((c) => c.mark === mark)
      .map((c) => c.label)
      .join(', ');
  const marks = (['🔴', '🔵', '🟢', '⏳', '⚪'] as const).filter((mark) => labels(mark) !== '').map((mark) => `${mark} ${labels(mark)}`);
  return [
    ...blindOnes(incident).map(blindLine),
    ...others(incident),
    ...recalled(incident),
    ...(setup.actors === 'none' ? [['ACTORS is empty: nobody may run an action; each button shows the command to run by hand.']] : []),
    [marks.join('  ') + (hasThread(incident) ? '   🧵 details in the thread' : '')],
  ];
}

function hasThread(incident: Incident): boolean {
  return Object.values(incident.posted).some((posted) => posted.kind === 'thread');
}

/** An ended incident that looks the same, and what fixed it then. */
function recalled({ recalled: then }: Incident): readonly Line[] {
  return then ? [line`Looks like #${String(then.number)} (${cut(then.title, 60)}), fixed then by: ${cut(then.fixedBy, 120)}`] : [];
}

function mayReopen({ recovery }: Incident): boolean {
  return recovery?.word === 'unchanged' || recovery?.word === 'worse';
}

/** Other hypotheses that the first one does not explain. */
function others(incident: Incident): readonly Line[] {
  // Whether the fix helps is the question now, not what else there was.
  if (onItsWay(incident) || (incident.recovery && !mayReopen(incident))) return [];
  const first = causeOf(incident);
  const told = new Set([...incident.refusedCauses, ...(first ? [first.rule, ...(first.explains ?? [])] : [])]);
  const rest = incident.diagnosis?.hypotheses.filter((h) => !told.has(h.rule)) ?? [];
  return rest.slice(0, 2).map((h) => join([`Also (${sureness(h)}): `, cut(h.cause, 140)]));
}
