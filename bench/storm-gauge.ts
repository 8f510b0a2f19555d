import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Journal } from '../src/core/journal.ts';
import { openPostgres } from '../src/journal/postgres.ts';
import { openSqlite } from '../src/journal/sqlite.ts';

/** Measures this process from now on: processor time, and how late its event loop came, in milliseconds. */
export function gauge(): () => { cpuMs: number; loopP99Ms: number; loopMaxMs: number } {
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return {
      cpuMs: Math.round((user + system) / 1000),
      loopP99Ms: Math.round(loop.percentile(99) / 1e6),
      loopMaxMs: Math.round(loop.max / 1e6),
    };
  };
}

/** What stands in the store of a bot that has ended. */
export async function stored(databaseUrl: string, dataDir: string): Promise<{ incidents: number; remembered: number; events: number }> {
  const ignore = async () => undefined;
  const journal: Journal = databaseUrl ? await openPostgres(databaseUrl, ignore, () => undefined) : await openSqlite(dataDir);
  // Every alert that was answered with 202 is remembered with its incident; the first of a key and one a minute stand in the journal.
  let remembered = 0;
  let events = 0;
  for await (const line of journal.exportLines()) {
    if (line.startsWith('{"once":"alert ')) remembered++;
    if (line.startsWith('{"of":')) events++;
  }
  const incidents = (await journal.list('all', 1000)).length;
  await journal.shut();
  return { incidents, remembered, events };
}
