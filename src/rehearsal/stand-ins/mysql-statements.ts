import type { World } from '../world/world.ts';
import { askCatalog } from './mysql-catalog.ts';
import { explain } from './mysql-explain.ts';
import { MysqlRefusal } from './mysql-refusal.ts';
import { DB, processRows, type ResultSet, stamp, statusRows } from './mysql-rows.ts';

export const SERVER_VERSION = '8.0.39';

export const VARIABLES: Readonly<Record<string, string | number>> = {
  version: SERVER_VERSION,
  version_comment: 'Source distribution',
  max_connections: 600,
  max_user_connections: 0,
  performance_schema: 1,
  read_only: 0,
  super_read_only: 0,
  innodb_read_only: 0,
  innodb_lock_wait_timeout: 50,
  lock_wait_timeout: 31_536_000,
  lower_case_table_names: 0,
  sql_mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
  hostname: 'ip-10-20-3-7',
  port: 3306,
  transaction_isolation: 'REPEATABLE-READ',
  time_zone: 'UTC',
  system_time_zone: 'UTC',
};

/** A result set, or the number of rows that a statement without one touched. */
export type Said = ResultSet | { affected: number };

/** Answers one statement of connection `me` as the server would, at this moment of the story. Throws `MysqlRefusal`. */
export function statement(world: World, me: { id: number; user: string; killer: boolean }, sql: string): Said {
  const text = sql.replace(/^(\s|\/\*.*?\*\/)+/s, '').trim();
  const word = /^\w+/.exec(text)?.[0].toUpperCase() ?? '';
  switch (word) {
    case 'SET':
      return /^SET\s+STATEMENT\b/i.test(text) ? ask(world, me.id, text) : set(text);
    case 'USE':
    case 'START':
    case 'BEGIN':
    case 'COMMIT':
    case 'ROLLBACK':
    case 'DO':
      return { affected: 0 };
    case 'SELECT':
    case 'WITH':
      return ask(world, me.id, text);
    case 'SHOW':
      return show(world, me, text);
    case 'EXPLAIN':
    case 'DESCRIBE':
    case 'DESC':
      return explained(world, text);
    case 'KILL':
    case 'CALL':
      return kill(world, me, text);
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
    case 'ALTER':
    case 'CREATE':
    case 'DROP':
    case 'TRUNCATE':
    case 'REPLACE':
      throw new MysqlRefusal(1142, '42000', `${word} command denied to user '${me.user}'@'127.0.0.1' for table 'comments'`);
    default:
      throw syntaxError(text);
  }
}

function syntaxError(text: string): MysqlRefusal {
  return new MysqlRefusal(
    1064,
    '42000',
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${text.slice(0, 80)}' at line 1`,
  );
}

const ask = (world: World, id: number, text: string) => askCatalog(world, id, text, VARIABLES);

/** MariaDB's variables are unknown here, as on the real one. */
function set(text: string): Said {
  const unknown = /\b(max_statement_time)\b/i.exec(text);
  if (unknown) throw new MysqlRefusal(1193, 'HY000', `Unknown system variable '${unknown[1]}'`);
  return { affected: 0 };
}

function show(world: World, me: { id: number; user: string }, text: string): Said {
  const at = world.clock.time();
  const threads = world.story.threads(world, at);
  const what = text.replace(/^SHOW\s+/i, '').replace(/;\s*$/, '');
  const full = /^(FULL\s+)?PROCESSLIST$/i.exec(what);
  if (full) {
    const own = [me.id, me.user, '127.0.0.1:50112', DB, 'Query', 0, 'init', text];
    const rows = [...processRows(threads, at), own];
    const cut = (info: string | number | null) => (full[1] || typeof info !== 'string' ? info : info.slice(0, 100));
    return {
      columns: ['Id', 'User', 'Host', 'db', 'Command', 'Time', 'State', 'Info'],
      rows: rows.map((row) => [...row.slice(0, 7), cut(row[7] ?? null)]),
    };
  }
  const list = /^(?:GLOBAL\s+|SESSION\s+)?(STATUS|VARIABLES)\b(.*)$/is.exec(what);
  if (list) return named(world, me.id, list[1]?.toUpperCase() === 'STATUS' ? statusRows(threads) : variableRows(), list[2] ?? '');
  if (/^(REPLICA|SLAVE)\s+STATUS$/i.test(what)) return { columns: ['Replica_IO_State'], rows: [] };
  if (/^GRANTS\b/i.test(what)) return grants(me);
  if (/^WARNINGS\b/i.test(what)) return { columns: ['Level', 'Code', 'Message'], rows: [] };
  if (/^(DATABASES|SCHEMAS)$/i.test(what)) return { columns: ['Database'], rows: [['information_schema'], ['performance_schema'], [DB]] };
  if (/^ENGINE\s+INNODB\s+STATUS$/i.test(what)) return innodbStatus(at);
  throw syntaxError(text);
}

