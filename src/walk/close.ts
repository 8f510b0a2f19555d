import type { Incident } from '../core/incident.ts';
import { recordedCase } from '../core/recorded-case.ts';
import { review as reviewOf } from '../core/review/review.ts';
import { lessonOf } from '../core/runbook.ts';
import { post, upload } from './post.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** The timeline and review document, as a file in the thread. */
export async function review(incident: Incident, tools: Tools, records: Records): Promise<void> {
  await proposeRunbook(incident, tools, records);
  const file = { name: `incident-${incident.number}-review.md`, title: `Review of #${incident.number}`, content: reviewOf(incident) };
  await upload(incident, 'review', file, 'review', tools, records);
}

/** The last question to a person: what should the next one on call know? */
async function proposeRunbook(incident: Incident, tools: Tools, records: Records): Promise<void> {
  if (!tools.runbooks || lessonOf(incident) === undefined || incident.posted.runbook) return;
  const buttons = [{ action: 'runbook', text: 'Add to the runbook…', value: incident.id }];
  const text = 'What should the next one on call know? I wrote a proposal; you edit it.';
  await post(incident, 'thread', { key: 'runbook', text, buttons }, tools, records);
}

/** Frees the key last: until then a new alert joins this incident. */
export async function closeIncident(incident: Incident, why: string, tools: Tools, records: Records): Promise<void> {
  const recorded = incident.closed ? undefined : recordedCase(incident);
  if (recorded) await tools.keep(recorded);
  await tools.journal.close(incident.id);
  await records.append(incident.id, (now) => (now.closed ? [] : [{ type: 'closed', why }]));
}
