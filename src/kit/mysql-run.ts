import type { Connection } from 'mysql2';
import { MysqlError, type MysqlRow } from '../core/kit/mysql.ts';
import { networkWords } from './network-words.ts';

/** Longer than the limits the session itself sets on the server: those answer with an error we can name. */
const STATEMENT_MS = 6_000;

/** An answer beyond these is refused, not kept. */
export interface Most {
  rows: number;
  characters: number;
}

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
export function asMysqlError(error: unknown, host: string): MysqlError {
  if (error instanceof MysqlError) return error;
  const fault: Fault = typeof error === 'object' && error !== null ? error : {};
  const code = typeof fault.code === 'string' ? fault.code : 'UNKNOWN';
  const errno = typeof fault.errno === 'number' && fault.errno > 0 ? fault.errno : undefined;
  const words = errno !== undefined && SAFE_WORDS.has(errno) && typeof fault.sqlMessage === 'string' ? `: ${fault.sqlMessage}` : '';
  // What is no packet of the protocol breaks its parser in many ways.
  const known = networkWords(code) ?? (code === 'UNKNOWN' || code.startsWith('ERR_') ? 'answered what is not MySQL’s protocol' : undefined);
  const said = known ?? `answered ${code}${errno === undefined ? '' : ` (${errno})`}${words}`;
  return new MysqlError(`${host} ${said}`, code, errno);
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

/** Whoever asked has given up. */
export const aborted = (host: string): MysqlError => new MysqlError(`${host} was not waited for any longer`, 'ABORTED');

/** Runs one statement; the connection is unusable after a failure that leaves it busy, and is destroyed then. */
export function run(
  connection: Connection,
  host: string,
  { sql, values = [], most }: { sql: string; values?: readonly (string | number)[]; most: Most },
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
      if (rows.push(row) > most.rows || size > most.characters)
        end(new MysqlError(`${host} answered with more than fits`, 'ANSWER_TOO_LARGE'));
    });
    asked.on('error', (error: unknown) => end(asMysqlError(error, host)));
    asked.on('end', () => end());
  });
}
