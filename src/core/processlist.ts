import { prime } from './sql/prime.ts';

/** One row of SHOW FULL PROCESSLIST, whatever its source calls the columns. */
export interface ProcessRow {
  id: number;
  user: string;
  host: string;
  db: string | undefined;
  command: string;
  /** Seconds in the present command; for a sleeping session, since its last statement. Absent where the source has no such column. */
  time: number | undefined;
  state: string;
  info: string | undefined;
}

type Cell = unknown;

const text = (cell: Cell): string | undefined => (typeof cell === 'string' ? cell : typeof cell === 'number' ? String(cell) : undefined);

function number(cell: Cell): number | undefined {
  const value = typeof cell === 'number' ? cell : typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Names of the columns in SHOW PROCESSLIST, information_schema and performance_schema, lower case. */
const COLUMNS = {
  id: ['id', 'processlist_id'],
  user: ['user', 'processlist_user'],
  host: ['host', 'processlist_host'],
  db: ['db', 'processlist_db'],
};
const MORE = {
  command: ['command', 'processlist_command'],
  time: ['time', 'processlist_time'],
  state: ['state', 'processlist_state'],
  info: ['info', 'processlist_info'],
};

/** Characters from which on a list is large: a few thousand rows. */
const LARGE = 1_000_000;
/** Words kept at most: a server has few users, databases and states. */
const WORDS = 4_096;

/** One copy of each word, however many rows bring it: less memory, and comparing is then a glance. */
function words(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const copy = known.get(text);
    if (copy !== undefined) return copy;
    if (known.size < WORDS) known.set(text, text);
    return text;
  };
}

