/** Knex, Sequelize and TypeORM: the `up` half of a migration in JavaScript or TypeScript. */
import { readSql } from './read-sql.ts';
import { type Call, calls, literal, literals, option, source, split } from './source.ts';
import type { ColumnShape, MigrationStatement } from './statement.ts';

export function readJs(text: string, framework: 'knex' | 'sequelize' | 'typeorm'): readonly MigrationStatement[] {
  const up = text.replace(
    /(?:exports\.down\s*=|\basync\s+down\s*\(|\bpublic\s+async\s+down\b|\bdown\s*:\s*(?:async\s*)?(?:function|\()|export\s+(?:const|async\s+function|function)\s+down\b|\bfunction\s+down\s*\()[\s\S]*$/,
    '',
  );
  const found = calls(source(up, 'slash'));
  return found.flatMap((call) => (framework === 'knex' ? knex(call) : framework === 'sequelize' ? sequelize(call) : typeorm(call)));
}

function knex(call: Call): readonly MigrationStatement[] {
  const op = call.name.split('.').at(-1) ?? '';
  const table = literal(call.args[0]) ?? '';
  if (op === 'raw') return rawSql(call.args[0]);
  if (/^(?:createTable|createTableIfNotExists)$/.test(op)) {
    const keys = tableCalls(table, call.args.at(-1) ?? '').filter((s) => s.op === 'add-foreign-key');
    return [{ op: 'create-table', table }, ...keys];
  }
  if (op === 'dropTable' || op === 'dropTableIfExists') return [{ op: 'drop-table', table }];
  if (op === 'renameTable') return [{ op: 'rename-table', table, to: literal(call.args[1]) ?? '' }];
  if (op === 'table' || op === 'alterTable') return tableCalls(table, call.args.at(-1) ?? '');
  return /^(?:insert|update|del|delete)$/.test(op) ? [{ op: 'data', text: op }] : [];
}

/** `t.integer('post_id').unsigned().references('posts.id')`: each chain begins at the builder's name. */
function tableCalls(table: string, body: string): readonly MigrationStatement[] {
  const builder = /(?:function\s*\w*\s*\(\s*(\w+)|^\s*(?:async\s+)?\(?\s*(\w+))/.exec(body);
  const name = builder?.[1] ?? builder?.[2];
  if (!name) return [];
  const starts = [...body.matchAll(new RegExp(`(?<![\\w.])${name}\\s*\\.`, 'g'))].map((m) => m.index + m[0].length);
  return starts.flatMap((start, i) => {
    const chain = body.slice(start, starts[i + 1] ?? body.length).replace(/\)\s*\.\s*/g, ') ');
    const [head, ...mods] = calls(source(chain, 'slash'));
    return head ? knexColumn(table, head, mods) : [];
  });
}

function knexColumn(table: string, head: Call, mods: readonly Call[]): readonly MigrationStatement[] {
  const has = (mod: string) => mods.find((m) => m.name === mod);
  const column = literal(head.args[0]) ?? '';
  const names = literals(head.args[0]);
  switch (head.name) {
    case 'index':
    case 'unique':
      return [{ op: 'add-index', table, columns: names, ...(head.name === 'unique' ? { unique: true } : {}) }];
    case 'dropIndex':
    case 'dropUnique':
      return [{ op: 'drop-index', table, columns: names }];
    case 'dropForeign':
      return [{ op: 'drop-foreign-key', table, columns: names }];
    case 'foreign':
      return [{ op: 'add-foreign-key', table, columns: names, ...referred(mods) }];
    case 'dropColumn':
    case 'dropColumns':
      return head.args.flatMap((a) => literals(a)).map((c) => ({ op: 'drop-column', table, column: c }));
    case 'renameColumn':
      return [{ op: 'rename-column', table, column, to: literal(head.args[1]) ?? '' }];
    case 'setNullable':
    case 'dropNullable':
      return [{ op: 'change-column', table, column, nullable: head.name === 'setNullable' }];
    case 'timestamps':
      return ['created_at', 'updated_at'].map((c) => ({ op: 'add-column', table, column: c, type: 'timestamp', nullable: true }));
    case 'dropTimestamps':
      return ['created_at', 'updated_at'].map((c) => ({ op: 'drop-column', table, column: c }));
    default:
      break;
  }
  if (!column || /^(?:primary|comment|engine|charset|collate|increments|dropPrimary)$/.test(head.name)) return [];
  const nullable = has('notNullable') === undefined;
  const unique = has('unique') !== undefined;
  const altered = has('alter') !== undefined;
  return [
    {
      op: altered ? 'change-column' : 'add-column',
      table,
      column,
      type: head.name,
      nullable,
      ...(has('defaultTo') ? { hasDefault: true } : {}),
    },
    ...(unique || has('index') ? [{ op: 'add-index', table, columns: [column], ...(unique ? { unique } : {}) } as const] : []),
    ...(has('references') ? [{ op: 'add-foreign-key', table, columns: [column], ...referred(mods) } as const] : []),
  ];
}

/** `references('id').inTable('posts')` and `references('posts.id')`. */
function referred(mods: readonly Call[]): { to?: string } {
  const table = literal(mods.find((m) => m.name === 'inTable' || m.name === 'on')?.args[0]);
  const dotted = literal(mods.find((m) => m.name === 'references')?.args[0])?.split('.');
  const to = table ?? (dotted && dotted.length > 1 ? dotted.at(-2) : undefined);
  return to ? { to } : {};
}

function sequelize(call: Call): readonly MigrationStatement[] {
  const op = call.name.split('.').at(-1) ?? '';
  if (op === 'query') return rawSql(call.args[0]);
  if (!/queryInterface|^qi\b/i.test(call.name)) return [];
  const table = literal(call.args[0]) ?? literal(optionOf(call.args[0], 'tableName')) ?? '';
  const column = literal(call.args[1]) ?? '';
  const third = call.args[2] ?? '';
  switch (op) {
    case 'createTable':
      return [{ op: 'create-table', table }];
    case 'dropTable':
      return [{ op: 'drop-table', table }];
    case 'renameTable':
      return [{ op: 'rename-table', table, to: column }];
    case 'addColumn': {
      const to = literal(optionOf(optionOf(third, 'references'), 'model') ?? optionOf(third, 'references'));
      const unique = optionOf(third, 'unique') === 'true';
      return [
        { op: 'add-column', table, column, ...sequelizeShape(third, true) },
        ...(unique ? [{ op: 'add-index', table, columns: [column], unique } as const] : []),
        ...(to ? [{ op: 'add-foreign-key', table, columns: [column], to } as const] : []),
      ];
    }
    case 'changeColumn':
      return [{ op: 'change-column', table, column, ...sequelizeShape(third, false) }];
    case 'removeColumn':
      return [{ op: 'drop-column', table, column }];
    case 'renameColumn':
      return [{ op: 'rename-column', table, column, to: literal(third) ?? '' }];
    case 'addIndex': {
      const listed = /^\s*\[/.test(call.args[1] ?? '');
      const columns = literals(listed ? call.args[1] : optionOf(call.args[1], 'fields'));
      const unique = optionOf(listed ? third : call.args[1], 'unique') === 'true';
      return [{ op: 'add-index', table, columns, ...(unique ? { unique } : {}) }];
    }
    case 'removeIndex':
      return [
        /^\s*\[/.test(call.args[1] ?? '')
          ? { op: 'drop-index', table, columns: literals(call.args[1]) }
          : { op: 'drop-index', table, columns: [], name: column },
      ];
    case 'addConstraint': {
      const wish = call.args[1] ?? '';
      const columns = literals(optionOf(wish, 'fields'));
      const to = literal(optionOf(optionOf(wish, 'references'), 'table'));
      if (/foreign key/i.test(optionOf(wish, 'type') ?? '')) return [{ op: 'add-foreign-key', table, columns, ...(to ? { to } : {}) }];
      return /unique/i.test(optionOf(wish, 'type') ?? '') ? [{ op: 'add-index', table, columns, unique: true }] : [];
    }
    case 'removeConstraint':
      return [{ op: 'drop-foreign-key', table, columns: [], name: column }];
    case 'bulkInsert':
    case 'bulkUpdate':
    case 'bulkDelete':
      return [{ op: 'data', text: `${op} ${table}` }];
    default:
      return [];
  }
}

function sequelizeShape(definition: string, added: boolean): ColumnShape {
  const type = /(?:Sequelize|DataTypes)\.(\w+(?:\.\w+|\([\d, ]*\))?)/.exec(definition)?.[1];
  const nulls = optionOf(definition, 'allowNull');
  const nullable = nulls === undefined ? (added ? true : undefined) : nulls !== 'false';
  return {
    ...(type ? { type } : {}),
    ...(nullable === undefined ? {} : { nullable }),
    ...(optionOf(definition, 'defaultValue') ? { hasDefault: true } : {}),
  };
}

function typeorm(call: Call): readonly MigrationStatement[] {
  const op = call.name.split('.').at(-1) ?? '';
  if (!/queryRunner/i.test(call.name)) return [];
  const table = literal(call.args[0]) ?? literal(/name:\s*(['"`][^'"`]+['"`])/.exec(call.args[0] ?? '')?.[1]) ?? '';
  const second = call.args[1] ?? '';
  const name = literal(/name:\s*(['"`][^'"`]+['"`])/.exec(second)?.[1]) ?? literal(second) ?? '';
  switch (op) {
    case 'query':
      return rawSql(call.args[0]);
    case 'createTable':
      return [{ op: 'create-table', table }];
    case 'dropTable':
      return [{ op: 'drop-table', table }];
    case 'addColumn': {
      const nullable = /isNullable:\s*true/.test(second);
      const type = literal(/type:\s*(['"`][^'"`]+['"`])/.exec(second)?.[1]);
      return [
        {
          op: 'add-column',
          table,
          column: name,
          nullable,
          ...(type ? { type } : {}),
          ...(/default:/.test(second) ? { hasDefault: true } : {}),
        },
      ];
    }
    case 'dropColumn':
      return [{ op: 'drop-column', table, column: name }];
    case 'createIndex': {
      const unique = /isUnique:\s*true/.test(second);
      return [
        { op: 'add-index', table, columns: literals(/columnNames:\s*(\[[^\]]*\])/.exec(second)?.[1]), ...(unique ? { unique } : {}) },
      ];
    }
    case 'createForeignKey': {
      const to = literal(/referencedTableName:\s*(['"`][^'"`]+['"`])/.exec(second)?.[1]);
      return [{ op: 'add-foreign-key', table, columns: literals(/columnNames:\s*(\[[^\]]*\])/.exec(second)?.[1]), ...(to ? { to } : {}) }];
    }
    default:
      return [];
  }
}

function rawSql(arg: string | undefined): readonly MigrationStatement[] {
  return readSql(
    (arg ?? '')
      .trim()
      .replace(/^["'`]|["'`]$/g, '')
      .replace(/\\(["'`])/g, '$1'),
  );
}

/** `{ name: value }` of an object literal. */
function optionOf(object: string | undefined, name: string): string | undefined {
  const text = (object ?? '').trim();
  if (!text.startsWith('{')) return undefined;
  const src = source(text, 'slash');
  const end = src.skip[0] ?? 0;
  return end === 0 ? undefined : option(split(src, 1, end - 1), name);
}
