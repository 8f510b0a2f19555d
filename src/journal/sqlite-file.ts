import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreDown } from '../core/journal.ts';
import { sqliteDown } from './sqlite-down.ts';

/** Each entry takes the file one version up; entries are never changed once released. */
const migrations: readonly string[] = [
  `CREATE TABLE incident (
     id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, key TEXT NOT NULL, open INTEGER NOT NULL,
     version INTEGER NOT NULL, due INTEGER, opened_at INTEGER NOT NULL, limited TEXT
   ) STRICT;
   CREATE INDEX incident_due ON incident (due) WHERE due IS NOT NULL;
   CREATE INDEX incident_limited ON incident (limited, opened_at) WHERE limited IS NOT NULL;
   CREATE TABLE claim (key TEXT PRIMARY KEY, incident TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX claim_incident ON claim (incident);
   CREATE TABLE event (incident TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (incident, version)) STRICT;
   CREATE TABLE once (key TEXT PRIMARY KEY, incident TEXT) STRICT, WITHOUT ROWID;
   CREATE TABLE pinged (only INTEGER PRIMARY KEY CHECK (only = 1), times INTEGER NOT NULL) STRICT;`,
];

export interface SqliteFile {
  db: DatabaseSync;
  close: () => void;
}

/** Opens `journal.db` in the data directory, takes the directory's lock and brings the file up to date. Throws `StoreDown`. */
export function openFile(dataDir: string): SqliteFile {
  const opened: DatabaseSync[] = [];
  const open = (name: string): DatabaseSync => {
    const db = new DatabaseSync(join(dataDir, name), { timeout: 0 });
    opened.push(db);
    return db;
  };
  const close = (): void => {
    for (const db of opened.toReversed()) if (db.isOpen) db.close();
  };
  try {
    // For its owner alone: incidents quote logs and errors.
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    hold(open('lock.db'));
    const db = open('journal.db');
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    migrate(db);
    return { db, close };
  } catch (error) {
    close();
    throw sqliteDown(error, dataDir);
  }
}

/** A journal that ends with the process, for while the real one is down. */
export function openMemory(): SqliteFile {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  return { db, close: () => db.close() };
}

/** A second file, held exclusively as long as the process lives: the journal itself stays readable for `sqlite3`. Free again after `kill -9`. */
function hold(lock: DatabaseSync): void {
  lock.exec('PRAGMA locking_mode = EXCLUSIVE');
  lock.exec('BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (by TEXT) STRICT; COMMIT');
}

function migrate(db: DatabaseSync): void {
  const at = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (at > migrations.length) {
    throw new StoreDown(
      `the journal was written by a newer version (${at}, this one knows ${migrations.length})`,
      'Start the newer version again, or export the journal with it and import it here into an empty DATA_DIR.',
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index >= at) db.exec(`BEGIN; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
