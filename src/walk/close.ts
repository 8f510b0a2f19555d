import type { Incident } from '../core/incident.ts';
import { recordedCase } from '../core/recorded-case.ts';
import { review as reviewOf } from '../core/review/review.ts';
import { lessonOf } from '../core/runbook.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** The timeline and review document, as a file in the thread. */
export async function review(incident: Incident, tools: Tools, records: Records): Promise<void> {
  if (incident.place) {
    const file = { name: `incident-${incident.number}-review.md`, title: `Review of #${incident.number}`, content: reviewOf(incident) };
    await tools.channels.upload(incident.place, file, incident.place.thread ?? incident.card);
  }
  await proposeRunbook(incident, tools);
  await records.append(incident.id, (now) =>
    now.posted.review ? [] : [{ type: 'posted', key: 'review', kind: 'file', ts: '', text: 'review' }],
  );
}

/** The last question to a person: what should the next one on call know? */
async function proposeRunbook(incident: Incident, tools: Tools): Promise<void> {
  const { place, card } = incident;
  if (!tools.runbooks || !place || lessonOf(incident) === undefined) return;
  const buttons = [{ action: 'runbook', text: 'Add to the runbook…', value: incident.id }];
  await tools.channels.post(
    place,
    { key: 'runbook', text: 'What should the next one on call know? I wrote a proposal; you edit it.', buttons },
    place.thread ?? card,
  );
}

/** Frees the key last: until then a new alert joins this incident. */
export async function closeIncident(incident: Incident, why: string, tools: Tools, records: Records): Promise<void> {
  const recorded = incident.closed ? undefined : recordedCase(incident);
  if (recorded) await tools.keep(recorded);
  await tools.journal.close(incident.id);
  await records.append(incident.id, (now) => (now.closed ? [] : [{ type: 'closed', why }]), { due: null });
}
