import { DatabaseSync } from 'node:sqlite';
import type { SchemaTable } from '../world/schema.ts';
import type { World } from '../world/world.ts';
import { like, toSqlite } from './mysql-dialect.ts';
import { informationSchema } from './mysql-information-schema.ts';
import { performanceSchema } from './mysql-performance-schema.ts';
import { MysqlRefusal } from './mysql-refusal.ts';
import { type Cell, DB, type Filled, type ResultSet, stamp } from './mysql-rows.ts';

/**
 * The server's catalogues at this moment, to be asked in SQL: an empty database is made for each statement and only the tables that it
 * names are filled, so any join, alias or function that a reader thinks of is answered as the real server would.
 */
export function askCatalog(world: World, connectionId: number, sql: string, vars: Readonly<Record<string, Cell>>): ResultSet {
  const at = world.clock.time();
  const threads = world.story.threads(world, at);
  const tables = world.story.schema(world, at);
  const db = new DatabaseSync(':memory:');
  try {
    for (const name of [DB, 'information_schema', 'performance_schema']) db.exec(`ATTACH ':memory:' AS ${name}`);
    functions(db, at, connectionId, vars);
    fill(db, 'information_schema', informationSchema(world, tables, threads, at), sql);
    fill(db, 'performance_schema', performanceSchema(world, threads, at, vars), sql);
    fill(db, DB, ownTables(world, tables), sql);
    const statement = db.prepare(toSqlite(sql));
    statement.setReturnArrays(true);
    const columns = statement.columns().map((c) => variableName(c.name));
    return { columns, rows: statement.all() as unknown as Cell[][] };
  } catch (error) {
    throw refusalOf(error, sql);
  } finally {
    db.close();
  }
}

function variableName(name: string): string {
  const variable = /^sysvar\('(\w+)'\)$/.exec(name);
  return variable ? `@@${variable[1]}` : name;
}

function refusalOf(error: unknown, sql: string): MysqlRefusal {
  const said = error instanceof Error ? error.message : String(error);
  const table = /no such table: (?:(\w+)\.)?(\w+)/.exec(said);
  if (table?.[1] === 'information_schema') return new MysqlRefusal(1109, '42S02', `Unknown table '${table[2]}' in information_schema`);
  if (table) return new MysqlRefusal(1146, '42S02', `Table '${table[1] ?? DB}.${table[2]}' doesn't exist`);
  const column = /no such column: (\S+)/.exec(said);
  if (column) return new MysqlRefusal(1054, '42S22', `Unknown column '${column[1]}' in 'field list'`);
  const routine = /no such function: (\w+)/.exec(said);
  if (routine) return new MysqlRefusal(1305, '42000', `FUNCTION ${DB}.${routine[1]} does not exist`);
  const near = /near "([^"]*)"/.exec(said)?.[1] ?? '';
  const from = near ? sql.slice(Math.max(0, sql.indexOf(near))).slice(0, 80) : sql.slice(0, 80);
  return new MysqlRefusal(
    1064,
    '42000',
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${from}' at line 1`,
  );
}

function functions(db: DatabaseSync, at: number, connectionId: number, vars: Readonly<Record<string, Cell>>): void {
  const text = (value: unknown) => String(value ?? '');
  const constant = { deterministic: true } as const;
  db.function('like', constant, (pattern, value) => (value === null ? null : Number(like(text(pattern), text(value)))));
  db.function('regexp', constant, (pattern, value) => (value === null ? null : Number(new RegExp(text(pattern), 'i').test(text(value)))));
  db.function('now', { varargs: true }, () => stamp(at));
  db.function('unix_timestamp', { varargs: true }, (value?: unknown) => Math.floor((value ? Date.parse(`${text(value)}Z`) : at) / 1000));
  db.function('connection_id', () => connectionId);
  db.function('current_db', () => DB);
  db.function('version', () => text(vars.version));
  db.function('user', () => 'pulaski@127.0.0.1');
  db.function('current_user', () => 'pulaski@%');
  db.function('sysvar', (name) => {
    const value = vars[text(name).toLowerCase()];
    if (value === undefined) throw new MysqlRefusal(1193, 'HY000', `Unknown system variable '${text(name)}'`);
    return value;
  });
  db.function('timestampdiff', (unit, from, to) => {
    const size = { SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 }[text(unit).toUpperCase()] ?? 1000;
    return from === null || to === null ? null : Math.trunc((Date.parse(`${text(to)}Z`) - Date.parse(`${text(from)}Z`)) / size);
  });
  db.function('left_of', constant, (value, length) => (value === null ? null : text(value).slice(0, Number(length))));
  db.function('right_of', constant, (value, length) => (value === null ? null : text(value).slice(-Number(length))));
  db.function('char_length', constant, (value) => (value === null ? null : text(value).length));
  db.function('locate', constant, (part, whole) => text(whole).indexOf(text(part)) + 1);
  db.function('greatest', { varargs: true, ...constant }, (...values: unknown[]) => Math.max(...values.map(Number)));
  db.function('least', { varargs: true, ...constant }, (...values: unknown[]) => Math.min(...values.map(Number)));
  db.function('substring_index', constant, (value, mark, count) => {
    const parts = text(value).split(text(mark));
    const n = Number(count);
    return (n >= 0 ? parts.slice(0, n) : parts.slice(n)).join(text(mark));
  });
}

function fill(db: DatabaseSync, schema: string, tables: Readonly<Record<string, Filled>>, sql: string): void {
  const asked = sql.toLowerCase();
  for (const [name, [columns, rows]] of Object.entries(tables)) {
    if (!asked.includes(name.toLowerCase())) continue;
    const names = columns.split(' ');
    db.exec(`CREATE TABLE ${schema}.\`${name}\` (${names.map((c) => `\`${c}\` COLLATE NOCASE`).join(', ')})`);
    const insert = db.prepare(`INSERT INTO ${schema}.\`${name}\` VALUES (${names.map(() => '?').join(', ')})`);
    for (const row of rows()) insert.run(...row);
  }
}

/** The application's own tables: only what Rails itself keeps has rows here. */
function ownTables(world: World, tables: readonly SchemaTable[]): Readonly<Record<string, Filled>> {
  return {
    schema_migrations: ['version', () => world.story.migrated.map((version) => [version])],
    ar_internal_metadata: ['key value', () => [['environment', 'production']]],
    ...Object.fromEntries(tables.map((t): [string, Filled] => [t.name, [t.columns.map((c) => c.name).join(' '), () => []]])),
  };
}
