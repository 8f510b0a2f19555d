import type { ClientBase, QueryResultRow } from 'pg';
import type { IncidentEvent } from '../core/incident.ts';
import { type Claim, Conflict, type Due, type Listed } from '../core/journal.ts';

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
    /** All that an opening depends on, at one glance. Only under the lock: without it the answer is old before it comes. */
    async stateFor(
      claim: Claim,
    ): Promise<{ known: Found | undefined; held: Found | undefined; gatherer: Found | undefined; since: number }> {
      const rows = await all<Found & { which: string }>(
        `SELECT 'known' AS which, i.id, i.number FROM pulaski.once o JOIN pulaski.incident i ON i.id = o.incident WHERE o.key = $1
         UNION ALL SELECT 'held', i.id, i.number FROM pulaski.claim c JOIN pulaski.incident i ON i.id = c.incident WHERE c.key = $2
         UNION ALL SELECT 'gatherer', i.id, i.number FROM pulaski.claim c JOIN pulaski.incident i ON i.id = c.incident WHERE c.key = $3
         UNION ALL SELECT 'since', '', count(*)::int FROM pulaski.incident WHERE limited = $4 AND opened_at >= $5`,
        [claim.once ?? null, claim.key, claim.limit?.gather ?? null, claim.limit?.name ?? null, claim.limit?.since ?? null],
      );
      const found = (which: string): Found | undefined => {
        const row = rows.find((r) => r.which === which);
        return row && { id: row.id, number: row.number };
      };
      return { known: found('known'), held: found('held'), gatherer: found('gatherer'), since: found('since')?.number ?? 0 };
    },
    nextNumber: async () => (await one<{ last: number }>('UPDATE pulaski.counter SET last = last + 1 RETURNING last', []))?.last ?? 0,
    /** The incident with its first events, its key and what is remembered with it, in one statement. */
    insert: (
      i: { id: string; number: number; key: string; due: string; at: string; limit: string | undefined; once: string | undefined },
      first: readonly IncidentEvent[],
    ) =>
      all(
        `WITH incident AS (
           INSERT INTO pulaski.incident (id, number, key, open, version, due, opened_at, limited) VALUES ($1, $2, $3, true, $4, $5, $6, $7)
         ), claim AS (INSERT INTO pulaski.claim (key, incident) VALUES ($3, $1)
         ), once AS (
           INSERT INTO pulaski.once (key, incident) SELECT $8::text, $1 WHERE $8 IS NOT NULL ON CONFLICT (key) DO UPDATE SET incident = $1
         ) INSERT INTO pulaski.event (incident, version, type, body)
           SELECT $1, n, type, body FROM unnest($9::text[], $10::text[]) WITH ORDINALITY AS e (body, type, n)`,
        [
          i.id,
          i.number,
          i.key,
          first.length,
          i.due,
          i.at,
          i.limit ?? null,
          i.once ?? null,
          first.map((event) => JSON.stringify(event)),
          first.map((event) => event.type),
        ],
      ),
    claim: (key: string, id: string) => all('INSERT INTO pulaski.claim (key, incident) VALUES ($1, $2) ON CONFLICT DO NOTHING', [key, id]),
    /** False when it was there. A key remembered without an incident takes one later. */
    remember: async (key: string, id: string | null) =>
      (await one(
        `INSERT INTO pulaski.once AS o (key, incident) VALUES ($1, $2) ON CONFLICT (key)
         DO UPDATE SET incident = excluded.incident WHERE o.incident IS NULL AND excluded.incident IS NOT NULL RETURNING key`,
        [key, id],
      )) !== undefined,
    byKey: (key: string) =>
      one<Found>('SELECT i.id, i.number FROM pulaski.claim c JOIN pulaski.incident i ON i.id = c.incident WHERE c.key = $1', [key]),
    byNumber: async (number: number) => (await one<Found>('SELECT id, number FROM pulaski.incident WHERE number = $1', [number]))?.id,
    async append(id: string, expected: number | 'any', events: readonly IncidentEvent[]): Promise<void> {
      const row = await one<{ version: number }>('SELECT version FROM pulaski.incident WHERE id = $1 FOR UPDATE', [id]);
      if (row === undefined) throw new Conflict(`there is no incident ${id}`);
      const { version } = row;
      if (expected !== 'any' && expected !== version) throw new Conflict(`incident ${id} is at version ${version}, not ${expected}`);
      if (events.length === 0) return;
      await all(
        `WITH stored AS (
           INSERT INTO pulaski.event (incident, version, type, body)
           SELECT $1, $2 + n, type, body FROM unnest($3::text[], $5::text[]) WITH ORDINALITY AS e (body, type, n)
         ) UPDATE pulaski.incident SET version = $2 + $4 WHERE id = $1`,
        [id, version, events.map((event) => JSON.stringify(event)), events.length, events.map((event) => event.type)],
      );
    },
    /**
     * An alert joins: what is remembered, the events, the due time brought forward, the key claimed too, in one statement.
     * Returns the due time; undefined when it was remembered before, and then nothing is stored.
     */
    join: async (id: string, { once, join = [], joinDue }: Claim, also: string | undefined): Promise<string | undefined> => {
      const row = await one<{ due: Date | null }>(
        `WITH fresh AS (
           INSERT INTO pulaski.once AS o (key, incident) SELECT $2::text, $1 WHERE $2 IS NOT NULL
           ON CONFLICT (key) DO UPDATE SET incident = excluded.incident WHERE o.incident IS NULL RETURNING key
         ), incident AS (
           UPDATE pulaski.incident SET version = version + $3::int, due = least(due, $4::timestamptz)
           WHERE id = $1 AND ($2 IS NULL OR EXISTS (SELECT FROM fresh)) RETURNING version - $3::int AS before, due
         ), stored AS (
           INSERT INTO pulaski.event (incident, version, type, body)
           SELECT $1, before + n, type, body FROM incident, unnest($5::text[], $6::text[]) WITH ORDINALITY AS e (body, type, n)
         ), claimed AS (
           INSERT INTO pulaski.claim (key, incident) SELECT $7::text, $1 WHERE $7 IS NOT NULL ON CONFLICT DO NOTHING
         ) SELECT due FROM incident`,
        [
          id,
          once ?? null,
          join.length,
          join.length > 0 ? (joinDue ?? null) : null,
          join.map((event) => JSON.stringify(event)),
          join.map((event) => event.type),
          also ?? null,
        ],
      );
      return row?.due?.toISOString();
    },
    setDue: (id: string, due: string | null) => all('UPDATE pulaski.incident SET due = $2 WHERE id = $1', [id, due]),
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
    dueBefore: async (time: string): Promise<readonly Due[]> =>
      (await all<{ id: string; due: Date }>('SELECT id, due FROM pulaski.incident WHERE due <= $1 ORDER BY due', [time])).map((row) => ({
        id: row.id,
        due: row.due.toISOString(),
      })),
    ping: () => all('UPDATE pulaski.counter SET last = last'),
  };
}

export type PostgresRows = ReturnType<typeof postgresRows>;
