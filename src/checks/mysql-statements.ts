import type { DigestGroup } from '../core/digest.ts';
import { readingThreads } from '../core/digest-findings.ts';
import type { PlanRow, Table } from '../core/evidence.ts';
import { fingerprint } from '../core/fingerprint.ts';
import type { ProcessRow } from '../core/processlist.ts';
import { bareName, readStatement } from '../core/sql/statement.ts';
import { type Answer, type Asker, isDenied, marks, numberCell, refusalOf, rowsOf, textCell } from './mysql-ask.ts';

/** What was learned about one group beyond the list. */
export interface Learned {
  plan?: readonly PlanRow[];
  noIndexUsed?: boolean;
  rowsExaminedPerCall?: number;
}

/** Groups worth asking about: many threads reading, or one that reads for long. */
export function suspects(groups: readonly DigestGroup[]): readonly DigestGroup[] {
  return groups.filter(
    (group) =>
      group.role === 'query' &&
      group.tables.length > 0 &&
      readingThreads(group.states) > 0 &&
      (group.threads >= 5 || group.longestSeconds >= 10),
  );
}

const MAX_THREADS = 40;

/** While a statement still runs, the server knows whether it uses an index. Off by default in MariaDB. */
export async function noIndexThreads(
  asker: Asker,
  groups: readonly DigestGroup[],
): Promise<{ threads: ReadonlyMap<number, boolean>; denied: boolean }> {
  const ids = groups.flatMap((group) => group.threadIds.slice(0, Math.floor(MAX_THREADS / groups.length)));
  const answer = await asker.ask(
    `SELECT t.PROCESSLIST_ID AS thread, s.NO_INDEX_USED AS none FROM performance_schema.threads t
     JOIN performance_schema.events_statements_current s USING (THREAD_ID)
     WHERE t.PROCESSLIST_ID IN ${marks(ids)} AND s.END_EVENT_ID IS NULL LIMIT ${MAX_THREADS * 2}`,
    ids,
  );
  return {
    threads: new Map(rowsOf(answer).map((row) => [numberCell(row, 'thread') ?? 0, numberCell(row, 'none') === 1])),
    denied: isDenied(refusalOf(answer)),
  };
}

/** Undefined when nothing is known of the group's threads. */
export function noIndexOf(group: DigestGroup, threads: ReadonlyMap<number, boolean>): boolean | undefined {
  const known = group.threadIds.map((id) => threads.get(id)).filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.filter(Boolean).length * 2 > known.length;
}

