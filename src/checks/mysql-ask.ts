import { MysqlError, type MysqlRow, type MysqlServer } from '../core/kit/mysql.ts';

/** Statements one look may send; the session's set-up is not counted. */
const LIMIT = 10;

export type Answer = { rows: readonly MysqlRow[] } | { refused: MysqlError };

/** Counts what a look asks of one server and keeps it within bounds. */
export interface Asker {
  server: MysqlServer;
  /** Refusals and time-outs are answers. Undefined: the look has asked enough. */
  ask: (sql: string, values?: readonly (string | number)[], within?: string) => Promise<Answer | undefined>;
  asked: () => number;
}

export function asker(server: MysqlServer, signal: AbortSignal, limit: number = LIMIT): Asker {
  let asked = 0;
  return {
    server,
    asked: () => asked,
    ask: async (sql, values = [], within = server.db) => {
      if (asked >= limit) return undefined;
      asked++;
      try {
        return { rows: await server.query(sql, values, signal, within) };
      } catch (error) {
        if (error instanceof MysqlError) return { refused: error };
        throw error;
      }
    },
  };
}

export const rowsOf = (answer: Answer | undefined): readonly MysqlRow[] => (answer !== undefined && 'rows' in answer ? answer.rows : []);

export const refusalOf = (answer: Answer | undefined): MysqlError | undefined =>
  answer !== undefined && 'refused' in answer ? answer.refused : undefined;

/** Rights are missing: 1044 database, 1142 table, 1143 column, 1227 a global right, 1370 routine. */
export const isDenied = (error: MysqlError | undefined): boolean =>
  error?.errno !== undefined && [1044, 1142, 1143, 1227, 1370].includes(error.errno);

/** `(?, ?, ?)` for so many values. */
export const marks = (values: readonly unknown[]): string => `(${values.map(() => '?').join(', ')})`;

/** A cell under any letter case: servers disagree on theirs. */
export function cell(row: MysqlRow, name: string): string | number | null {
  const found = Object.keys(row).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? null : (row[found] ?? null);
}

export function textCell(row: MysqlRow, name: string): string {
  const value = cell(row, name);
  return value === null ? '' : String(value);
}

export function numberCell(row: MysqlRow, name: string): number | undefined {
  const value = cell(row, name);
  const number = value === null || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
