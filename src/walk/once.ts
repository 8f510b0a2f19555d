import type { Incident } from '../core/incident.ts';
import type { Records } from './record.ts';

/**
 * One thing done outside, once, whatever crashes in between: the intent stands in the journal first, and where it stood there already, it is
 * looked for before it is made.
 */
export async function once<T>(
  incident: Incident,
  intent: string,
  records: Records,
  { find, make }: { find: () => Promise<T | undefined>; make: () => Promise<T> },
): Promise<T> {
  if (!incident.intended.includes(intent)) {
    await records.append(incident.id, () => [{ type: 'intended', key: intent }]);
    return make();
  }
  return (await find()) ?? make();
}
