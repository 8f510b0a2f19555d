import type { ClientBase, QueryResultRow } from 'pg';
import type { IncidentEvent } from '../core/incident.ts';
import { Conflict, type Due, type Listed } from '../core/journal.ts';
import { prepared } from './prepared.ts';

export type Query = Pick<ClientBase, 'query'>;

/** The statements of the shared store, on one connection (inside its transaction) or on the pool. */
export function postgresRows(on: Query) {
  async function all<T extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    return (await on.query<T>(prepared(sql, values))).rows;
  }
  const one = async <T extends QueryResultRow>(sql: string, values: readonly unknown[]) => (await all<T>(sql, values))[0];
  type Found = { id: string; number: number };
  return {
    /** False when it was there. A key remembered without an incident takes one later. */
    remember: async (key: string, id: string | null) =>
      (await one(
        `INSERT INTO pulaski.once AS o (key, incident) VALUES ($1, $2) ON CONFLICT (key)
         DO UPDATE SET incident = excluded.incident WHERE o.incident IS NULL AND excluded.incident IS NOT NULL RETURNING key`,
        [key, id],
      )) !== undefined,
    byNumber: async (number: number) => (await one<Found>('SELECT id, number FROM pulaski.incident WHERE number = $1', [number]))?.id,
    /** In one statement. With `due` that is its due time after it (null: none). */
    async append(id: string, expected: number | 'any', events: readonly IncidentEvent[], due?: string | null): Promise<void> {
      const row = await one<{ before: number }>(
        `WITH incident AS (
           UPDATE pulaski.incident SET version = version + $3::int, due = CASE WHEN $4 THEN $5::timestamptz ELSE due END
           WHERE id = $1 AND ($2::int IS NULL OR version = $2) RETURNING version - $3::int AS before
         ), stored AS (
           INSERT INTO pulaski.event (incident, version, type, body)
           SELECT $1, before + n, type, body FROM incident, unnest($6::text[], $7::text[]) WITH ORDINALITY AS e (type, body, n)
         ) SELECT before FROM incident`,
        [
          id,
          expected === 'any' ? null : expected,
          events.length,
          due !== undefined,
          due ?? null,
          events.map((event) => event.type),
          events.map((event) => JSON.stringify(event)),
        ],
      );
      if (row) return;
      const now = await one<{ version: number }>('SELECT version FROM pulaski.incident WHERE id = $1', [id]);
      throw new Conflict(now ? `incident ${id} is at version ${now.version}, not ${expected}` : `there is no incident ${id}`);
    },
    /** The due time after it. */
    setDueBy: async (id: string, due: string) =>
      (
        await one<{ due: Date }>('UPDATE pulaski.incident SET due = least(due, $2) WHERE id = $1 RETURNING due', [id, due])
      )?.due.toISOString() ?? due,
    bodiesAfter: async (id: string, version: number) =>
      (
        await all<{ body: string }>('SELECT body FROM pulaski.event WHERE incident = $1 AND version > $2 ORDER BY version', [id, version])
      ).map((row) => row.body),
    bodies: async (id: string, types?: readonly string[]) =>
      (
        await all<{ body: string }>(
          'SELECT body FROM pulaski.event WHERE incident = $1 AND ($2::text[] IS NULL OR type = ANY ($2)) ORDER BY version',
          [id, types ?? null],
        )
      ).map((row) => row.body),
    list: (which: 'open' | 'all', limit: number) =>
      all<Listed & QueryResultRow>('SELECT id, number, key, open FROM pulaski.incident WHERE open OR $1 ORDER BY number DESC LIMIT $2', [
        which === 'all',
        limit,
      ]),
    async close(id: string): Promise<void> {
      await all('DELETE FROM pulaski.claim WHERE incident = $1', [id]);
      await all('UPDATE pulaski.incident SET open = false WHERE id = $1', [id]);
    },
    recall: async (prefix: string): Promise<readonly string[]> =>
      (
        await all<{ key: string }>('SELECT key FROM pulaski.once WHERE starts_with(key, $1) ORDER BY key COLLATE "C" DESC LIMIT 5000', [
          prefix,
        ])
      )
        .map(({ key }) => key)
        .toReversed(),
    dueBefore: async (time: string): Promise<readonly Due[]> =>
      (await all<{ id: string; due: Date }>('SELECT id, due FROM pulaski.incident WHERE due <= $1 ORDER BY due', [time])).map((row) => ({
        id: row.id,
        due: row.due.toISOString(),
      })),
    ping: () => all('UPDATE pulaski.counter SET last = last'),
  };
}

export type PostgresRows = ReturnType<typeof postgresRows>;
