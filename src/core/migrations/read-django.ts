/** Django's operations. A model's table is `app_model` in lower case unless the migration names another. */
import { readSql } from './read-sql.ts';
import { type Call, calls, literal, literals, option, type Source, source, split } from './source.ts';
import type { ColumnShape, MigrationStatement } from './statement.ts';

export function readDjango(text: string, app: string): readonly MigrationStatement[] {
  const src = source(text, 'hash');
  const tables = new Map<string, string>();
  return calls(src).flatMap((call) => operation(call, app, tables));
}

function operation(call: Call, app: string, tables: Map<string, string>): readonly MigrationStatement[] {
  if (!/(?:^|\.)(?:[A-Z]\w+)$/.test(call.name)) return [];
  const op = call.name.split('.').at(-1) ?? '';
  const text = (name: string, place: number) => literal(option(call.args, name) ?? call.args[place]) ?? '';
  const model = text('model_name', 0);
  const tableOf = (name: string) => tables.get(name.toLowerCase()) ?? `${app}_${name.toLowerCase()}`;
  const table = tableOf(model);
  const field = text('name', 1);
  const definition = option(call.args, 'field') ?? call.args[2] ?? '';
  switch (op) {
    case 'CreateModel': {
      const name = text('name', 0);
      const named = literal(/['"]db_table['"]\s*:\s*(['"][^'"]+['"])/.exec(call.args.join(','))?.[1]);
      if (named) tables.set(name.toLowerCase(), named);
      return [{ op: 'create-table', table: tableOf(name) }];
    }
    case 'DeleteModel':
      return [{ op: 'drop-table', table: tableOf(text('name', 0)) }];
    case 'RenameModel':
      return [{ op: 'rename-table', table: tableOf(text('old_name', 0)), to: tableOf(text('new_name', 1)) }];
    case 'AlterModelTable':
      return [{ op: 'rename-table', table: tableOf(text('name', 0)), to: text('table', 1) }];
    case 'AddField':
      return added(table, field, definition, app);
    case 'AlterField':
      return [{ op: 'change-column', table, column: columnOf(field, definition), ...shape(definition, true) }];
    case 'RemoveField':
      return [{ op: 'drop-column', table, column: field }];
    case 'RenameField':
      return [{ op: 'rename-column', table, column: text('old_name', 1), to: text('new_name', 2) }];
    case 'AddIndex':
    case 'AddIndexConcurrently':
      return [
        {
          op: 'add-index',
          table,
          columns: columnsOf(option(call.args, 'index') ?? call.args[1] ?? ''),
          ...named(option(call.args, 'index') ?? call.args[1] ?? ''),
        },
      ];
    case 'RemoveIndex':
    case 'RemoveConstraint':
      return [{ op: 'drop-index', table, columns: [], name: text('name', 1) }];
    case 'AddConstraint': {
      const constraint = option(call.args, 'constraint') ?? call.args[1] ?? '';
      return /UniqueConstraint/.test(constraint)
        ? [{ op: 'add-index', table, columns: columnsOf(constraint), unique: true, ...named(constraint) }]
        : [];
    }
    case 'AlterUniqueTogether':
    case 'AlterIndexTogether': {
      const sets = option(call.args, 'unique_together') ?? option(call.args, 'index_together') ?? call.args[1] ?? '';
      const unique = op === 'AlterUniqueTogether';
      const groups = [...sets.matchAll(/[([]([^()[\]{}]+)[)\]]/g)].map((m) => literals(m[1]));
      return groups.map((columns) => ({ op: 'add-index', table: tableOf(text('name', 0)), columns, ...(unique ? { unique } : {}) }));
    }
    case 'RunPython':
      return [{ op: 'data', text: `RunPython ${(call.args[0] ?? '').replace(/\W.*$/s, '')}` }];
    case 'RunSQL':
      return readSql(literalSql(call.args[0] ?? ''));
    default:
      return [];
  }
}

function added(table: string, field: string, definition: string, app: string): readonly MigrationStatement[] {
  const column = columnOf(field, definition);
  const relation = /\b(?:ForeignKey|OneToOneField)\s*\(/.test(definition);
  const to = literal(optionIn(definition, 'to') ?? /(?:ForeignKey|OneToOneField)\s*\(\s*(['"][^'"]+['"])/.exec(definition)?.[1]);
  const unique = /OneToOneField/.test(definition) || optionIn(definition, 'unique') === 'True';
  const statements: MigrationStatement[] = [{ op: 'add-column', table, column, ...shape(definition, false) }];
  if (relation || unique || optionIn(definition, 'db_index') === 'True')
    statements.push({ op: 'add-index', table, columns: [column], ...(unique ? { unique } : {}) });
  if (relation && optionIn(definition, 'db_constraint') !== 'False') {
    statements.push({ op: 'add-foreign-key', table, columns: [column], ...(to ? { to: modelTable(to, app) } : {}) });
  }
  return /ManyToManyField/.test(definition) ? [{ op: 'create-table', table: `${table}_${field}` }] : statements;
}

function modelTable(to: string, app: string): string {
  return to.includes('.') ? to.toLowerCase().replace('.', '_') : `${app}_${to.toLowerCase()}`;
}

function columnOf(field: string, definition: string): string {
  return literal(optionIn(definition, 'db_column')) ?? (/\b(?:ForeignKey|OneToOneField)\s*\(/.test(definition) ? `${field}_id` : field);
}

/** Django drops the default from the database after adding the column: only `db_default` stays for code that does not know the column. */
function shape(definition: string, altered: boolean): ColumnShape {
  const type = /([A-Z]\w*Field|ForeignKey)\s*\(/.exec(definition)?.[1];
  const length = optionIn(definition, 'max_length');
  const nullable = optionIn(definition, 'null') === 'True';
  return {
    ...(type ? { type: length ? `${type}(${length})` : type } : {}),
    ...(altered && !nullable ? {} : { nullable }),
    ...(optionIn(definition, 'db_default') ? { hasDefault: true } : {}),
  };
}

function optionIn(definition: string, name: string): string | undefined {
  const src: Source = source(definition, 'hash');
  const open = definition.indexOf('(');
  const end = src.skip[open] ?? 0;
  return open < 0 || end === 0 ? undefined : option(split(src, open + 1, end - 1), name);
}

function columnsOf(definition: string): readonly string[] {
  return literals(optionIn(definition, 'fields')).map((c) => c.replace(/^-/, ''));
}

function named(definition: string): { name?: string } {
  const name = literal(optionIn(definition, 'name'));
  return name ? { name } : {};
}

function literalSql(arg: string): string {
  return arg.replace(/^\s*(?:sql\s*=\s*)?[rbu]?(?:"""|'''|"|')/, '').replace(/(?:"""|'''|"|')\s*$/, '');
}
