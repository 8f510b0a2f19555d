import { type Connection, createConnection } from 'mysql2';
import { MysqlError, type MysqlKit, type MysqlServer } from '../core/kit/mysql.ts';
import { list } from '../core/part.ts';
import { aborted, asMysqlError, type Most, run } from './mysql-run.ts';
import { type Address, connectionOptions, readUrl } from './mysql-url.ts';

/** The largest answer that is kept, and `knockAgainMs`: who was turned away does not knock again sooner. */
export interface MysqlLimits extends Most {
  knockAgainMs: number;
}

/** 50,000 sessions with a page of SQL each are 32 MB. Several checks share a server, and one that is full or gone gains nothing by more knocks. */
const LIMITS: MysqlLimits = { rows: 100_000, characters: 96 * 1024 * 1024, knockAgainMs: 3_000 };

/** Sent first on every connection. Without the first, reading about a table with a pending ALTER waits a year. 1193: the other flavour's variable. */
const GUARD: readonly { sql: string; optional: boolean }[] = [
  { sql: 'SET SESSION lock_wait_timeout = 2', optional: false },
  { sql: 'SET SESSION TRANSACTION READ ONLY', optional: false },
  { sql: 'SET SESSION max_execution_time = 3000', optional: true },
  { sql: 'SET SESSION max_statement_time = 3', optional: true },
  { sql: 'SET SESSION information_schema_stats_expiry = 0', optional: true },
];
const UNKNOWN_VARIABLE = 1193;

function connect(address: Address, name: string, signal: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(connectionOptions(address));
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      connection.destroy();
      reject(asMysqlError(error, name));
    };
    const abort = (): void => fail(aborted(name));
    signal.addEventListener('abort', abort, { once: true });
    // Without a listener the loss of an idle connection would end the process.
    connection.on('error', () => connection.destroy());
    connection.connect((error) => {
      if (error !== null && error !== undefined) return fail(error);
      signal.removeEventListener('abort', abort);
      resolve(connection);
    });
  });
}

async function guard(connection: Connection, host: string, most: Most, signal: AbortSignal): Promise<void> {
  for (const { sql, optional } of GUARD) {
    try {
      await run(connection, host, { sql, most }, signal);
    } catch (error) {
      if (!(optional && error instanceof MysqlError && error.errno === UNKNOWN_VARIABLE)) {
        connection.destroy();
        throw error;
      }
    }
  }
}

/** One connection with its queue: all databases that one account sees on one server share it. */
interface Line {
  open: (signal: AbortSignal) => Promise<void>;
  query: (db: string, sql: string, values: readonly (string | number)[], signal: AbortSignal) => ReturnType<MysqlServer['query']>;
  close: () => Promise<void>;
}

/** A session cannot leave its database for none: this one holds nothing of anybody's. */
const NOWHERE = 'information_schema';

function line(address: Address, name: string, { knockAgainMs, ...most }: MysqlLimits): Line {
  let connection: Connection | undefined;
  /** The database that the session is in; empty: in none yet. */
  let current = '';
  let queue: Promise<unknown> = Promise.resolve();
  let turnedAway: { at: number; error: MysqlError } | undefined;

  const opened = async (signal: AbortSignal): Promise<Connection> => {
    if (connection !== undefined) return connection;
    if (turnedAway !== undefined && performance.now() - turnedAway.at < knockAgainMs) throw turnedAway.error;
    const fresh = await connect(address, name, signal).catch((error: unknown) => {
      if (error instanceof MysqlError && error.code !== 'ABORTED') turnedAway = { at: performance.now(), error };
      throw error;
    });
    const forget = (): void => {
      if (connection === fresh) connection = undefined;
    };
    fresh.once('error', forget);
    fresh.once('end', forget);
    await guard(fresh, name, most, signal);
    connection = fresh;
    current = '';
    return fresh;
  };

  /** One after the other; nobody waits behind a call whose own caller has given up. */
  const inTurn = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const mine = queue.then(() => {
      if (signal.aborted) throw aborted(name);
      return work();
    });
    queue = mine.catch(() => undefined);
    return mine;
  };

  const asked = async (open: Connection, ask: Parameters<typeof run>[2], signal: AbortSignal): ReturnType<typeof run> => {
    try {
      return await run(open, name, ask, signal);
    } catch (error) {
      if (error instanceof MysqlError && error.errno === undefined && connection === open) connection = undefined;
      throw error;
    }
  };

  return {
    open: (signal) => inTurn(async () => void (await opened(signal)), signal),
    query: (db, sql, values, signal) =>
      inTurn(async () => {
        const open = await opened(signal);
        if (current !== db) {
          const next = db === '' ? NOWHERE : db;
          await asked(open, { sql: `USE \`${next.replaceAll('`', '``')}\``, most }, signal);
          current = db;
        }
        return asked(open, { sql, values, most }, signal);
      }, signal),
    close: async () => {
      const open = connection;
      connection = undefined;
      if (open === undefined) return;
      await new Promise<void>((resolve) => open.end(() => resolve()));
    },
  };
}

/** The port over mysql2. `limits`: those that differ from the usual ones. */
export function mysqlKit(limits: Partial<MysqlLimits> = {}): MysqlKit {
  const servers = new Map<string, MysqlServer>();
  const lines = new Map<string, Line>();
  const server = (address: Address): MysqlServer => {
    const { host, port, user, password, tls, database: db } = address;
    const name = `${host}:${port}`;
    const account = JSON.stringify([host, port, user, password, tls]);
    const shared = lines.get(account) ?? line(address, name, { ...LIMITS, ...limits });
    lines.set(account, shared);
    return {
      host: name,
      db,
      open: shared.open,
      query: (sql, values, signal, within = db) => shared.query(within, sql, values, signal),
      close: shared.close,
    };
  };
  return {
    servers: (urls) =>
      list(urls).map((url) => {
        const found = servers.get(url) ?? server(readUrl(url));
        servers.set(url, found);
        return found;
      }),
  };
}
