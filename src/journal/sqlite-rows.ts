import type { DatabaseSync } from 'node:sqlite';
import type { IncidentEvent } from '../core/incident.ts';
import { Conflict, type Due, type Listed } from '../core/journal.ts';

type Row = Readonly<Record<string, unknown>>;

/** The statements of the embedded store, prepared once; the first incident has the number `first`. Times are UTC ISO outside, milliseconds inside. */
export function sqliteRows(db: DatabaseSync, first: number) {
  const sql = prepared(db);
  return {
    nextNumber: (): number => Number(sql.lastNumber.get()?.last ?? first - 1) + 1,
    insert: (i: { id: string; number: number; key: string; due: string; at: string; limit: string | undefined }): void => {
      sql.insert.run(i.id, i.number, i.key, Date.parse(i.due), Date.parse(i.at), i.limit ?? null);
    },
    claim: (key: string, id: string): void => void sql.claim.run(key, id),
    /** False when it was there. A key remembered without an incident takes one later. */
    remember: (key: string, id: string | null): boolean => Number(sql.remember.run(key, id).changes) > 0,
    recall: (prefix: string): readonly string[] =>
      sql.recall
        .all(prefix, `${prefix}\u{10FFFF}`)
        .map((row) => String(row.key))
        .toReversed(),
    known: (key: string) => idAndNumber(sql.known.get(key)),
    byKey: (key: string) => idAndNumber(sql.byKey.get(key)),
    byNumber: (number: number): string | undefined => idAndNumber(sql.byNumber.get(number))?.id,
    openedSince: (name: string, since: string): number => Number(sql.openedSince.get(name, Date.parse(since))?.n ?? 0),
    append: (id: string, expected: number | 'any', events: readonly IncidentEvent[]): void => {
      const row = sql.version.get(id);
      if (row === undefined) throw new Conflict(`there is no incident ${id}`);
      let version = Number(row.version);
      if (expected !== 'any' && expected !== version) throw new Conflict(`incident ${id} is at version ${version}, not ${expected}`);
      for (const event of events) sql.event.run(id, ++version, event.type, JSON.stringify(event));
      sql.setVersion.run(version, id);
    },
    setDue: (id: string, due: string | null): void => void sql.setDue.run(due === null ? null : Date.parse(due), id),
    setDueBy: (id: string, due: string): void => void sql.setDueBy.run(Date.parse(due), id),
    bodies: (id: string, types?: readonly string[]): readonly string[] =>
      (types ? sql.bodiesOf.all(id, JSON.stringify(types)) : sql.bodies.all(id)).map((row) => String(row.body)),
    bodiesAfter: (id: string, version: number): readonly string[] => sql.bodiesAfter.all(id, version).map((row) => String(row.body)),
    list: (which: 'open' | 'all', limit: number): readonly Listed[] => sql.list.all(which === 'open' ? 1 : 0, limit).map(listed),
    close: (id: string): void => {
      sql.free.run(id);
      sql.shut.run(id);
    },
    dueBefore: (time: string): readonly Due[] => sql.dueBefore.all(Date.parse(time)).map(due),
    ping: (): void => void sql.ping.run(),
  };
}

function prepared(db: DatabaseSync) {
  return {
    lastNumber: db.prepare('SELECT max(number) AS last FROM incident'),
    insert: db.prepare('INSERT INTO incident (id, number, key, open, version, due, opened_at, limited) VALUES (?, ?, ?, 1, 0, ?, ?, ?)'),
    claim: db.prepare('INSERT INTO claim (key, incident) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    remember: db.prepare(`INSERT INTO once (key, incident) VALUES (?, ?)
               ON CONFLICT (key) DO UPDATE SET incident = excluded.incident WHERE once.incident IS NULL AND excluded.incident IS NOT NULL`),
    recall: db.prepare('SELECT key FROM once WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 5000'),
    known: db.prepare('SELECT i.id, i.number FROM once o JOIN incident i ON i.id = o.incident WHERE o.key = ?'),
    byKey: db.prepare('SELECT i.id, i.number FROM claim c JOIN incident i ON i.id = c.incident WHERE c.key = ?'),
    byNumber: db.prepare('SELECT id, number FROM incident WHERE number = ?'),
    openedSince: db.prepare('SELECT count(*) AS n FROM incident WHERE limited = ? AND opened_at >= ?'),
    version: db.prepare('SELECT version FROM incident WHERE id = ?'),
    event: db.prepare('INSERT INTO event (incident, version, type, body) VALUES (?, ?, ?, ?)'),
    setVersion: db.prepare('UPDATE incident SET version = ? WHERE id = ?'),
    setDue: db.prepare('UPDATE incident SET due = ? WHERE id = ?'),
    setDueBy: db.prepare('UPDATE incident SET due = min(coalesce(due, 9e15), ?) WHERE id = ?'),
    bodies: db.prepare('SELECT body FROM event WHERE incident = ? ORDER BY version'),
    bodiesAfter: db.prepare('SELECT body FROM event WHERE incident = ? AND version > ? ORDER BY version'),
    bodiesOf: db.prepare('SELECT body FROM event WHERE incident = ? AND type IN (SELECT value FROM json_each(?)) ORDER BY version'),
    list: db.prepare('SELECT id, number, key, open FROM incident WHERE open >= ? ORDER BY number DESC LIMIT ?'),
    free: db.prepare('DELETE FROM claim WHERE incident = ?'),
    shut: db.prepare('UPDATE incident SET open = 0 WHERE id = ?'),
    dueBefore: db.prepare('SELECT id, due FROM incident WHERE due <= ? ORDER BY due'),
    ping: db.prepare('INSERT INTO pinged (only, times) VALUES (1, 1) ON CONFLICT (only) DO UPDATE SET times = times + 1'),
  };
}

function idAndNumber(row: Row | undefined): { id: string; number: number } | undefined {
  return row === undefined ? undefined : { id: String(row.id), number: Number(row.number) };
}

function listed(row: Row): Listed {
  return { id: String(row.id), number: Number(row.number), key: String(row.key), open: row.open === 1 };
}

function due(row: Row): Due {
  return { id: String(row.id), due: new Date(Number(row.due)).toISOString() };
}
