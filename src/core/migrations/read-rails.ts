/** Rails' migration language. Indentation tells where a block ends: migrations are written by a generator and formatters. */
import { readSql } from './read-sql.ts';
import { literal, literals, option, source, split } from './source.ts';
import type { ColumnShape, MigrationStatement } from './statement.ts';

interface Line {
  indent: number;
  text: string;
}

export function readRails(text: string): readonly MigrationStatement[] {
  const lines = logical(withoutDown(text));
  return lines.flatMap((line, i) => command(line, blockAfter(lines, i)));
}

/** Lines joined where an argument list goes on. */
function logical(text: string): readonly Line[] {
  const found: Line[] = [];
  let open = false;
  for (const raw of withHeredocs(text).split('\n')) {
    const code = raw.replace(/(^|\s)#(?!\{).*$/, '$1').trimEnd();
    if (code.trim() === '') continue;
    const last = found.at(-1);
    if (open && last) last.text += ` ${code.trim()}`;
    else found.push({ indent: code.length - code.trimStart().length, text: code.trim() });
    open = /[,([{\\]$/.test(code);
  }
  return found;
}

/** `execute <<~SQL … SQL` becomes `execute "…"`. */
function withHeredocs(text: string): string {
  return text.replace(
    /<<[~-]?['"]?([A-Z]\w*)['"]?([^\n]*)\n([\s\S]*?)\n[ \t]*\1\b/g,
    (_, __, rest: string, body: string) => `"${body.replace(/\s+/g, ' ').replaceAll('"', '`')}"${rest}`,
  );
}

function withoutDown(text: string): string {
  return text.replace(/^([ \t]*)def (?:self\.)?down\b[\s\S]*?^\1end\b/m, '').replace(/^([ \t]*)\w*\.?down do\b[\s\S]*?^\1end\b/gm, '');
}

function blockAfter(lines: readonly Line[], i: number): readonly Line[] {
  const line = lines[i];
  if (!line || !/\bdo\s*\|/.test(line.text)) return [];
  const end = lines.findIndex((l, j) => j > i && l.indent <= line.indent);
  return lines.slice(i + 1, end < 0 ? undefined : end);
}

function argsOf(line: string, name: string): readonly string[] {
  const rest = line
    .slice(line.indexOf(name) + name.length)
    .replace(/\s+do\s*(?:\|.*)?$/, '')
    .trim();
  const src = source(rest.startsWith('(') && rest.endsWith(')') ? rest.slice(1, -1) : rest, 'hash');
  return split(src, 0, src.text.length);
}

function command(line: Line, block: readonly Line[]): readonly MigrationStatement[] {
  const name = /^(?:safety_assured\s*\{\s*)?(\w+)[\s(]/.exec(`${line.text} `)?.[1] ?? '';
  const args = argsOf(line.text, name);
  const table = literal(args[0]) ?? '';
  switch (name) {
    case 'create_table':
      return table ? [{ op: 'create-table', table }, ...block.flatMap((l) => createdKey(table, l.text))] : [];
    case 'change_table':
      return block.flatMap((l) => changed(table, l.text));
    case 'create_join_table': {
      const joined = option(args, 'table_name');
      return [{ op: 'create-table', table: literal(joined) ?? [literal(args[0]), literal(args[1])].sort().join('_') }];
    }
    case 'drop_table':
      return [{ op: 'drop-table', table }];
    case 'rename_table':
      return [{ op: 'rename-table', table, to: literal(args[1]) ?? '' }];
    case 'execute':
    case 'exec_query':
      return readSql(line.text.slice(line.text.indexOf(name) + name.length).replace(/^[\s(]*["'`]|["'`][\s)]*$/g, ''));
    default:
      return table ? onTable(name, table, args.slice(1)) : dataOf(line.text);
  }
}

function onTable(name: string, table: string, args: readonly string[]): readonly MigrationStatement[] {
  const column = literal(args[0]) ?? '';
  switch (name) {
    case 'add_column':
      return [{ op: 'add-column', table, column, ...shape(literal(args[1]), args) }];
    case 'remove_column':
      return [{ op: 'drop-column', table, column }];
    case 'remove_columns':
      return args
        .filter((a) => !/^\w+:\s/.test(a))
        .flatMap((a) => literals(a))
        .map((c) => ({ op: 'drop-column', table, column: c }));
    case 'rename_column':
      return [{ op: 'rename-column', table, column, to: literal(args[1]) ?? '' }];
    case 'change_column':
      return [{ op: 'change-column', table, column, ...shape(literal(args[1]), args, false) }];
    case 'change_column_null':
      return [{ op: 'change-column', table, column, nullable: /true/.test(args[1] ?? '') }];
    case 'add_timestamps':
    case 'timestamps':
      return ['created_at', 'updated_at'].map((c) => ({
        op: 'add-column',
        table,
        column: c,
        type: 'datetime',
        nullable: /true/.test(option(args, 'null') ?? ''),
      }));
    case 'add_index':
      return [index(table, literals(args[0]), args)];
    case 'remove_index': {
      const columns = literals(option(args, 'column') ?? (/^\w+:\s/.test(args[0] ?? '') ? undefined : args[0]));
      return [{ op: 'drop-index', table, columns, ...named(args) }];
    }
    case 'add_reference':
    case 'add_belongs_to':
      return reference(table, column, args);
    case 'remove_reference':
    case 'remove_belongs_to':
      return [{ op: 'drop-column', table, column: `${column}_id` }];
    case 'add_foreign_key':
      return [
        {
          op: 'add-foreign-key',
          table,
          columns: [literal(option(args, 'column')) ?? `${singular(column)}_id`],
          to: column,
          ...named(args),
        },
      ];
    case 'remove_foreign_key': {
      const by = literal(option(args, 'column')) ?? (column ? `${singular(column)}_id` : undefined);
      return [{ op: 'drop-foreign-key', table, columns: by ? [by] : [], ...named(args) }];
    }
    default:
      return [];
  }
}

/** A line of a `change_table` block. */
function changed(table: string, text: string): readonly MigrationStatement[] {
  const m = /^\w+\.(\w+)[\s(]/.exec(`${text} `);
  const name = m?.[1] ?? '';
  const args = argsOf(text, name);
  const verbs: Record<string, string> = {
    remove: 'remove_columns',
    rename: 'rename_column',
    change: 'change_column',
    index: 'add_index',
    remove_index: 'remove_index',
    timestamps: 'timestamps',
    foreign_key: 'add_foreign_key',
  };
  const verb = verbs[name];
  if (verb) return onTable(verb, table, args);
  if (name === 'references' || name === 'belongs_to') return reference(table, literal(args[0]) ?? '', args);
  return args
    .filter((a) => literal(a) && !/^\w+:\s/.test(a))
    .map((a) => ({ op: 'add-column', table, column: literal(a) ?? '', ...shape(name, args) }));
}

function createdKey(table: string, text: string): readonly MigrationStatement[] {
  return changed(table, text).filter((s) => s.op === 'add-foreign-key');
}

function reference(table: string, name: string, args: readonly string[]): readonly MigrationStatement[] {
  const column = `${name}_id`;
  const foreign = option(args, 'foreign_key');
  const indexed = option(args, 'index');
  const unique = /unique:\s*true/.test(indexed ?? '');
  const to = literal(/to_table:\s*([^,}]+)/.exec(foreign ?? '')?.[1]) ?? plural(name);
  return [
    { op: 'add-column', table, column, ...shape(literal(option(args, 'type')) ?? 'bigint', args) },
    ...(indexed === 'false' ? [] : [{ op: 'add-index', table, columns: [column], ...(unique ? { unique } : {}) } as const]),
    ...(foreign && foreign !== 'false' ? [{ op: 'add-foreign-key', table, columns: [column], to } as const] : []),
  ];
}

function index(table: string, columns: readonly string[], args: readonly string[]): MigrationStatement {
  const unique = /true/.test(option(args, 'unique') ?? '');
  return { op: 'add-index', table, columns, ...(unique ? { unique } : {}), ...named(args) };
}

function shape(type: string | undefined, args: readonly string[], added = true): ColumnShape {
  const nulls = option(args, 'null');
  const limit = option(args, 'limit');
  const given = option(args, 'default');
  const nullable = nulls === undefined ? (added ? true : undefined) : !/false/.test(nulls);
  return {
    ...(type ? { type: limit ? `${type}(${limit})` : type } : {}),
    ...(nullable === undefined ? {} : { nullable }),
    ...(given !== undefined && given !== 'nil' ? { hasDefault: true } : {}),
  };
}

function named(args: readonly string[]): { name?: string } {
  const name = literal(option(args, 'name'));
  return name ? { name } : {};
}

/** Model calls that change rows: `User.update_all`, `Post.find_each`. */
function dataOf(text: string): readonly MigrationStatement[] {
  const m =
    /\b([A-Z]\w*(?:::\w+)*)(?:\.\w+(?:\([^)]*\))?)*\.(update_all|find_each|delete_all|destroy_all|insert_all|create!?|update!?|in_batches|find_in_batches)\b/.exec(
      text,
    );
  return m ? [{ op: 'data', text: `${m[1]}.${m[2]}` }] : [];
}

export function singular(word: string): string {
  if (/ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return word.replace(/es$/, '');
  return word.replace(/([^s])s$/, '$1');
}

export function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, 'ies');
  return /(?:s|sh|ch|x|z)$/.test(word) ? `${word}es` : `${word}s`;
}
