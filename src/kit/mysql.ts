import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';
import { MysqlError, type MysqlKit, type MysqlRow, type MysqlServer } from '../core/kit/mysql.ts';
import { list } from '../core/part.ts';

/** A server that accepts the socket and says nothing is worse than one that refuses. */
const CONNECT_MS = 5_000;
/** Who was turned away does not knock again so soon: several checks share a server, and one that is full or gone gains nothing by it. */
const KNOCK_AGAIN_MS = 3_000;
/** Longer than the limits the session itself sets on the server: those answer with an error we can name. */
const STATEMENT_MS = 6_000;
/** 50,000 sessions with a page of SQL each are 32 MB; an answer beyond these is refused, not kept. */
const MAX_ROWS = 100_000;
const MAX_CHARACTERS = 96 * 1024 * 1024;

/** Sent first on every connection. Without the first, reading about a table with a pending ALTER waits a year. 1193: the other flavour's variable. */
const GUARD: readonly { sql: string; optional: boolean }[] = [
  { sql: 'SET SESSION lock_wait_timeout = 2', optional: false },
  { sql: 'SET SESSION TRANSACTION READ ONLY', optional: false },
  { sql: 'SET SESSION max_execution_time = 3000', optional: true },
  { sql: 'SET SESSION max_statement_time = 3', optional: true },
  { sql: 'SET SESSION information_schema_stats_expiry = 0', optional: true },
];
const UNKNOWN_VARIABLE = 1193;

/** Errors whose own words hold names and no values of statements: refused connections, missing rights, unknown objects, unknown threads. */
const SAFE_WORDS = new Set([
  1040, 1044, 1045, 1046, 1049, 1053, 1094, 1095, 1109, 1129, 1130, 1142, 1143, 1146, 1193, 1203, 1205, 1226, 1227, 1290, 1317, 1370, 1969,
  3024,
]);

interface Fault {
  code?: unknown;
  errno?: unknown;
  sqlMessage?: unknown;
  message?: unknown;
}

/** mysql2's errors carry the statement and echo parts of it: only what holds no literal is kept, and not as `cause` either. */
function asMysqlError(error: unknown, host: string): MysqlError {
  if (error instanceof MysqlError) return error;
  const fault: Fault = typeof error === 'object' && error !== null ? error : {};
  const code = typeof fault.code === 'string' ? fault.code : 'UNKNOWN';
  const errno = typeof fault.errno === 'number' && fault.errno > 0 ? fault.errno : undefined;
  const words = errno !== undefined && SAFE_WORDS.has(errno) && typeof fault.sqlMessage === 'string' ? `: ${fault.sqlMessage}` : '';
  return new MysqlError(`${host} answered ${code}${errno === undefined ? '' : ` (${errno})`}${words}`, code, errno);
}

interface Address {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  tls: 'rds' | 'on' | 'unverified' | 'off';
}

/** `mysql://user:password@host:3306/db?ssl=on|unverified|off`. Throws an error that shows nothing of the URL but its host. */
function readUrl(text: string): Address {
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `mysql://${text}`);
  } catch {
    throw new MysqlError('MYSQL_URL holds an entry that is no URL of the form mysql://user:password@host:3306/database', 'BAD_URL');
  }
  const asked = url.searchParams.get('ssl') ?? url.searchParams.get('ssl-mode') ?? '';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    tls: tlsOf(asked.toLowerCase(), host),
  };
}

function tlsOf(asked: string, host: string): Address['tls'] {
  if (/^(off|false|0|disabled)$/.test(asked)) return 'off';
  if (/^(unverified|skip-verify|preferred)$/.test(asked)) return 'unverified';
  if (/\.rds\.amazonaws\.com(\.cn)?$/.test(host)) return 'rds';
  return asked === '' ? 'off' : 'on';
}

function connectionOptions(address: Address): ConnectionOptions {
  const ssl: Record<Address['tls'], ConnectionOptions['ssl'] | undefined> = {
    rds: 'Amazon RDS',
    on: { rejectUnauthorized: true },
    unverified: { rejectUnauthorized: false },
    off: undefined,
  };
  const tls = ssl[address.tls];
  return {
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    ...(address.database === '' ? {} : { database: address.database }),
    ...(tls === undefined ? {} : { ssl: tls }),
    connectTimeout: CONNECT_MS,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    dateStrings: true,
    multipleStatements: false,
    enableKeepAlive: true,
  };
}

