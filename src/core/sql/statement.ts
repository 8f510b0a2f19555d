import { fingerprint } from '../fingerprint.ts';

/*
 * Reads a fingerprint (any statement will do, it is reduced first) for its verb, its tables and the columns an index would serve. A reader of
 * shapes, no parser: what it does not understand it leaves out.
 */

/** Columns of one table that the statement's conditions and order use, in the order they stand. */
export interface ColumnUse {
  table: string;
  equal: readonly string[];
  range: readonly string[];
  order: readonly string[];
}

export interface Statement {
  /** The fingerprint that was read. */
  text: string;
  /** First word: `select`, `alter`, `insert`; empty when there is none. */
  verb: string;
  /** As written, without backticks. */
  tables: readonly string[];
  /** Table by each name it goes by in the statement. */
  aliases: ReadonlyMap<string, string>;
  columns: readonly ColumnUse[];
  /** `for update`, `for share`, `lock in share mode`. */
  locks: boolean;
}

interface Scope {
  /** Names as written, by alias and by themselves. */
  aliases: Map<string, string>;
  tables: string[];
  clause: string;
  selects: boolean;
}

const TOKEN = /(?:`(?:[^`]|``)*`|[\w$@\u0080-\uffff]+)(?:\.(?:`(?:[^`]|``)*`|[\w$@\u0080-\uffff]+|\*))*|<=>|->>?|[<>!:]=|<>|\|\||&&|\S/g;
const NAME = /^[`\w$\u0080-\uffff]/;
const MODIFIERS = new Set(
  'low_priority high_priority ignore quick delayed only if exists not into from table temporary local no_write_to_binlog concurrent'.split(
    ' ',
  ),
);
const STOPS = new Set(
  `where set on using join inner left right outer cross natural straight_join group order having limit union values value select for lock force use
  ignore partition as add drop modify change rename algorithm engine read write to with wait nowait add, default returning window procedure`.split(
    /\s+/,
  ),
);
/** Functions with a FROM of their own: `extract(year from created_at)`. */
const FROM_INSIDE = new Set(['extract', 'trim', 'substring', 'substr', 'position']);
const CLAUSES = new Map([
  ['where', 'condition'],
  ['on', 'condition'],
  ['having', 'having'],
  ['set', 'set'],
  ['select', 'select'],
  ['from', 'from'],
  ['limit', 'limit'],
  ['order', 'order'],
  ['group', 'group'],
  ['values', 'values'],
]);

const plain = (name: string): string => name.replaceAll('`', '');

function scopeOf(): Scope {
  return { aliases: new Map(), tables: [], clause: '', selects: false };
}

/** Whether the word at `i` is followed by table names. */
function namesTables(tokens: readonly string[], i: number, scope: Scope): boolean {
  const word = tokens[i];
  const before = tokens[i - 1];
  switch (word) {
    case 'from':
      return (
        scope.selects ||
        before === undefined ||
        /^(delete|tables|index|columns|fields|keys|quick|ignore|low_priority)$/.test(before) ||
        i < 4
      );
    case 'join':
    case 'straight_join':
      return before !== 'select';
    case 'into':
      return tokens[i + 1] !== 'outfile' && !tokens[i + 1]?.startsWith('@');
    case 'update':
      return before === undefined || before === ';' || before === '(' || before === 'explain';
    case 'insert':
    case 'replace':
      return before === undefined && tokens[i + 1] !== 'into' && !MODIFIERS.has(tokens[i + 1] ?? '');
    case 'truncate':
      return before === undefined && tokens[i + 1] !== 'table';
    case 'table':
    case 'tables':
      return /^(alter|create|drop|truncate|lock|analyze|optimize|check|repair|rename|temporary|ignore|flush|into|local|ignore|online)$/.test(
        before ?? '',
      );
    case 'on':
      return /^(create|drop)$/.test(tokens[0] ?? '') && tokens.slice(0, i).includes('index') && scope.tables.length === 0;
    default:
      return false;
  }
}

/** Reads `a as x, b y, c` from `i` on; returns the index behind. */
function readTables(tokens: readonly string[], from: number, scope: Scope, found: Set<string>, aliases: Map<string, string>): number {
  let i = from;
  for (;;) {
    while (MODIFIERS.has(tokens[i] ?? '')) i++;
    const name = tokens[i];
    if (name === undefined || !NAME.test(name) || STOPS.has(name) || name === 'dual') return i;
    const table = plain(name);
    found.add(table);
    scope.tables.push(table);
    scope.aliases.set(table, table).set(bareName(table), table);
    aliases.set(bareName(table), table);
    i++;
    if (tokens[i] === 'as') i++;
    const alias = tokens[i];
    if (alias !== undefined && NAME.test(alias) && !STOPS.has(alias)) {
      scope.aliases.set(plain(alias), table);
      aliases.set(plain(alias), table);
      i++;
    }
    while (tokens[i] === 'read' || tokens[i] === 'write') i++;
    if (tokens[i] !== ',') return i;
    i++;
  }
}

interface Uses {
  equal: Set<string>;
  range: Set<string>;
  order: Set<string>;
}

const KEYWORD_AFTER_COLUMN = new Set(['=', '<=>', 'in', 'is', '>', '<', '>=', '<=', 'between', 'like']);

/** How the condition at `i` (a name) uses its column. */
function useAt(tokens: readonly string[], i: number): 'equal' | 'range' | undefined {
  const next = tokens[i + 1];
  const after = tokens[i + 2];
  if (next === '=' || next === '<=>' || next === 'in') return 'equal';
  if (next === 'is' && after === 'null') return 'equal';
  if (next !== undefined && KEYWORD_AFTER_COLUMN.has(next) && next !== 'is') return 'range';
  const before = tokens[i - 1];
  if (before === '=' || before === '<=>') return 'equal';
  return before === '<' || before === '>' || before === '<=' || before === '>=' ? 'range' : undefined;
}

/** The table a column belongs to: by its qualifier, or the only one in sight. */
function ownerOf(column: string, scopes: readonly Scope[]): { table: string; column: string } | undefined {
  const dot = column.lastIndexOf('.');
  if (dot < 0) {
    const scope = scopes.at(-1);
    const only = scope?.tables.length === 1 ? scope.tables[0] : undefined;
    return only === undefined ? undefined : { table: only, column };
  }
  const qualifier = column.slice(0, dot);
  for (let s = scopes.length - 1; s >= 0; s--) {
    const table = scopes[s]?.aliases.get(qualifier);
    if (table !== undefined) return { table, column: column.slice(dot + 1) };
  }
  return undefined;
}

/** Common table expressions are names of the statement's own. */
function ownNames(tokens: readonly string[]): ReadonlySet<string> {
  if (tokens[0] !== 'with') return new Set();
  return new Set(tokens.filter((token, i) => NAME.test(token) && tokens[i + 1] === 'as' && tokens[i + 2] === '(').map(plain));
}

export function readStatement(sql: string): Statement {
  return readShape(fingerprint(sql));
}

/** The same of a text that is a fingerprint already. */
export function readShape(text: string): Statement {
  const tokens = text.match(TOKEN) ?? [];
  const found = new Set<string>();
  const aliases = new Map<string, string>();
  const uses = new Map<string, Uses>();
  const scopes: Scope[] = [scopeOf()];
  const note = (column: string, use: keyof Uses): void => {
    const owner = ownerOf(plain(column), scopes);
    if (owner === undefined) return;
    const of = uses.get(owner.table) ?? { equal: new Set<string>(), range: new Set<string>(), order: new Set<string>() };
    uses.set(owner.table, of);
    of[use].add(owner.column);
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    const scope = scopes.at(-1) ?? scopeOf();
    if (token === '(') {
      // A parenthesis inside a condition stays a condition; one that selects gets its own clauses.
      const own = tokens[i + 1] === 'select' || tokens[i + 1] === 'with' || FROM_INSIDE.has(tokens[i - 1] ?? '');
      scopes.push(own ? scopeOf() : { ...scope });
      continue;
    }
    if (token === ')') {
      if (scopes.length > 1) scopes.pop();
      continue;
    }
    if (token === 'select' || token === 'delete') scope.selects = true;
    if (namesTables(tokens, i, scope)) {
      scope.clause = 'from';
      i = readTables(tokens, i + 1, scope, found, aliases) - 1;
      continue;
    }
    const clause = CLAUSES.get(token);
    if (clause !== undefined && !(token === 'on' && scope.clause === 'values')) {
      scope.clause = clause;
      continue;
    }
    if (!NAME.test(token) || token === '?' || STOPS.has(token)) continue;
    if (scope.clause === 'condition') {
      const use = useAt(tokens, i);
      if (use !== undefined) note(token, use);
    } else if (scope.clause === 'order' && token !== 'by' && tokens[i + 1] !== '(' && (tokens[i - 1] === 'by' || tokens[i - 1] === ',')) {
      note(token, 'order');
    }
  }
  const own = ownNames(tokens);
  return {
    text,
    aliases,
    verb: tokens[0] === '…' ? '' : (tokens[0] ?? ''),
    tables: [...found].filter((table) => !own.has(table)),
    columns: [...uses].map(([table, use]) => ({
      table,
      equal: [...use.equal],
      range: [...use.range].filter((column) => !use.equal.has(column)),
      order: [...use.order],
    })),
    locks: / for (update|share)\b| lock in share mode\b/.test(text),
  };
}

/** Tables the statement reads or changes, as written, without backticks. */
export function tablesOf(sql: string): readonly string[] {
  return readStatement(sql).tables;
}

/** Columns of the index that would serve the statement's conditions on the table, the equal ones first; none when no condition is understood. */
export function indexColumns(statement: Statement, table: string): readonly string[] {
  const bare = bareName(table);
  const use = statement.columns.find((one) => bareName(one.table) === bare);
  if (use === undefined) return [];
  const tail = use.range.length > 0 ? use.range.slice(0, 1) : use.order.filter((column) => !use.equal.includes(column)).slice(0, 1);
  return [...use.equal.slice(0, 3), ...(use.equal.length === 0 || tail[0] !== 'id' ? tail : [])];
}

/** The name without its database. */
export function bareName(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1);
}
