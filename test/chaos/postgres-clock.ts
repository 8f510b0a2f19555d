import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openBoss } from '../../src/journal/boss-turns.ts';
import { openPostgres } from '../../src/journal/postgres.ts';
import type { StoryClock } from '../../src/rehearsal/story-clock.ts';

const POLL_MS = 10;

/** pg-boss asks this one function of its schema for the time. */
const SETUP = `
  CREATE SCHEMA chaos;
  CREATE TABLE chaos.clock (shift interval NOT NULL);
  INSERT INTO chaos.clock VALUES ('0');
  CREATE OR REPLACE FUNCTION pulaski_turns.job_now() RETURNS timestamptz LANGUAGE sql STABLE AS
    'SELECT pg_catalog.now() + shift FROM chaos.clock';`;

const TURNS = `SELECT (extract(epoch FROM min(start_after) FILTER (WHERE state < 'active')) * 1000)::float8 AS next,
  count(*) FILTER (WHERE state = 'active')::int AS active FROM pulaski_turns.job WHERE name = 'turns'`;

/** A turn that lives tells of it every few seconds; one that was given up waits for another process. */
const ORPHANS = `SELECT count(*)::int AS left FROM pulaski_turns.job
  WHERE name = 'turns' AND state IN ('active', 'retry') AND heartbeat_on < $1`;

export interface PostgresClock {
  /** A turn is due or taken, or it is not known. */
  busy: () => boolean;
  /** The bot has just changed: what is planned must be looked at again. */
  stir: () => void;
  /** Resolves when no turn is left in the hands of a process that died before this moment. */
  takenOver: () => Promise<void>;
  close: () => Promise<void>;
}

/** The database once on the story's time; enough for a story that does not jump. The client is the caller's to end. */
export async function onStory(url: string, clock: StoryClock): Promise<pg.Client> {
  // Makes the schema, whose clock is then exchanged.
  const boss = await openBoss(url, () => undefined);
  const journal = await openPostgres(url, boss.schedule, () => undefined);
  await boss.turns(journal, () => undefined).shut();
  await journal.shut();
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(SETUP);
  await shift(client, clock);
  return client;
}

async function shift(client: pg.Client, clock: StoryClock): Promise<void> {
  await client.query('UPDATE chaos.clock SET shift = make_interval(secs => $1)', [(clock.time() - Date.now()) / 1000]);
}

/** Puts a database on the story's clock, and the clock under the turns that are planned in it: they are taken up to half a real second late. */
export async function postgresClock(url: string, clock: StoryClock): Promise<PostgresClock> {
  const client = await onStory(url, clock);
  let stirred = 1;
  let seen = 0;
  let held = true;
  let waiting = new AbortController();
  let waitsFor: number | undefined;
  let closed = false;
  const stir = () => {
    stirred++;
  };
  clock.beforeJump(() => queueMicrotask(stir));

  const plan = (next: number | undefined) => {
    if (next === waitsFor) return;
    waiting.abort();
    waiting = new AbortController();
    waitsFor = next;
    if (next !== undefined) void clock.wakeAt(new Date(next), waiting.signal).then(stir);
  };
  const look = async () => {
    const at = stirred;
    await shift(client, clock);
    const { rows } = await client.query<{ next: number | null; active: number }>(TURNS);
    const next = rows[0]?.next ?? undefined;
    held = (rows[0]?.active ?? 0) > 0 || (next !== undefined && next <= clock.time());
    plan(next);
    seen = at;
  };
  const loop = (async () => {
    while (!closed) {
      // A server that is down holds the clock.
      await look().catch(stir);
      await sleep(POLL_MS);
    }
  })();
  return {
    busy: () => held || seen !== stirred,
    stir,
    async takenOver() {
      const { rows } = await client.query<{ now: Date }>('SELECT pulaski_turns.job_now() AS now');
      for (;;) {
        const orphans = await client.query<{ left: number }>(ORPHANS, [rows[0]?.now]);
        if (orphans.rows[0]?.left === 0) return;
        await sleep(POLL_MS);
      }
    },
    async close() {
      closed = true;
      waiting.abort();
      await loop;
      await client.end();
    },
  };
}
