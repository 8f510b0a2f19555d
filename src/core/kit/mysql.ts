/**
 * One database of a server as the bot sees it: a time limit on every statement, read-only unless an action says otherwise. All databases that
 * one account sees on one server share one warm connection with one queue.
 */
export interface MysqlServer {
  /** `host:port`, no credentials. */
  host: string;
  /** Database of the URL, may be empty. */
  db: string;
  /**
   * Values are strings or numbers; what does not fit 2^53 comes as a string. Runs in `within`, else in the URL's own database. Throws `MysqlError`;
   * `ANSWER_TOO_LARGE` is the code of an answer that was not kept.
   */
  query: (sql: string, values: readonly (string | number)[], signal: AbortSignal, within?: string) => Promise<readonly MysqlRow[]>;
  /** Opens the warm connection if it is not open. Throws `MysqlError`. */
  open: (signal: AbortSignal) => Promise<void>;
  close: () => Promise<void>;
}

export type MysqlRow = Readonly<Record<string, string | number | null>>;

/** `code` is mysql2's (`ER_CON_COUNT_ERROR`, `ECONNREFUSED`, `PROTOCOL_SEQUENCE_TIMEOUT`), `errno` the server's where it answered. No SQL literal is in `message`. */
export class MysqlError extends Error {
  override name = 'MysqlError';
  readonly code: string;
  readonly errno: number | undefined;
  constructor(message: string, code: string, errno?: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.errno = errno;
  }
}

export interface MysqlKit {
  /** One for each URL of a comma-separated list; the same URL gives the same one. */
  servers: (urls: string) => readonly MysqlServer[];
}
