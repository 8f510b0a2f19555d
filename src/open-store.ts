import type { Clock } from './core/clock.ts';
import { type Journal, StoreDown, type Turns } from './core/journal.ts';
import { lateStore } from './late-store.ts';
import type { General } from './settings.ts';
import type { Log } from './walk/tools.ts';

export interface Store {
  journal: Journal;
  turns: Turns;
}

/**
 * The journal and its turns: shared on PostgreSQL when DATABASE_URL is set, else on this machine in DATA_DIR. What passes (a server that is
 * away, a full disk) is waited for; else throws `StoreDown` with what to do.
 */
export async function openStore(general: General, clock: Clock, log: Log): Promise<Store> {
  const open = () => openNow(general, clock, log);
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof StoreDown) || !error.passing) throw error;
    log.error(`${error.message}: it is tried again`, { fix: error.fix });
    return lateStore(open, error, clock, log);
  }
}

/** Incidents of a memory are numbered by the minute, far from those of the store. */
export async function openMemoryStore(clock: Clock, log: Log): Promise<Store & { resumed: () => Turns }> {
  const [{ sqliteInMemory }, { inProcessTurns }] = await Promise.all([import('./journal/sqlite.ts'), import('./journal/turns.ts')]);
  const journal = sqliteInMemory((Math.floor(clock.now().getTime() / 60_000) % 900_000) + 100_000);
  const resumed = () => inProcessTurns(journal, clock, failing(log));
  return { journal, turns: resumed(), resumed };
}

function failing(log: Log): (id: string, error: unknown) => void {
  return (id, error) => log.error(`a turn of ${id} failed and is tried again`, { error });
}

async function openNow(general: General, clock: Clock, log: Log): Promise<Store> {
  const failed = failing(log);
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
