import type { ClientBase, QueryResultRow } from 'pg';
import type { IncidentEvent } from '../core/incident.ts';
import { Conflict, type Due, type Listed } from '../core/journal.ts';

export type Query = Pick<ClientBase, 'query'>;

/** The statements of the shared store, on one connection (inside its transaction) or on the pool. */
export function postgresRows(on: Query) {
  async function all<T extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    return (await on.query<T>(sql, [...values])).rows;
  }
  const one = async <T extends QueryResultRow>(sql: string, values: readonly unknown[]) => (await all<T>(sql, values))[0];
  type Found = { id: string; number: number };
  return {
    /** Everybody who opens waits here: numbers without a gap, and a limit that holds over all processes. */
    lockOpening: () => all('SELECT last FROM pulaski.counter FOR UPDATE'),
    nextNumber: async () => (await one<{ last: number }>('UPDATE pulaski.counter SET last = last + 1 RETURNING last', []))?.last ?? 0,
    insert: (i: { id: string; number: number; key: string; due: string; at: string; limit: string | undefined }) =>
      all(
        'INSERT INTO pulaski.incident (id, number, key, open, version, due, opened_at, limited) VALUES ($1, $2, $3, true, 0, $4, $5, $6)',
        [i.id, i.number, i.key, i.due, i.at, i.limit ?? null],
      ),
    claim: (key: string, id: string) => all('INSERT INTO pulaski.claim (key, incident) VALUES ($1, $2) ON CONFLICT DO NOTHING', [key, id]),
    /** False when it was there. A key remembered without an incident takes one later. */
    remember: async (key: string, id: string | null) =>
      (await one(
        `INSERT INTO pulaski.once AS o (key, incident) VALUES ($1, $2) ON CONFLICT (key)
         DO UPDATE SET incident = excluded.incident WHERE o.incident IS NULL AND excluded.incident IS NOT NULL RETURNING key`,
        [key, id],
      )) !== undefined,
    known: (key: string) =>
      one<Found>('SELECT i.id, i.number FROM pulaski.once o JOIN pulaski.incident i ON i.id = o.incident WHERE o.key = $1', [key]),
    byKey: (key: string) =>
      one<Found>('SELECT i.id, i.number FROM pulaski.claim c JOIN pulaski.incident i ON i.id = c.incident WHERE c.key = $1', [key]),
    byNumber: async (number: number) => (await one<Found>('SELECT id, number FROM pulaski.incident WHERE number = $1', [number]))?.id,
    openedSince: async (name: string, since: string) =>
      (await one<{ n: number }>('SELECT count(*)::int AS n FROM pulaski.incident WHERE limited = $1 AND opened_at >= $2', [name, since]))
        ?.n ?? 0,
    async append(id: string, expected: number | 'any', events: readonly IncidentEvent[]): Promise<void> {
      const row = await one<{ version: number }>('SELECT version FROM pulaski.incident WHERE id = $1 FOR UPDATE', [id]);
      if (row === undefined) throw new Conflict(`there is no incident ${id}`);
      const { version } = row;
      if (expected !== 'any' && expected !== version) throw new Conflict(`incident ${id} is at version ${version}, not ${expected}`);
      if (events.length === 0) return;
      await all(
        `WITH stored AS (
           INSERT INTO pulaski.event (incident, version, body) SELECT $1, $2 + n, body FROM unnest($3::text[]) WITH ORDINALITY AS e (body, n)
         ) UPDATE pulaski.incident SET version = $2 + $4 WHERE id = $1`,
        [id, version, events.map((event) => JSON.stringify(event)), events.length],
      );
    },
    setDue: (id: string, due: string | null) => all('UPDATE pulaski.incident SET due = $2 WHERE id = $1', [id, due]),
    /** The due time after it. */
    setDueBy: async (id: string, due: string) =>
      (
        await one<{ due: Date }>('UPDATE pulaski.incident SET due = least(due, $2) WHERE id = $1 RETURNING due', [id, due])
      )?.due.toISOString() ?? due,
    bodies: async (id: string) =>
      (await all<{ body: string }>('SELECT body FROM pulaski.event WHERE incident = $1 ORDER BY version', [id])).map((row) => row.body),
    list: (which: 'open' | 'all', limit: number) =>
      all<Listed & QueryResultRow>('SELECT id, number, key, open FROM pulaski.incident WHERE open OR $1 ORDER BY number DESC LIMIT $2', [
        which === 'all',
        limit,
      ]),
    async close(id: string): Promise<void> {
      await all('DELETE FROM pulaski.claim WHERE incident = $1', [id]);
      await all('UPDATE pulaski.incident SET open = false WHERE id = $1', [id]);
    },
    dueBefore: async (time: string): Promise<readonly Due[]> =>
      (await all<{ id: string; due: Date }>('SELECT id, due FROM pulaski.incident WHERE due <= $1 ORDER BY due', [time])).map((row) => ({
        id: row.id,
        due: row.due.toISOString(),
      })),
    ping: () => all('UPDATE pulaski.counter SET last = last'),
  };
}

export type PostgresRows = ReturnType<typeof postgresRows>;