function variableRows(): readonly (readonly [string, string])[] {
  const shown = (value: string | number, name: string) => (name === 'performance_schema' ? 'ON' : String(value));
  return Object.entries(VARIABLES).map(([name, value]) => [name, shown(value, name)]);
}

/** `SHOW … LIKE 'x'` and `SHOW … WHERE …`: the same as a query on two columns. */
function named(world: World, id: number, rows: readonly (readonly [string, string])[], rest: string): Said {
  const values = rows.map(([name, value]) => `SELECT '${name}' AS Variable_name, '${value}' AS Value`).join(' UNION ALL ');
  const like = /^\s*LIKE\s+(.*)$/is.exec(rest);
  const where = like ? `WHERE Variable_name LIKE ${like[1]}` : rest;
  return ask(world, id, `SELECT Variable_name, Value FROM (${values}) AS shown ${where}`);
}

function grants(me: { user: string; killer: boolean } | { user: string }): Said {
  const killer = 'killer' in me && me.killer ? ', CONNECTION_ADMIN' : '';
  return {
    columns: [`Grants for ${me.user}@%`],
    rows: [
      [`GRANT PROCESS, REPLICATION CLIENT ON *.* TO \`${me.user}\`@\`%\``],
      ...(killer ? [[`GRANT CONNECTION_ADMIN ON *.* TO \`${me.user}\`@\`%\``]] : []),
      [`GRANT SELECT ON \`performance_schema\`.* TO \`${me.user}\`@\`%\``],
      [`GRANT SELECT ON \`${DB}\`.* TO \`${me.user}\`@\`%\``],
    ],
  };
}

function innodbStatus(at: number): Said {
  const text = `\n=====================================\n${stamp(at)} INNODB MONITOR OUTPUT\n=====================================\nTRANSACTIONS\n------------\nEND OF INNODB MONITOR OUTPUT\n`;
  return { columns: ['Type', 'Name', 'Status'], rows: [['InnoDB', '', text]] };
}

function explained(world: World, text: string): Said {
  const asked = /^(?:EXPLAIN|DESCRIBE|DESC)\s+(?:FORMAT\s*=\s*'?(\w+)'?\s+)?(.*)$/is.exec(text);
  if (asked?.[1] && asked[1].toUpperCase() !== 'TRADITIONAL')
    throw new MysqlRefusal(1791, 'HY000', `Unknown EXPLAIN format name: '${asked[1]}'`);
  if (/^FOR\s+CONNECTION/i.test(asked?.[2] ?? ''))
    throw new MysqlRefusal(1045, '28000', "Access denied for user 'pulaski'@'127.0.0.1' (using password: YES)");
  return explain(asked?.[2] ?? '', world.story.schema(world, world.clock.time()));
}

function kill(world: World, me: { id: number; user: string; killer: boolean }, text: string): Said {
  const asked =
    /^KILL\s+(?:(?:QUERY|CONNECTION)\s+)?(\d+)\s*;?$/i.exec(text) ??
    /^CALL\s+mysql\.rds_kill(?:_query)?\s*\(\s*(\d+)\s*\)\s*;?$/i.exec(text);
  if (!asked) throw syntaxError(text);
  const thread = Number(asked[1]);
  if (!world.story.threads(world, world.clock.time()).some((t) => t.id === thread))
    throw new MysqlRefusal(1094, 'HY000', `Unknown thread id: ${thread}`);
  if (!me.killer) throw new MysqlRefusal(1095, 'HY000', `You are not owner of thread ${thread}`);
  world.happen({ type: 'killed', thread });
  return { affected: 0 };
}
