import type { Incident } from '../core/incident.ts';
import type { Picture } from '../core/pictures.ts';
import type { Records } from './record.ts';
import type { Tools } from './tools.ts';

/** Draws and shows one picture in the thread. The card never waits for it. */
export async function showPicture(
  incident: Incident,
  { key, name, title, chart }: Picture,
  tools: Tools,
  records: Records,
  signal: AbortSignal,
): Promise<void> {
  const { place, card, id } = incident;
  if (!place || !card) return;
  const content = await tools.draw(chart, signal);
  await tools.channels.upload(place, { name, title, content, alt: chart.alt }, place.thread ?? card);
  await records.append(id, (now) => (now.posted[key] ? [] : [{ type: 'posted', key, kind: 'file', ts: '', text: chart.alt }]));
}
