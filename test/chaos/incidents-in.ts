import { fold } from '../../src/core/fold.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { Journal } from '../../src/core/journal.ts';
import { openSqlite } from '../../src/journal/sqlite.ts';

/** What a bot that was stopped has left in its store. */
export async function incidentsIn(databaseUrl: string | undefined, dataDir: string): Promise<readonly Incident[]> {
  const journal: Journal = databaseUrl ? await openShared(databaseUrl) : await openSqlite(dataDir);
  try {
    const listed = await journal.list('all', 100);
    return await Promise.all(listed.map(async ({ id }) => fold(id, await journal.read(id))));
  } finally {
    await journal.shut();
  }
}

async function openShared(url: string): Promise<Journal> {
  const { openPostgres } = await import('../../src/journal/postgres.ts');
  return openPostgres(
    url,
    async () => undefined,
    () => undefined,
  );
}
