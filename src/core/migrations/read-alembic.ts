/** Alembic's `op.*` calls of `upgrade`. */
import { readSql } from './read-sql.ts';
import { type Call, calls, literal, literals, option, source } from './source.ts';
import type { ColumnShape, MigrationStatement } from './statement.ts';

export function readAlembic(text: string): readonly MigrationStatement[] {
  const upgrade = /\bdef upgrade\s*\([\s\S]*?(?=\ndef |$(?![\s\S]))/.exec(text)?.[0] ?? '';
  const batches = [...upgrade.matchAll(/batch_alter_table\(\s*(['"][^'"]+['"])/g)].map((m) => ({
    at: m.index,
    table: literal(m[1]) ?? '',
  }));
  return calls(source(upgrade, 'hash')).flatMap((call) => {
    const batch = /^(?:batch_op)\./.test(call.name) ? batches.findLast((b) => b.at < call.start)?.table : undefined;
    return operation(call.name.split('.').at(-1) ?? '', batch === undefined ? call.args : withTable(call, batch), call);
  });
}

/** Within a batch the table is not said again: it goes where `op.*` would have it. */
function withTable(call: Call, table: string): readonly string[] {
  const quoted = `'${table}'`;
  return /create_(?:index|foreign_key|unique)|drop_(?:index|constraint)/.test(call.name)
    ? [call.args[0] ?? "''", quoted, ...call.args.slice(1)]
    : [quoted, ...call.args];
}

function operation(op: string, args: readonly string[], call: Call): readonly MigrationStatement[] {
  if (!/^(?:op|batch_op)\./.test(call.name)) return [];
  const table = literal(args[0]) ?? '';
  const second = literal(args[1]) ?? '';
  switch (op) {
    case 'create_table':
      return [{ op: 'create-table', table }];
    case 'drop_table':
      return [{ op: 'drop-table', table }];
    case 'rename_table':
      return [{ op: 'rename-table', table, to: second }];
    case 'add_column': {
      const inner = calls(source(args[1] ?? '', 'hash'))[0];
      return [{ op: 'add-column', table, column: literal(inner?.args[0]) ?? '', ...shape(inner?.args ?? [], true) }];
    }
    case 'drop_column':
      return [{ op: 'drop-column', table, column: second }];
    case 'alter_column': {
      const to = literal(option(args, 'new_column_name'));
      if (to) return [{ op: 'rename-column', table, column: second, to }];
      const type = option(args, 'type_');
      return [{ op: 'change-column', table, column: second, ...shape(type ? ['', type, ...args] : ['', ...args], false) }];
    }
    case 'create_index':
    case 'create_unique_constraint': {
      const unique = op === 'create_unique_constraint' || option(args, 'unique') === 'True';
      return [
        { op: 'add-index', table: second, columns: literals(args[2]), ...(unique ? { unique } : {}), ...(table ? { name: table } : {}) },
      ];
    }
    case 'drop_index':
    case 'drop_constraint': {
      const foreign = literal(option(args, 'type_')) === 'foreignkey';
      return [
        { op: foreign ? 'drop-foreign-key' : 'drop-index', table: literal(option(args, 'table_name')) ?? second, columns: [], name: table },
      ];
    }
    case 'create_foreign_key':
      return [
        { op: 'add-foreign-key', table: second, to: literal(args[2]) ?? '', columns: literals(args[3]), ...(table ? { name: table } : {}) },
      ];
    case 'execute':
      return readSql((args[0] ?? '').replace(/^\s*(?:sa\.)?(?:text\()?[rbu]?(?:"""|'''|"|')/, '').replace(/(?:"""|'''|"|')\)?\s*$/, ''));
    case 'bulk_insert':
      return [{ op: 'data', text: 'bulk_insert' }];
    default:
      return [];
  }
}

function shape(args: readonly string[], added: boolean): ColumnShape {
  const type = /(?:sa|mysql|postgresql)\.(\w+)/.exec(args[1] ?? '')?.[1];
  const nulls = option(args, 'nullable');
  const nullable = nulls === undefined ? (added ? true : undefined) : nulls !== 'False';
  return {
    ...(type ? { type } : {}),
    ...(nullable === undefined ? {} : { nullable }),
    ...(option(args, 'server_default') ? { hasDefault: true } : {}),
  };
}
