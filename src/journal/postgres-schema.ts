import type { Pool } from 'pg';

/**
 * Each entry takes the schema one version up; entries are never changed once released, and only ever add: during a rolling
 * upgrade the older version works on the newer schema.
 */
const migrations: readonly string[] = [
  `CREATE TABLE pulaski.counter (single boolean PRIMARY KEY DEFAULT true CHECK (single), last integer NOT NULL);
   INSERT INTO pulaski.counter (last) VALUES (0);
   CREATE TABLE pulaski.incident (
     id text PRIMARY KEY, number integer NOT NULL UNIQUE, key text NOT NULL, open boolean NOT NULL,
     version integer NOT NULL, due timestamptz, opened_at timestamptz NOT NULL, limited text
   );
   CREATE INDEX incident_due ON pulaski.incident (due) WHERE due IS NOT NULL;
   CREATE INDEX incident_limited ON pulaski.incident (limited, opened_at) WHERE limited IS NOT NULL;
   CREATE TABLE pulaski.claim (key text PRIMARY KEY, incident text NOT NULL);
   CREATE INDEX claim_incident ON pulaski.claim (incident);
   CREATE TABLE pulaski.event (incident text NOT NULL, version integer NOT NULL, type text NOT NULL, body text NOT NULL, PRIMARY KEY (incident, version));
   CREATE TABLE pulaski.once (key text PRIMARY KEY, incident text);`,
];

/** Makes the tables or brings them up to date. Any number of processes may start at once. */
export async function migratePostgres(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT pg_advisory_xact_lock(hashtext('pulaski migrations'))");
    await client.query('CREATE SCHEMA IF NOT EXISTS pulaski');
    await client.query('CREATE TABLE IF NOT EXISTS pulaski.schema_version (version integer NOT NULL)');
    const { rows } = await client.query<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM pulaski.schema_version');
    const at = rows[0]?.version ?? 0;
    for (const [index, sql] of migrations.entries()) {
      if (index < at) continue;
      await client.query(sql);
      await client.query('INSERT INTO pulaski.schema_version (version) VALUES ($1)', [index + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
