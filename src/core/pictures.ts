import { incidentChart } from './chart.ts';
import type { RemedyKind } from './diagnosis.ts';
import { type Incident, onsetOf } from './incident.ts';
import type { Chart } from './kit/chart.ts';

/** A picture for the thread; `key` makes it happen once. */
export interface Picture {
  key: `picture:${'first' | 'recovered'}`;
  name: string;
  title: string;
  chart: Chart;
}

/** As a mark in the picture says what was done. */
const done: Partial<Record<RemedyKind, string>> = {
  revert: 'reverted',
  rollback: 'rolled back',
  restart: 'restarted',
  'kill-queries': 'queries ended',
  flag: 'flag switched',
};

/** The picture that is due and not posted yet: of the first look once it is judged, and of the recovery. Nothing when there is nothing to draw. */
export function pictures(incident: Incident): readonly Picture[] {
  if (incident.closed || !incident.looks[0]?.endedAt || !incident.diagnosis) return [];
  const which = incident.recovery?.word === 'recovered' ? 'recovered' : 'first';
  const key = `picture:${which}` as const;
  // A bot that was away during the first look does not show the beginning beside the end.
  if (incident.posted[key] || (which === 'first' && incident.posted['picture:recovered'])) return [];
  const onset = onsetOf(incident.history);
  const chart = incidentChart({
    title: `#${incident.number} ${incident.title}`,
    evidence: incident.evidence,
    actions: actionsOf(incident),
    ...(onset === undefined ? {} : { onset }),
  });
  if (!chart) return [];
  const title = which === 'first' ? 'Errors and the database machine, at first sight' : 'Errors and the database machine, until recovery';
  return [{ key, name: `incident-${incident.number}-${which}.png`, title, chart }];
}

function actionsOf({ actions, fixedElsewhere }: Incident): readonly { at: string; text: string }[] {
  const ours = actions.flatMap(({ kind, endedAt, result }) =>
    endedAt !== undefined && result?.status === 'done' ? [{ at: endedAt, text: done[kind] ?? kind }] : [],
  );
  return [...ours, ...(fixedElsewhere ? [{ at: fixedElsewhere.at, text: fixedElsewhere.text }] : [])];
}
