import pg from 'pg';
import type { IncidentEvent } from '../core/incident.ts';
import { type Claim, Conflict, type Journal, type Opened } from '../core/journal.ts';
import { eventOf } from './lines.ts';
import { postgresDown } from './postgres-down.ts';
import { exportPostgres, importPostgres } from './postgres-lines.ts';
import { type PostgresRows, postgresRows, type Query } from './postgres-rows.ts';
import { migratePostgres } from './postgres-schema.ts';

/** Kept open by each process. */
const connections = 10;

/** Plans a turn of this incident in the transaction of the append. */
export type Schedule = (on: Query, incident: string, due: string) => Promise<void>;

/** The journal that many processes share (PostgreSQL 15 or newer). Throws `StoreDown`. `lost` hears of connections that broke while idle. */
export async function openPostgres(url: string, schedule: Schedule, lost: (error: Error) => void): Promise<Journal> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'pulaski',
    max: connections,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
  });
  pool.on('error', lost);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw postgresDown(error);
    }
  };
  const rows = postgresRows(pool);
  const look = <T>(work: (on: PostgresRows) => Promise<T>): Promise<T> => guarded(() => work(rows));
  const write = <T>(work: (on: PostgresRows, query: Query) => Promise<T>): Promise<T> => guarded(() => transaction(pool, work));

  // They wait for one lock anyway: waiting here leaves the connections to everybody else.
  let opening: Promise<unknown> = Promise.resolve();
  const oneByOne = <T>(work: () => Promise<T>): Promise<T> => {
    const answer = opening.then(work);
    opening = answer.catch(() => undefined);
    return answer;
  };

  try {
    await guarded(() => migratePostgres(pool));
    await guarded(() => warm(pool));
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    open: (claim, events) => oneByOne(() => write((on, query) => openIn(on, query, schedule, claim, events))),
    append(id, expectedVersion, events, then = {}) {
      const { once, due, dueBy } = then;
      // An alert that is only counted, as most of a storm are: one statement, no lock on the incident.
      const countsOnly = once !== undefined && expectedVersion === 'any' && events.length === 0 && due === undefined && dueBy === undefined;
      if (countsOnly) return look((on) => on.remember(once, id));
      return write(async (on, query) => {
        if (once !== undefined && !(await on.remember(once, id))) return false;
        await on.append(id, expectedVersion, events);
        if (due !== undefined) await on.setDue(id, due);
        if (typeof due === 'string') await schedule(query, id, due);
        if (dueBy !== undefined) await schedule(query, id, await on.setDueBy(id, dueBy));
        return true;
      });
    },
    read: (id, types) => look(async (on) => (await on.bodies(id, types)).map(eventOf)),
    list: (which, limit) => look((on) => on.list(which, limit)),
    findByNumber: (number) => look((on) => on.byNumber(number)),
    findByKey: (key) => look((on) => on.byKey(key)),
    close: (id) => write((on) => on.close(id)),
    once: (key) => look((on) => on.remember(key, null)),
    dueBefore: (time) => look((on) => on.dueBefore(time)),
    exportLines: () => exportPostgres(pool),
    importLines: (lines) => write((_on, query) => importPostgres(query, schedule, lines)),
    ping: () => look(async (on) => void (await on.ping())),
    shut: () => pool.end(),
  };
}

/** Opens all connections at once: in a storm there is no time for it. */
async function warm(pool: pg.Pool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  for (const client of clients) client.release();
}

async function transaction<T>(pool: pg.Pool, work: (on: PostgresRows, query: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const answer = await work(postgresRows(client), client);
    await client.query('COMMIT');
    return answer;
  } catch (error) {
    // A connection on which even this fails is thrown away, and PostgreSQL takes the transaction back by itself.
    await client.query('ROLLBACK').catch((e: Error) => {
      broken = e;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

type First = (number: number, gathered: boolean) => readonly IncidentEvent[];

async function openIn(on: PostgresRows, query: Query, schedule: Schedule, claim: Claim, events: First): Promise<Opened> {
  await on.lockOpening();
  const { known, held, gatherer, since } = await on.stateFor(claim);
  if (known) return { ...known, opened: false, known: true };
  if (held) return joined(on, query, schedule, claim, held);
  const { limit } = claim;
  if (limit === undefined || since < limit.most) return opened(on, query, schedule, claim, events, claim.key, false);
  const answer = gatherer
    ? await joined(on, query, schedule, claim, gatherer)
    : await opened(on, query, schedule, claim, events, limit.gather, true);
  await on.claim(claim.key, answer.id);
  return { ...answer, gathered: true };
}

async function joined(
  on: PostgresRows,
  query: Query,
  schedule: Schedule,
  claim: Claim,
  held: { id: string; number: number },
): Promise<Opened> {
  if (claim.once !== undefined && !(await on.remember(claim.once, held.id))) return { ...held, opened: false, known: true };
  if (claim.join) await on.append(held.id, 'any', claim.join);
  if (claim.join && claim.joinDue !== undefined) await schedule(query, held.id, await on.setDueBy(held.id, claim.joinDue));
  return { ...held, opened: false };
}

async function opened(
  on: PostgresRows,
  query: Query,
  schedule: Schedule,
  claim: Claim,
  events: First,
  key: string,
  gathered: boolean,
): Promise<Opened> {
  const number = await on.nextNumber();
  const first = events(number, gathered);
  const at = first[0]?.at;
  if (at === undefined) throw new Conflict(`incident ${claim.id} would begin without an event`);
  const limited = gathered ? undefined : claim.limit?.name;
  await on.insert({ id: claim.id, number, key, due: claim.due, at, limit: limited, once: claim.once }, first);
  await schedule(query, claim.id, claim.due);
  return { id: claim.id, number, opened: true };
}