/** Picks the cells of one layout of columns; undefined when it has no id and nothing to say. */
function layout(names: readonly string[]): ((cells: (at: number) => Cell) => ProcessRow) | undefined {
  const lower = names.map((name) => name.trim().toLowerCase());
  const at = (options: readonly string[]): number => lower.findIndex((name) => options.includes(name));
  const [id, user, host, db] = [at(COLUMNS.id), at(COLUMNS.user), at(COLUMNS.host), at(COLUMNS.db)];
  const [command, time, state, info] = [at(MORE.command), at(MORE.time), at(MORE.state), at(MORE.info)];
  if (id < 0 || (info < 0 && state < 0 && command < 0)) return undefined;
  const word = words();
  return (cells) => ({
    id: number(cells(id)) ?? 0,
    user: word(text(cells(user)) ?? ''),
    host: text(cells(host)) ?? '',
    db: word(text(cells(db)) ?? '') || undefined,
    command: word(text(cells(command)) ?? ''),
    time: number(cells(time)),
    state: word(text(cells(state)) ?? ''),
    info: text(cells(info)) || undefined,
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Rows as a client library gives them: objects whose columns are found by name, letter case aside. Undefined when they are no process list. */
export function processRows(values: readonly unknown[]): readonly ProcessRow[] | undefined {
  const layouts = new Map<string, { names: readonly string[]; read: NonNullable<ReturnType<typeof layout>> }>();
  const rows: ProcessRow[] = [];
  for (const value of values) {
    if (!isRecord(value)) return undefined;
    const names = Object.keys(value);
    const shape = names.join('\n');
    let known = layouts.get(shape);
    if (known === undefined) {
      const read = layout(names);
      if (read === undefined) return undefined;
      known = { names, read };
      layouts.set(shape, known);
    }
    const order = known.names;
    rows.push(known.read((at) => value[order[at] ?? '']));
  }
  return rows;
}

const NULLS = new Set(['NULL', '\\N']);
const unescaped: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** `mysql -B`: tabs between cells, `\n`, `\t` and `\\` escaped inside. */
function fromBatch(lines: readonly string[]): readonly ProcessRow[] | undefined {
  const read = layout((lines[0] ?? '').split('\t'));
  if (read === undefined) return undefined;
  return lines.slice(1).map((line) => {
    const cells = line
      .split('\t')
      .map((cell) => (NULLS.has(cell) ? undefined : cell.replace(/\\(.)/g, (all, char: string) => unescaped[char] ?? all)));
    return read((at) => cells[at]);
  });
}

/** The client's table. A statement with line breaks goes on over lines that do not begin with `|`, or whose first cell is empty. */
function fromTable(lines: readonly string[]): readonly ProcessRow[] | undefined {
  const rule = lines.find((line) => /^\+-[-+]*-\+\s*$/.test(line)) ?? '';
  const head = lines.find((line) => line.startsWith('|')) ?? '';
  const names = head.split('|').slice(1, -1);
  const read = layout(names);
  if (read === undefined) return undefined;
  const rows: string[][] = [];
  for (const line of lines.slice(lines.indexOf(head) + 1)) {
    if (line === rule || /^\+-[-+]*-\+\s*$/.test(line)) continue;
    const last = rows.at(-1);
    const cells = line.startsWith('|') ? tableCells(line, names.length) : undefined;
    if (cells !== undefined && /^\d+$/.test(cells[0] ?? '')) rows.push(cells);
    else if (last !== undefined && !/^(\d+ rows? in set|mysql>|MariaDB \[)/.test(line)) last[last.length - 1] += `\n${withoutBar(line)}`;
  }
  return rows.map((cells) =>
    read((at) => {
      const cell = withoutBar(cells[at] ?? '').trim();
      return NULLS.has(cell) ? undefined : cell;
    }),
  );
}

/** Without the bar that ends a line of the table. */
function withoutBar(line: string): string {
  const text = line.trimEnd();
  return text.endsWith('|') ? text.slice(0, -1).trimEnd() : text;
}

/** Cells of one table line; bars beyond the last column belong to the statement, which stands in the last text column. */
function tableCells(line: string, columns: number): string[] {
  const parts = line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split('|');
  if (parts.length <= columns) return parts.map((part) => part.trim());
  const before = parts.slice(0, columns - 1).map((part) => part.trim());
  return [
    ...before,
    parts
      .slice(columns - 1)
      .join('|')
      .trim(),
  ];
}

/** `\G`: one `name: value` a line, a line of stars before each row. */
function fromVertical(lines: readonly string[]): readonly ProcessRow[] | undefined {
  const rows: Map<string, string>[] = [];
  let last = '';
  for (const line of lines) {
    if (/^\*{5,}\s*\d+\. row\s*\*{5,}/.test(line.trim())) {
      rows.push(new Map());
      last = '';
      continue;
    }
    const row = rows.at(-1);
    if (row === undefined) continue;
    const cell = last === 'info' ? undefined : /^\s*([A-Za-z_]+): ?(.*)$/.exec(line);
    if (cell?.[1] !== undefined) {
      last = cell[1].toLowerCase();
      row.set(last, cell[2] ?? '');
    } else if (last !== '' && !/^\d+ rows? in set/.test(line)) {
      row.set(last, `${row.get(last)}\n${line}`);
    }
    const progress =
      last === 'info'
        ? /^(progress|time_ms|rows_sent|rows_examined|stage|max_stage|memory_used|execution_engine):\s*\S*$/i.exec(line.trim())
        : null;
    if (progress !== null && last === 'info') row.set('info', (row.get('info') ?? '').slice(0, -line.length - 1));
  }
  const first = rows[0];
  if (first === undefined) return undefined;
  const names = [...first.keys()];
  const read = layout(names);
  if (read === undefined) return undefined;
  return rows.map((row) =>
    read((at) => {
      const cell = row.get(names[at] ?? '');
      return cell === undefined || NULLS.has(cell.trim()) ? undefined : cell;
    }),
  );
}

function fromJson(body: string): readonly ProcessRow[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return fromJsonLines(body);
  }
  const rows = Array.isArray(value)
    ? value
    : isRecord(value) && Array.isArray(value.rows)
      ? value.rows
      : isRecord(value)
        ? [value]
        : undefined;
  return rows === undefined ? undefined : processRows(rows);
}

/** One JSON row a line. */
function fromJsonLines(body: string): readonly ProcessRow[] | undefined {
  try {
    return processRows(
      body
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): unknown => JSON.parse(line)),
    );
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Reads a process list as people have it: JSON rows (an array, `{ rows }`, or one a line), `mysql -B`, the client's table, or `\G`.
 * Undefined when the text is none of these.
 */
export function readProcesslist(body: string): readonly ProcessRow[] | undefined {
  // The engine then makes the scan ready beside the parsing of the text.
  if (body.length >= LARGE) prime();
  const trimmed = body.replace(/^\uFEFF/, '').trim();
  if (trimmed === '') return undefined;
  if (trimmed.startsWith('[') || trimmed.startsWith('{')) return fromJson(trimmed);
  const lines = trimmed.split(/\r?\n/);
  if (/^\*{5,}\s*\d+\. row/m.test(trimmed.slice(0, 2_000))) return fromVertical(lines);
  if (lines.slice(0, 20).some((line) => /^\+-[-+]*-\+\s*$/.test(line)) || trimmed.startsWith('|')) return fromTable(lines);
  const head = lines.findIndex((line) => /^id\t/i.test(line));
  return head < 0 ? undefined : fromBatch(lines.slice(head));
}
