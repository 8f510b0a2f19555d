import type { DatabaseSync } from 'node:sqlite';
import { StoreDown } from '../core/journal.ts';
import { eventOf, type Line, lineOf, textOf } from './lines.ts';

/** Reads incident by incident, so a large journal is never in memory at once. */
export function* exportSqlite(db: DatabaseSync): Iterable<string> {
  yield textOf({ journal: 1 });
  const keys = db.prepare('SELECT key FROM claim WHERE incident = ? ORDER BY key');
  const events = db.prepare('SELECT body FROM event WHERE incident = ? ORDER BY version');
  for (const row of db.prepare('SELECT id, number, key, open, due, limited FROM incident ORDER BY number').all()) {
    const id = String(row.id);
    const claimed = keys.all(id).map((k) => String(k.key));
    const due = row.due === null ? null : new Date(Number(row.due)).toISOString();
    const limit = row.limited === null ? null : String(row.limited);
    const main = String(row.key);
    const all = [main, ...claimed.filter((key) => key !== main)];
    yield textOf({ incident: { id, number: Number(row.number), keys: all, open: row.open === 1, due, limit } });
    for (const event of events.iterate(id)) yield textOf({ of: id, event: eventOf(String(event.body)) });
  }
  for (const row of db.prepare('SELECT key, incident FROM once ORDER BY key').iterate()) {
    yield textOf({ once: String(row.key), of: row.incident === null ? null : String(row.incident) });
  }
}

/** All or nothing. */
export async function importSqlite(db: DatabaseSync, lines: AsyncIterable<string> | Iterable<string>): Promise<number> {
  if (db.prepare('SELECT 1 FROM incident LIMIT 1').get()) {
    throw new StoreDown('the journal is not empty', 'Import into an empty DATA_DIR: move the old one away first.');
  }
  const insert = db.prepare(
    'INSERT INTO incident (id, number, key, open, version, due, opened_at, limited) VALUES (?, ?, ?, ?, 0, ?, 0, ?) RETURNING id',
  );
  const claim = db.prepare('INSERT INTO claim (key, incident) VALUES (?, ?)');
  const event = db.prepare('INSERT INTO event (incident, version, type, body) VALUES (?, ?, ?, ?)');
  const version = db.prepare('UPDATE incident SET version = ?, opened_at = iif(? = 1, ?, opened_at) WHERE id = ?');
  const once = db.prepare('INSERT INTO once (key, incident) VALUES (?, ?)');
  let count = 0;
  let at = 0;
  const take = (line: Line): void => {
    if ('incident' in line) {
      const { id, number, keys, open, due, limit } = line.incident;
      insert.run(id, number, keys[0] ?? id, open ? 1 : 0, due === null ? null : Date.parse(due), limit);
      if (open) for (const key of keys) claim.run(key, id);
      count++;
      at = 0;
    } else if ('event' in line) {
      event.run(line.of, ++at, line.event.type, JSON.stringify(line.event));
      version.run(at, at, Date.parse(line.event.at), line.of);
    } else if ('once' in line) once.run(line.once, line.of);
  };
  const all: Line[] = [];
  for await (const text of lines) if (text.trim() !== '') all.push(lineOf(text));
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const line of all) take(line);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
  return count;
}
