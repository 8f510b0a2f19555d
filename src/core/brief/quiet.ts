import type { Line, Setup } from '../brief.ts';
import { cut } from '../cut.ts';
import type { Incident } from '../incident.ts';
import { join, line } from '../words.ts';
import { sureness } from './cause.ts';
import { type CheckLine, checkLines } from './checks.ts';
import { blindLine, blindOnes } from './inconclusive.ts';
import { causeOf } from './phase.ts';

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

/** Other hypotheses that the first one does not explain. */
function others(incident: Incident): readonly Line[] {
  if (incident.recovery?.word === 'recovered' || incident.recovery?.quietSince !== undefined) return [];
  const first = causeOf(incident);
  const rest = incident.diagnosis?.hypotheses.filter((h) => h.rule !== first?.rule && !incident.refusedCauses.includes(h.rule)) ?? [];
  return rest.slice(0, 2).map((h) => join([`Also (${sureness(h)}): `, cut(h.cause, 140)]));
}
