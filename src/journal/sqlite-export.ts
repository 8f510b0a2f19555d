import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreDown } from '../core/journal.ts';
import { sqliteDown } from './sqlite-down.ts';
import { exportSqlite } from './sqlite-lines.ts';

/** The embedded journal as lines, at one moment, also while the bot writes on: it takes no lock. Throws `StoreDown`. */
export async function* exportFile(dataDir: string): AsyncGenerator<string> {
  const path = join(dataDir, 'journal.db');
  if (!existsSync(path)) throw new StoreDown(`there is no journal in ${dataDir}`, 'Set DATA_DIR as the bot has it.');
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    db.exec('BEGIN');
    yield* exportSqlite(db);
  } catch (error) {
    throw sqliteDown(error, dataDir);
  } finally {
    db?.close();
  }
}
