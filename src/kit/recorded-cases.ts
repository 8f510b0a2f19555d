import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One line a closed incident, for `npm run eval`. A line written twice by a crash in between does no harm: the newest counts. */
export function recordedCasesIn(folder: string): (line: unknown) => Promise<void> {
  return (line) => appendFile(join(folder, 'cases.jsonl'), `${JSON.stringify(line)}\n`, { mode: 0o600 });
}
