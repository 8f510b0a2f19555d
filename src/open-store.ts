import type { Clock } from './core/clock.ts';
import type { Journal, Turns } from './core/journal.ts';
import type { General } from './settings.ts';
import type { Log } from './walk/tools.ts';

export interface Store {
  journal: Journal;
  turns: Turns;
}

/** The journal and its turns: shared on PostgreSQL when DATABASE_URL is set, else on this machine in DATA_DIR. Throws `StoreDown` with what to do. */
export async function openStore(general: General, clock: Clock, log: Log): Promise<Store> {
  const failed = (id: string, error: unknown) => log.error(`a turn of ${id} failed and is tried again`, { error });
  if (general.databaseUrl) return shared(general.databaseUrl, failed, log);
  const [{ openSqlite }, { inProcessTurns }] = await Promise.all([import('./journal/sqlite.ts'), import('./journal/turns.ts')]);
  const journal = await openSqlite(general.dataDir);
  return { journal, turns: inProcessTurns(journal, clock, failed) };
}

async function shared(url: string, failed: (id: string, error: unknown) => void, log: Log): Promise<Store> {
  const [{ openPostgres }, { openBoss }] = await Promise.all([import('./journal/postgres.ts'), import('./journal/boss-turns.ts')]);
  const lost = (error: Error) => log.warn('PostgreSQL: a connection was lost and is opened again', { error });
  const boss = await openBoss(url, lost);
  const journal = await openPostgres(url, boss.schedule, lost);
  return { journal, turns: boss.turns(journal, failed) };
}
