import type { Thread } from '../world/story.ts';

export const DB = 'checkout';

export type Cell = string | number | null;
export interface ResultSet {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}
/** Columns in the order of the list, then the rows. */
export type Filled = readonly [columns: string, rows: () => readonly (readonly Cell[])[]];

/** A DATETIME as the server prints it. */
export function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

export function processRows(threads: readonly Thread[], at: number): readonly (readonly Cell[])[] {
  return threads.map((t) => [t.id, t.user, t.host, t.db, t.command, Math.max(0, Math.floor((at - t.since) / 1000)), t.state, t.info]);
}

export function statusRows(threads: readonly Thread[]): readonly (readonly [string, string])[] {
  const running = threads.filter((t) => t.command !== 'Sleep' && t.command !== 'Daemon').length;
  return [
    ['Threads_connected', String(threads.length + 1)],
    ['Threads_running', String(running + 1)],
    ['Max_used_connections', String(threads.length + 20)],
    ['Aborted_connects', '31'],
    ['Connection_errors_max_connections', '0'],
    ['Innodb_row_lock_current_waits', '0'],
    ['Uptime', '8123456'],
    ['Questions', '918273645'],
  ];
}
