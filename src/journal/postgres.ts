import pg from 'pg';
import { type Journal, StoreDown } from '../core/journal.ts';
import { eventOf } from './lines.ts';
import type { Joining, Opening } from './opening-batch.ts';
import { postgresBatch } from './postgres-batch.ts';
import { postgresDown } from './postgres-down.ts';
import { exportPostgres, importPostgres } from './postgres-lines.ts';
import { joinAll, openAll } from './postgres-open.ts';
import { type PostgresRows, postgresRows, type Query } from './postgres-rows.ts';
import { migratePostgres } from './postgres-schema.ts';
import { together } from './together.ts';

/** Kept open by each process. Alerts have some of their own: their answers wait for no look. */
const connections = { walk: 7, alerts: 3 };

export interface Turn {
  id: string;
  due: string;
}

/** Plans turns in the transaction of the append. `fresh`: of incidents that did not exist before it. */
export type Schedule = (on: Query, turns: { fresh: readonly Turn[]; moved: readonly Turn[] }) => Promise<void>;

/** The journal that many processes share (PostgreSQL 15 or newer). Throws `StoreDown`. `lost` hears of connections that broke while idle. */
export async function openPostgres(url: string, schedule: Schedule, lost: (error: Error) => void): Promise<Journal> {
  const pool = poolOf(url, connections.walk, lost);
  const alerts = poolOf(url, connections.alerts, lost);
  const end = async () => void (await Promise.all([pool.end(), alerts.end()]));
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw postgresDown(error);
    }
  };
  const rows = postgresRows(pool);
  const batches = postgresBatch(alerts);
  const look = <T>(work: (on: PostgresRows) => Promise<T>): Promise<T> => guarded(() => work(rows));
  const write = <T>(work: (on: PostgresRows, query: Query) => Promise<T>): Promise<T> =>
    guarded(() => untangled(() => transaction(pool, work)));
  const writeAlerts = <T>(work: (query: Query) => Promise<T>): Promise<T> =>
    guarded(() => untangled(() => transaction(alerts, (_, query) => work(query))));

  const isDown = (error: unknown) => error instanceof StoreDown;
  const open = together((batch: readonly Opening[]) => writeAlerts((query) => openAll(query, schedule, batch)), isDown);
  const join = together((batch: readonly Joining[]) => writeAlerts((query) => joinAll(query, schedule, batch)), isDown);
  const held = together(async (keys: readonly string[]) => {
    const found = await guarded(() => batches.held([...new Set(keys)]));
    return keys.map((key) => found.get(key));
  }, isDown);
  const count = together(async (batch: readonly Counting[]) => {
    const unlike = [...new Map(batch.toReversed().map((one) => [one.once, one])).values()];
    const found = await guarded(() => untangled(() => batches.count(unlike)));
    return batch.map((one) => {
      const counted = found.get(one.once);
      return counted && { ...counted, stored: counted.stored && unlike.includes(one) };
    });
  }, isDown);

  try {
    await guarded(() => migratePostgres(pool));
    await guarded(() => Promise.all([warm(pool, connections.walk), warm(alerts, connections.alerts)]));
  } catch (error) {
    await end();
    throw error;
  }
  return {
    open: (claim, events) => open({ claim, events }),
    append(id, expectedVersion, events, then = {}) {
      const { once, due, dueBy } = then;
      if (expectedVersion === 'any' && due === undefined) return join({ id, once, also: undefined, due: dueBy, events });
      if (once === undefined && dueBy === undefined && typeof due !== 'string')
        return look((on) => on.append(id, expectedVersion, events, due)).then(() => true);
      return write(async (on, query) => {
        if (once !== undefined && !(await on.remember(once, id))) return false;
        await on.append(id, expectedVersion, events, due);
        const time = dueBy === undefined ? due : await on.setDueBy(id, dueBy);
        if (typeof time === 'string') await schedule(query, { fresh: [], moved: [{ id, due: time }] });
        return true;
      });
    },
    count: (key, once) => count({ key, once }),
    read: (id, types) => look(async (on) => (await on.bodies(id, types)).map(eventOf)),
    readAfter: (id, version) => look(async (on) => (await on.bodiesAfter(id, version)).map(eventOf)),
    list: (which, limit) => look((on) => on.list(which, limit)),
    findByNumber: (number) => look((on) => on.byNumber(number)),
    findByKey: held,
    close: (id) => write((on) => on.close(id)),
    once: (key) => look((on) => on.remember(key, null)),
    recall: (prefix) => look((on) => on.recall(prefix)),
    dueBefore: (time) => look((on) => on.dueBefore(time)),
    exportLines: () => exportPostgres(pool),
    importLines: (lines) => write((_on, query) => importPostgres(query, schedule, lines)),
    ping: () => look(async (on) => void (await on.ping())),
    shut: end,
  };
}

interface Counting {
  key: string;
  once: string;
}

function poolOf(url: string, max: number, lost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'pulaski',
    max,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
  });
  pool.on('error', lost);
  return pool;
}

/** Opens all connections at once: in a storm there is no time for it. */
async function warm(pool: pg.Pool, connections: number): Promise<void> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  for (const client of clients) client.release();
}

/** PostgreSQL ends one of two transactions that wait for each other; it may simply come again. */
async function untangled<T>(work: () => Promise<T>, tries = 3): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const crossed = error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001');
    if (!crossed || tries <= 1) throw error;
    return untangled(work, tries - 1);
  }
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
