import { escapeMrkdwn, oneLine } from './escape.ts';
import type { Incident } from './incident.ts';

/**
 * The one announcement of an incident, for people outside of its channel: plain words, and whether deploys are welcome. It is edited whenever this text
 * changes, so it says no times that pass.
 */
export function announcement(incident: Incident): string {
  const over = incident.resolved !== undefined || incident.closed !== undefined;
  const where = incident.place ? ` <#${incident.place.channel}>` : '';
  return [
    `${over ? '✅' : '🔥'} *#${incident.number} ${escapeMrkdwn(oneLine(incident.title))}*${where}`,
    state(incident),
    over ? 'Deploys may go on.' : 'Please do not deploy until this is over.',
  ].join('\n');
}

function state(incident: Incident): string {
  if (incident.resolved) return 'It is over.';
  if (incident.closed) return 'It resolved by itself.';
  if (incident.told) return escapeMrkdwn(incident.told.text.trim());
  if (incident.recovery?.word === 'recovered') return 'It works again; we keep watching.';
  return incident.actions.some((a) => a.result?.status === 'done') ? 'A fix is on its way.' : 'We are looking into it.';
}