function asCell(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function asRow(value: object): MysqlRow {
  const row: Record<string, string | number | null> = {};
  for (const [name, cell] of Object.entries(value)) row[name] = asCell(cell);
  return row;
}

function sizeOf(row: MysqlRow): number {
  let size = 0;
  for (const cell of Object.values(row)) size += typeof cell === 'string' ? cell.length : 8;
  return size;
}

const aborted = (host: string): MysqlError => new MysqlError(`${host} was not waited for any longer`, 'ABORTED');

/** Runs one statement; the connection is unusable after a failure that leaves it busy, and is destroyed then. */
function run(
  connection: Connection,
  host: string,
  sql: string,
  values: readonly (string | number)[],
  signal: AbortSignal,
): Promise<readonly MysqlRow[]> {
  return new Promise((resolve, reject) => {
    const rows: MysqlRow[] = [];
    let size = 0;
    const end = (error?: MysqlError): void => {
      signal.removeEventListener('abort', abort);
      connection.off('error', lost);
      connection.off('end', lost);
      clearTimeout(timer);
      if (error === undefined) {
        resolve(rows);
        return;
      }
      if (error.errno === undefined) connection.destroy();
      reject(error);
    };
    const abort = (): void => end(aborted(host));
    // A statement without a callback is not told that its connection is gone: listen ourselves.
    const lost = (error?: unknown): void => end(asMysqlError(error ?? { code: 'PROTOCOL_CONNECTION_LOST' }, host));
    connection.on('error', lost);
    connection.on('end', lost);
    const timer = setTimeout(
      () => end(new MysqlError(`${host} did not answer within ${STATEMENT_MS / 1000} s`, 'PROTOCOL_SEQUENCE_TIMEOUT')),
      STATEMENT_MS,
    );
    signal.addEventListener('abort', abort, { once: true });
    const asked = connection.query({ sql, values: [...values] });
    asked.on('result', (value: object) => {
      const row = asRow(value);
      size += sizeOf(row);
      if (rows.push(row) > MAX_ROWS || size > MAX_CHARACTERS)
        end(new MysqlError(`${host} answered with more than fits`, 'ANSWER_TOO_LARGE'));
    });
    asked.on('error', (error: unknown) => end(asMysqlError(error, host)));
    asked.on('end', () => end());
  });
}

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

async function guard(connection: Connection, host: string, signal: AbortSignal): Promise<void> {
  for (const { sql, optional } of GUARD) {
    try {
      await run(connection, host, sql, [], signal);
    } catch (error) {
      if (!(optional && error instanceof MysqlError && error.errno === UNKNOWN_VARIABLE)) {
        connection.destroy();
        throw error;
      }
    }
  }
}

function server(address: Address): MysqlServer {
  const name = `${address.host}:${address.port}`;
  let connection: Connection | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let turnedAway: { at: number; error: MysqlError } | undefined;

  const opened = async (signal: AbortSignal): Promise<Connection> => {
    if (connection !== undefined) return connection;
    if (turnedAway !== undefined && performance.now() - turnedAway.at < KNOCK_AGAIN_MS) throw turnedAway.error;
    const fresh = await connect(address, name, signal).catch((error: unknown) => {
      if (error instanceof MysqlError && error.code !== 'ABORTED') turnedAway = { at: performance.now(), error };
      throw error;
    });
    const forget = (): void => {
      if (connection === fresh) connection = undefined;
    };
    fresh.once('error', forget);
    fresh.once('end', forget);
    await guard(fresh, name, signal);
    connection = fresh;
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

  return {
    host: name,
    db: address.database,
    open: (signal) => inTurn(async () => void (await opened(signal)), signal),
    query: (sql, values, signal) =>
      inTurn(async () => {
        const open = await opened(signal);
        try {
          return await run(open, name, sql, values, signal);
        } catch (error) {
          if (error instanceof MysqlError && error.errno === undefined && connection === open) connection = undefined;
          throw error;
        }
      }, signal),
    close: async () => {
      const open = connection;
      connection = undefined;
      if (open === undefined) return;
      await new Promise<void>((resolve) => open.end(() => resolve()));
    },
  };
}

/** The port over mysql2. */
export function mysqlKit(): MysqlKit {
  const known = new Map<string, MysqlServer>();
  return {
    servers: (urls) =>
      list(urls).map((url) => {
        const found = known.get(url) ?? server(readUrl(url));
        known.set(url, found);
        return found;
      }),
  };
}
