import type { Incident } from '../core/incident.ts';
import type { Picture } from '../core/pictures.ts';
import { upload } from './post.ts';
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
  const content = await tools.draw(chart, signal);
  await upload(incident, key, { name, title, content, alt: chart.alt }, chart.alt, tools, records);
}