/** What may be explained: one whole statement that only reads, with its values, and calls nothing that acts. */
export function explainable(group: DigestGroup, row: ProcessRow | undefined): row is ProcessRow & { info: string } {
  // What stands in an executable comment runs, and the fingerprint does not show it.
  if (row?.info === undefined || group.cut || /\/\*M?!/.test(row.info)) return false;
  if (row.command.toLowerCase() !== 'query' && row.info.includes('?')) return false;
  if (fingerprint(row.info) !== group.fingerprint) return false;
  return (
    /^(select|with) /.test(group.fingerprint) &&
    !group.fingerprint.includes(';') &&
    !/:=|\binto (outfile|dumpfile|@)|\b(sleep|benchmark|get_lock|release_lock|release_all_locks|load_file|nextval|setval|master_pos_wait|source_pos_wait)\b ?\(/.test(
      group.fingerprint,
    )
  );
}

/** In the thread's own database: the text names its tables without it. Never ANALYZE: that runs it. */
export async function planOf(
  asker: Asker,
  row: ProcessRow & { info: string },
): Promise<{ plan: readonly PlanRow[] | undefined; denied: boolean }> {
  return planIn(await asker.ask(`EXPLAIN FORMAT=TRADITIONAL ${row.info}`, [], row.db));
}

/** The plan of a statement that runs: MariaDB shows it to whoever may see the list, prepared statements too. */
export async function livePlan(asker: Asker, thread: number): Promise<{ plan: readonly PlanRow[] | undefined; denied: boolean }> {
  return planIn(await asker.ask(`SHOW EXPLAIN FOR ${thread}`));
}

function planIn(answer: Answer | undefined): { plan: readonly PlanRow[] | undefined; denied: boolean } {
  const plan = rowsOf(answer).map((one) => ({
    table: textCell(one, 'table'),
    type: textCell(one, 'type'),
    key: textCell(one, 'key') || null,
    rows: numberCell(one, 'rows') ?? 0,
    extra: textCell(one, 'extra'),
  }));
  return { plan: plan.length === 0 ? undefined : plan, denied: isDenied(refusalOf(answer)) };
}

/** The server's own digest and ours, brought to one form: it quotes every name, writes lists as dots, and MariaDB spells `id` as `ID`. */
const comparable = (text: string): string =>
  fingerprint(
    text
      .replaceAll('`', '')
      .replaceAll('(...)', '(?)')
      .replace(/\/\* , \.\.\. \*\//g, ''),
  )
    .replace(/ ?\( ?/g, '(')
    .toLowerCase();

/** Rows examined per call of each group, from the statements that have completed. */
export async function digestFigures(
  asker: Asker,
  db: string,
  groups: readonly DigestGroup[],
): Promise<{ figures: ReadonlyMap<string, Learned>; denied: boolean }> {
  const answer = await asker.ask(
    `SELECT DIGEST_TEXT AS text, COUNT_STAR AS calls, SUM_ROWS_EXAMINED AS examined, SUM_NO_INDEX_USED AS noindex
     FROM performance_schema.events_statements_summary_by_digest WHERE SCHEMA_NAME = ? ORDER BY SUM_TIMER_WAIT DESC LIMIT 200`,
    [db],
  );
  const byShape = new Map(rowsOf(answer).map((row) => [comparable(textCell(row, 'text')), row]));
  const figures = new Map<string, Learned>();
  for (const group of groups) {
    const row = byShape.get(comparable(group.fingerprint));
    const calls = row === undefined ? 0 : (numberCell(row, 'calls') ?? 0);
    if (row === undefined || calls === 0) continue;
    const examined = (numberCell(row, 'examined') ?? 0) / calls;
    const noIndexUsed = (numberCell(row, 'noindex') ?? 0) * 2 > calls;
    figures.set(group.fingerprint, { rowsExaminedPerCall: Math.round(examined), ...(noIndexUsed ? { noIndexUsed } : {}) });
  }
  return { figures, denied: isDenied(refusalOf(answer)) };
}

const MAX_TABLES = 12;

/** Indexes and size of the groups' tables. A table we have no right on does not appear at all. */
export async function tablesOfGroups(
  asker: Asker,
  db: string,
  groups: readonly DigestGroup[],
): Promise<{ tables: readonly Table[]; asked: readonly string[] }> {
  const asked = [...new Set(groups.flatMap((group) => readStatement(group.fingerprint).tables.map(bareName)))].slice(0, MAX_TABLES);
  if (asked.length === 0) return { tables: [], asked };
  const answer = await asker.ask(
    `SELECT t.TABLE_NAME AS name, t.TABLE_ROWS AS size, t.DATA_LENGTH + t.INDEX_LENGTH AS bytes, s.INDEX_NAME AS idx, s.NON_UNIQUE AS many, s.COLUMN_NAME AS col
     FROM information_schema.TABLES t LEFT JOIN information_schema.STATISTICS s ON s.TABLE_SCHEMA = t.TABLE_SCHEMA AND s.TABLE_NAME = t.TABLE_NAME
     WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME IN ${marks(asked)} ORDER BY t.TABLE_NAME, s.INDEX_NAME, s.SEQ_IN_INDEX LIMIT 2000`,
    [db, ...asked],
  );
  const tables = new Map<string, { table: Table; indexes: Map<string, { name: string; columns: string[]; unique: boolean }> }>();
  for (const row of rowsOf(answer)) {
    const name = textCell(row, 'name');
    const rows = numberCell(row, 'size');
    const bytes = numberCell(row, 'bytes');
    const known = tables.get(name) ?? {
      table: {
        kind: 'table',
        table: name,
        db,
        tone: 'normal',
        ...(rows === undefined ? {} : { rows }),
        ...(bytes === undefined ? {} : { bytes }),
      },
      indexes: new Map(),
    };
    tables.set(name, known);
    const index = textCell(row, 'idx');
    if (index === '') continue;
    const entry = known.indexes.get(index) ?? { name: index, columns: [], unique: numberCell(row, 'many') === 0 };
    entry.columns.push(textCell(row, 'col'));
    known.indexes.set(index, entry);
  }
  return { tables: [...tables.values()].map(({ table, indexes }) => ({ ...table, indexes: [...indexes.values()] })), asked };
}
