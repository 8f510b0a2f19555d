import type { Form, Reply } from '../core/channels.ts';
import type { Hypothesis } from '../core/diagnosis.ts';
import type { Incident } from '../core/incident.ts';
import { lessonOf, missingIn, newestEntry, proposal, withEntry } from '../core/runbook.ts';
import { fixOf, mostAlike } from '../core/similar.ts';
import { post } from './post.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** A message holds about this much; the rest is in the file. */
const SHOWN = 2_800;

/** What the runbook says of the cause, in the thread, as soon as the cause is named. Once per cause. */
export async function showRunbook(incident: Incident, rule: string, tools: Tools, records: Records): Promise<void> {
  const file = await tools.runbooks?.read(rule);
  const key = runbookKey(rule);
  if (file === undefined) {
    await records.append(incident.id, (now) =>
      now.posted[key] ? [] : [{ type: 'posted', key, kind: 'thread', ts: '', text: 'no runbook yet' }],
    );
    return;
  }
  const message = { key, text: 'Seen before. The runbook says:', code: newestEntry(file).slice(0, SHOWN) };
  await post(incident, 'thread', message, tools, records);
}

export function runbookKey(rule: string): string {
  return `runbook:${rule}`;
}

/** After closing: a proposal that a person edits before it is saved. */
export function runbookForm(incident: Incident): Form {
  const rule = lessonOf(incident);
  const form = { name: 'runbook', title: 'Runbook', meta: incident.id };
  if (rule === undefined) return { ...form, lines: ['No cause was confirmed, so there is nothing to learn from yet.'], fields: [] };
  return {
    ...form,
    submit: 'Save',
    lines: [`Saved as ${rule}.md. Edit it: when it applies, what to do, what depends on it, what went wrong before.`],
    fields: [{ name: 'text', label: 'Entry (Markdown)', kind: 'long', max: 3000, value: proposal(incident).slice(0, 3000) }],
  };
}

export async function saveRunbook(incident: Incident, text: string, tools: Tools): Promise<Reply> {
  const rule = lessonOf(incident);
  if (rule === undefined || !tools.runbooks) return { text: 'RUNBOOKS is not set: nothing was saved.' };
  const missing = missingIn(text);
  if (missing.length > 0) return { errors: { text: `An entry must say: ${missing.join(', ')}.` } };
  const existing = await tools.runbooks.read(rule);
  await tools.runbooks.save(rule, withEntry(rule, existing, text, incident));
  return { text: `Saved as ${rule}.md. It is shown first when this cause is seen again.` };
}

/** How many ended incidents are searched for one that looks the same. */
const REMEMBERED = 200;

/** Names the ended incident that looks most like this one. Once per incident; nothing alike is an answer, too. */
export async function recall(incident: Incident, cause: Hypothesis, tools: Tools, records: Records): Promise<void> {
  const listed = await tools.journal.list('all', REMEMBERED);
  const ended = await Promise.all(listed.filter((one) => !one.open && one.id !== incident.id).map(({ id }) => records.load(id)));
  const alike = mostAlike(cause, ended);
  if (!alike) return;
  const fact = { number: alike.number, title: alike.title, on: alike.openedAt, fixedBy: fixOf(alike) };
  await records.append(incident.id, (now) => (now.recalled ? [] : [{ type: 'recalled', ...fact }]));
}
