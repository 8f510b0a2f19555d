import type { Alert } from '../alert.ts';
import type { Line, Setup } from '../brief.ts';
import { cut } from '../cut.ts';
import { oneLine } from '../escape.ts';
import type { Incident } from '../incident.ts';
import { bold, join, line, plural, time, user } from '../words.ts';

const ALERTS_MAX = 5;
const TROUBLES_MAX = 2;

/** What a reader must know before anything else: that nothing will be changed, where they are, who is missing, what else fires. */
export function headNotes(incident: Incident, setup: Setup): readonly Line[] {
  const { unkept } = setup;
  return [
    ...(unkept ? [[bold('Not stored:'), ` ${unkept.why}. ${unkept.fix} Until then a restart of the bot forgets this incident.`]] : []),
    ...(setup.dryRun ? [[bold('Dry run:'), ' no button changes anything; each says what it would do.']] : []),
    ...(incident.place?.why === undefined ? [] : [[`In a thread, because ${incident.place.why}`]]),
    ...notInvited(incident),
    ...otherAlerts(incident),
    ...told(incident),
    ...incident.troubles.slice(-TROUBLES_MAX).map((t) => join([`⚠ ${cut(t.text, 120)}. ${cut(t.fix, 160)}`])),
  ];
}

function notInvited(incident: Incident): readonly Line[] {
  const failed = incident.events.flatMap((event) => (event.type === 'invited' ? event.failed : []));
  if (failed.length === 0) return [];
  return [
    join([
      '⚠ Could not invite ',
      join(failed.slice(0, 5).map(user), ', '),
      failed.length > 5 ? ` and ${failed.length - 5} more` : undefined,
    ]),
  ];
}

/** The newest word of each alert that was gathered here; the one that opened the incident is its title. */
function otherAlerts(incident: Incident): readonly Line[] {
  const newest = new Map<string, Alert>();
  for (const alert of [incident.alert, ...incident.alerts]) newest.set(alert.key, alert);
  const own = newest.get(incident.alert.key);
  newest.delete(incident.alert.key);
  const others = [...newest.values()];
  const shown = others
    .slice(0, ALERTS_MAX)
    .map((a) => [`${a.status === 'resolved' ? '✔' : '•'} ${cut(a.title, 80)}${a.service ? ` (${oneLine(a.service)})` : ''}`]);
  return [
    ...(own?.status === 'resolved' ? [line`The alert that opened this has resolved.`] : []),
    ...(others.length === 0 ? [] : [[`Also ${plural(others.length, 'alert')} gathered here:`], ...shown]),
    ...(others.length > ALERTS_MAX ? [[`… and ${others.length - ALERTS_MAX} more`]] : []),
  ];
}

function told(incident: Incident): readonly Line[] {
  if (!incident.told || incident.resolved) return [];
  return [line`People outside were told ${time(incident.told.at)}; next update ${time(incident.told.nextAt)}`];
}
