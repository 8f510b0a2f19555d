import type { Pool } from 'pg';
import { StoreDown } from '../core/journal.ts';
import { eventOf, lineOf, textOf } from './lines.ts';
import type { Schedule } from './postgres.ts';
import { postgresDown } from './postgres-down.ts';
import type { Query } from './postgres-rows.ts';

interface IncidentRow {
  id: string;
  number: number;
  key: string;
  open: boolean;
  due: Date | null;
  limited: string | null;
  keys: string[];
}

/** Reads incident by incident, so a large journal is never in memory at once. */
export async function* exportPostgres(pool: Pool): AsyncIterable<string> {
  try {
    yield textOf({ journal: 1 });
    const incidents = await pool.query<IncidentRow>(
      `SELECT i.*, array(SELECT key FROM pulaski.claim c WHERE c.incident = i.id AND c.key <> i.key ORDER BY key COLLATE "C") AS keys
       FROM pulaski.incident i ORDER BY number`,
    );
    for (const { id, number, key, open, due, limited, keys } of incidents.rows) {
      yield textOf({ incident: { id, number, keys: [key, ...keys], open, due: due?.toISOString() ?? null, limit: limited } });
      const events = await pool.query<{ body: string }>('SELECT body FROM pulaski.event WHERE incident = $1 ORDER BY version', [id]);
      for (const { body } of events.rows) yield textOf({ of: id, event: eventOf(body) });
    }
    const once = await pool.query<{ key: string; incident: string | null }>(
      'SELECT key, incident FROM pulaski.once ORDER BY key COLLATE "C"',
    );
    for (const { key, incident } of once.rows) yield textOf({ once: key, of: incident });
  } catch (error) {
    throw postgresDown(error);
  }
}

/** Inside a transaction: all or nothing. Everything that is due is planned again. */
export async function importPostgres(on: Query, schedule: Schedule, lines: AsyncIterable<string> | Iterable<string>): Promise<number> {
  await on.query('SELECT last FROM pulaski.counter FOR UPDATE');
  if ((await on.query('SELECT 1 FROM pulaski.incident LIMIT 1')).rows.length > 0) {
    throw new StoreDown('the journal is not empty', 'Import into an empty database.');
  }
  let count = 0;
  let last = 0;
  let at = 0;
  for await (const text of lines) {
    if (text.trim() === '') continue;
    const line = lineOf(text);
    if ('incident' in line) {
      const { id, number, keys, open, due, limit } = line.incident;
      await on.query(
        'INSERT INTO pulaski.incident (id, number, key, open, version, due, opened_at, limited) VALUES ($1, $2, $3, $4, 0, $5, now(), $6)',
        [id, number, keys[0] ?? id, open, due, limit],
      );
      if (open) await on.query('INSERT INTO pulaski.claim (key, incident) SELECT unnest($1::text[]), $2', [keys, id]);
      if (due !== null) await schedule(on, { fresh: [{ id, due }], moved: [] });
      count++;
      at = 0;
      last = Math.max(last, number);
    } else if ('event' in line) {
      await on.query('INSERT INTO pulaski.event (incident, version, type, body) VALUES ($1, $2, $3, $4)', [
        line.of,
        ++at,
        line.event.type,
        JSON.stringify(line.event),
      ]);
      await on.query(
        'UPDATE pulaski.incident SET version = $2, opened_at = CASE WHEN $2::int = 1 THEN $3::timestamptz ELSE opened_at END WHERE id = $1',
        [line.of, at, line.event.at],
      );
    } else if ('once' in line) await on.query('INSERT INTO pulaski.once (key, incident) VALUES ($1, $2)', [line.once, line.of]);
  }
  await on.query('UPDATE pulaski.counter SET last = $1', [last]);
  return count;
}
