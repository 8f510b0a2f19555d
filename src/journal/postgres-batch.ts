import type { QueryResultRow } from 'pg';
import type { Claim } from '../core/journal.ts';
import type { Found, Fresh, Joining, Standing } from './opening-batch.ts';
import type { Query } from './postgres-rows.ts';
import { prepared } from './prepared.ts';

/** The statements for many alerts at once: one way to the server and back, whatever their number. */
export function postgresBatch(on: Query) {
  async function all<T extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<readonly T[]> {
    return (await on.query<T>(prepared(sql, values))).rows;
  }
  return {
    /** The open incidents that hold these keys, by key. */
    async held(keys: readonly string[]): Promise<ReadonlyMap<string, Found>> {
      const rows = await all<Found & { key: string }>(
        'SELECT c.key, i.id, i.number FROM pulaski.claim c JOIN pulaski.incident i ON i.id = c.incident WHERE c.key = ANY ($1)',
        [keys],
      );
      return new Map(rows.map(({ key, id, number }) => [key, { id, number }]));
    },
    /** Everybody who opens waits here: numbers without a gap, and a limit that holds over all processes. Answers the last number. */
    lock: async () => (await all<{ last: number }>('SELECT last FROM pulaski.counter FOR UPDATE', []))[0]?.last ?? 0,
    /** Only under the lock, in a statement of its own: else the answer is old before it comes. */
    async standing(claims: readonly Claim[]): Promise<Omit<Standing, 'last'>> {
      const rows = await all<Found & { which: string; key: string; at: number }>(
        `SELECT 'known' AS which, o.key, 0 AS at, i.id, i.number FROM pulaski.once o JOIN pulaski.incident i ON i.id = o.incident WHERE o.key = ANY ($1)
         UNION ALL SELECT 'held', c.key, 0, i.id, i.number FROM pulaski.claim c JOIN pulaski.incident i ON i.id = c.incident WHERE c.key = ANY ($2)
         UNION ALL SELECT 'since', '', l.at::int, '', (SELECT count(*)::int FROM pulaski.incident WHERE limited = l.name AND opened_at >= l.since)
           FROM unnest($3::text[], $4::timestamptz[]) WITH ORDINALITY AS l (name, since, at)`,
        [
          claims.flatMap((claim) => claim.once ?? []),
          [...new Set(claims.flatMap((claim) => [claim.key, ...(claim.limit ? [claim.limit.gather] : [])]))],
          claims.map((claim) => claim.limit?.name ?? null),
          claims.map((claim) => claim.limit?.since ?? null),
        ],
      );
      const by = (which: string) => new Map(rows.filter((r) => r.which === which).map(({ key, id, number }) => [key, { id, number }]));
      const since = new Map(rows.filter((r) => r.which === 'since').map((r) => [r.at, r.number]));
      return { known: by('known'), held: by('held'), since: claims.map((_, index) => since.get(index + 1) ?? 0) };
    },
    /** New incidents with their events, keys and what is remembered. Only under the lock. */
    async insert(fresh: readonly Fresh[]): Promise<void> {
      const keys = fresh.flatMap((i) => [i.key, ...i.also].map((key) => [key, i.id]));
      const once = fresh.flatMap((i) => i.once.map((key) => [key, i.id]));
      const events = fresh.flatMap((i) => i.events.map((event, index) => [i.id, index + 1, event.type, JSON.stringify(event)]));
      await all(
        `WITH counter AS (UPDATE pulaski.counter SET last = $1
         ), incident AS (
           INSERT INTO pulaski.incident (id, number, key, open, version, due, opened_at, limited)
           SELECT id, number, key, true, version, due, at, limited
           FROM unnest($2::text[], $3::int[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[], $8::text[])
             AS i (id, number, key, version, due, at, limited)
         ), claim AS (INSERT INTO pulaski.claim (key, incident) SELECT * FROM unnest($9::text[], $10::text[])
         ), once AS (
           INSERT INTO pulaski.once (key, incident) SELECT * FROM unnest($11::text[], $12::text[]) AS o (key, id) ORDER BY key
           ON CONFLICT (key) DO UPDATE SET incident = excluded.incident
         ) INSERT INTO pulaski.event (incident, version, type, body) SELECT * FROM unnest($13::text[], $14::int[], $15::text[], $16::text[])`,
        [
          Math.max(...fresh.map((i) => i.number)),
          ...columns(
            fresh.map((i) => [i.id, i.number, i.key, i.events.length, i.due, i.at, i.limit ?? null]),
            7,
          ),
          ...columns(keys, 2),
          ...columns(once, 2),
          ...columns(events, 4),
        ],
      );
    },
    /**
     * Alerts join incidents: what is remembered, the events, the due times brought forward, keys claimed too. What was remembered before is left out
     * wholly; of what was stored it answers the due time after it.
     */
    async join(joining: readonly Joining[]): Promise<ReadonlyMap<number, string | undefined>> {
      const events = joining.flatMap((j, i) => j.events.map((event, n) => [i, n, event.type, JSON.stringify(event)]));
      const rows = await all<{ i: number; due: Date | null }>(
        `WITH asked AS (
           SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int[]) AS a (i, id, once, also, due, events)
         ), fresh AS (
           INSERT INTO pulaski.once AS o (key, incident) SELECT once, id FROM asked WHERE once IS NOT NULL ORDER BY once
           ON CONFLICT (key) DO UPDATE SET incident = excluded.incident WHERE o.incident IS NULL RETURNING key
         ), taken AS (SELECT * FROM asked WHERE once IS NULL OR once IN (SELECT key FROM fresh)
         ), locked AS (SELECT id FROM pulaski.incident WHERE id IN (SELECT id FROM taken) ORDER BY id FOR UPDATE
         ), more AS (SELECT t.id, sum(events)::int AS n, min(due) AS due FROM taken t JOIN locked USING (id) GROUP BY t.id
         ), incident AS (
           UPDATE pulaski.incident i SET version = i.version + more.n, due = least(i.due, more.due) FROM more WHERE i.id = more.id
           RETURNING i.id, i.version - more.n AS before, i.due
         ), stored AS (
           INSERT INTO pulaski.event (incident, version, type, body)
           SELECT id, before + row_number() OVER (PARTITION BY id ORDER BY e.i, e.n), e.type, e.body
           FROM incident JOIN taken USING (id) JOIN unnest($7::int[], $8::int[], $9::text[], $10::text[]) AS e (i, n, type, body) ON e.i = taken.i
         ), claimed AS (
           INSERT INTO pulaski.claim (key, incident) SELECT also, id FROM taken WHERE also IS NOT NULL ON CONFLICT DO NOTHING
         ) SELECT taken.i, incident.due FROM taken JOIN incident USING (id)`,
        [
          ...columns(
            joining.map((j, i) => [i, j.id, j.once ?? null, j.also ?? null, j.due ?? null, j.events.length]),
            6,
          ),
          ...columns(events, 4),
        ],
      );
      return new Map(rows.map(({ i, due }) => [i, due?.toISOString()]));
    },
    /** Alerts that say nothing new: remembered with the open incident that holds the key. No entry where none does. Each `once` at most once in it. */
    async count(counting: readonly { key: string; once: string }[]): Promise<ReadonlyMap<string, Found & { stored: boolean }>> {
      const rows = await all<Found & { once: string; stored: boolean }>(
        `WITH held AS (
           SELECT a.once, i.id, i.number FROM unnest($1::text[], $2::text[]) AS a (key, once)
           JOIN pulaski.claim c ON c.key = a.key JOIN pulaski.incident i ON i.id = c.incident
         ), fresh AS (
           INSERT INTO pulaski.once AS o (key, incident) SELECT once, id FROM held ORDER BY once
           ON CONFLICT (key) DO UPDATE SET incident = excluded.incident WHERE o.incident IS NULL RETURNING key
         ) SELECT once, id, number, once IN (SELECT key FROM fresh) AS stored FROM held`,
        columns(
          counting.map(({ key, once }) => [key, once]),
          2,
        ),
      );
      return new Map(rows.map(({ once, id, number, stored }) => [once, { id, number, stored }]));
    },
  };
}

/** Rows as the arrays that `unnest` makes rows of again. */
function columns(rows: readonly (readonly unknown[])[], width: number): readonly unknown[][] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
}
