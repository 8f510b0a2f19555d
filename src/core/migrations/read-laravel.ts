/** Laravel's Schema builder. A column call is a chain: `$table->foreignId('post_id')->nullable()->constrained()`. */
import { plural } from './read-rails.ts';
import { readSql } from './read-sql.ts';
import { type Call, calls, literal, literals, source } from './source.ts';
import type { MigrationStatement } from './statement.ts';

export function readLaravel(text: string): readonly MigrationStatement[] {
  const up =
    /function up\s*\([\s\S]*?(?=\n\s*(?:\/\*\*[\s\S]*?\*\/\s*)?(?:public |protected |private )?function |$(?![\s\S]))/.exec(text)?.[0] ??
    '';
  return calls(source(up, 'slash')).flatMap((call) => {
    const op = call.name.split(/::|->/).at(-1) ?? '';
    const first = literal(call.args[0]) ?? '';
    if (/\bDB\b/.test(call.name)) return raw(op, call.args[0] ?? '');
    if (!/Schema\b|\bschema\b/.test(call.name)) return model(call.name, op);
    if (op === 'drop' || op === 'dropIfExists') return [{ op: 'drop-table', table: first }];
    if (op === 'rename') return [{ op: 'rename-table', table: first, to: literal(call.args[1]) ?? '' }];
    const body = call.args.find((arg) => /\bfunction\b|\bfn\b/.test(arg)) ?? '';
    const changes = chains(body).flatMap((chain) => column(first, chain));
    if (op === 'create') return [{ op: 'create-table', table: first }, ...changes.filter((s) => s.op === 'add-foreign-key')];
    return op === 'table' ? changes : [];
  });
}

function raw(op: string, sql: string): readonly MigrationStatement[] {
  if (op === 'statement' || op === 'unprepared') return readSql(sql.trim().replace(/^["']|["']$/g, ''));
  return ['table', 'insert', 'update', 'delete'].includes(op) ? [{ op: 'data', text: `DB::${op}` }] : [];
}

function model(name: string, op: string): readonly MigrationStatement[] {
  return /^[A-Z]\w*::/.test(name) && ['create', 'insert', 'query', 'where', 'all', 'chunk', 'each'].includes(op)
    ? [{ op: 'data', text: name }]
    : [];
}

/** Each `$table->a(..)->b(..);` as its calls. */
function chains(body: string): readonly (readonly Call[])[] {
  return body.split(';').flatMap((statement) => {
    const start = statement.search(/\$\w+\s*->/);
    if (start < 0) return [];
    const chain = statement
      .slice(start)
      .replace(/^\$\w+\s*->/, '')
      .replace(/\)\s*->\s*/g, ') ');
    return [calls(source(chain, 'slash'))];
  });
}

const keys = new Set(['index', 'unique', 'primary', 'fullText', 'spatialIndex']);

function column(table: string, chain: readonly Call[]): readonly MigrationStatement[] {
  const [head, ...mods] = chain;
  if (!head) return [];
  const has = (name: string) => mods.find((m) => m.name === name);
  const names = literals(head.args[0]);
  const name = literal(head.args[0]) ?? '';
  if (keys.has(head.name)) {
    const unique = head.name === 'unique';
    return head.name === 'primary' ? [] : [{ op: 'add-index', table, columns: names, ...(unique ? { unique } : {}) }];
  }
  switch (head.name) {
    case 'dropColumn':
      return (/^\s*\[/.test(head.args[0] ?? '') ? names : head.args.flatMap((a) => literals(a))).map((c) => ({
        op: 'drop-column',
        table,
        column: c,
      }));
    case 'dropTimestamps':
      return ['created_at', 'updated_at'].map((c) => ({ op: 'drop-column', table, column: c }));
    case 'renameColumn':
      return [{ op: 'rename-column', table, column: name, to: literal(head.args[1]) ?? '' }];
    case 'dropForeign':
    case 'dropIndex':
    case 'dropUnique': {
      const by = /^\s*\[/.test(head.args[0] ?? '') ? { columns: names } : { columns: [], name };
      return [{ op: head.name === 'dropForeign' ? 'drop-foreign-key' : 'drop-index', table, ...by }];
    }
    case 'foreign':
      return [{ op: 'add-foreign-key', table, columns: names, ...to(literal(has('on')?.args[0])) }];
    case 'timestamps':
      return ['created_at', 'updated_at'].map((c) => ({ op: 'add-column', table, column: c, type: 'timestamp', nullable: true }));
    case 'softDeletes':
      return [{ op: 'add-column', table, column: 'deleted_at', type: 'timestamp', nullable: true }];
    case 'engine':
    case 'charset':
    case 'comment':
      return [];
    default:
      return name ? shaped(table, name, head, mods) : [];
  }
}

function shaped(table: string, name: string, head: Call, mods: readonly Call[]): readonly MigrationStatement[] {
  const has = (mod: string) => mods.find((m) => m.name === mod);
  const nulls = has('nullable');
  const nullable = nulls !== undefined && !/false/.test(nulls.args[0] ?? '');
  const hasDefault = has('default') !== undefined || has('useCurrent') !== undefined;
  const changing = has('change') !== undefined;
  const shape = { type: head.name, nullable, ...(hasDefault ? { hasDefault } : {}) };
  const constrained = has('constrained');
  const unique = has('unique') !== undefined;
  return [
    { op: changing ? 'change-column' : 'add-column', table, column: name, ...shape },
    ...(unique || has('index') || constrained ? [{ op: 'add-index', table, columns: [name], ...(unique ? { unique } : {}) } as const] : []),
    ...(constrained
      ? [{ op: 'add-foreign-key', table, columns: [name], to: literal(constrained.args[0]) ?? plural(name.replace(/_id$/, '')) } as const]
      : []),
  ];
}

function to(table: string | undefined): { to?: string } {
  return table ? { to: table } : {};
}
