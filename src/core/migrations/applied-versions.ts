import { MysqlError, type MysqlServer } from '../kit/mysql.ts';
import { appliedTable, throughHead } from './applied.ts';
import type { ShippedMigration } from './in-range.ts';

export type Applied =
  | { status: 'read'; server: MysqlServer /** Files whose version is noted as applied. */; paths: ReadonlySet<string>; statements: number }
  | { status: 'blind'; why: string; fix: string };

/** Also within information_schema, and where no database is chosen. */
const NO_SUCH_TABLE = new Set([1146, 1109, 1046]);
/** A check may send ten statements, and three are for the schema. */
const MOST_STATEMENTS = 7;

/** Asks the first server that has the framework's own table. Throws `MysqlError` when a server cannot be asked at all. */
export async function appliedVersions(
  servers: readonly MysqlServer[],
  files: readonly ShippedMigration[],
  signal: AbortSignal,
): Promise<Applied> {
  if (servers.length === 0) {
    return {
      status: 'blind',
      why: 'the database was not compared with the migrations: MYSQL_URL is not set',
      fix: "Set MYSQL_URL to a read-only user of the application's database.",
    };
  }
  const groups = [...Map.groupBy(files, (f) => f.file?.framework)];
  let statements = 0;
  for (const server of servers) {
    const paths = new Set<string>();
    let has = groups.length === 0;
    for (const [framework, group] of groups) {
      if (framework === undefined || statements >= MOST_STATEMENTS) continue;
      statements += 1;
      const found = await versionsOn(server, framework, group, signal);
      if (found === undefined) continue;
      has = true;
      for (const path of found) paths.add(path);
    }
    if (has) return { status: 'read', server, paths, statements };
  }
  const tables = [...new Set(groups.flatMap(([framework]) => (framework ? [appliedTable(framework).table] : [])))].join(', ');
  return {
    status: 'blind',
    why: `no database of MYSQL_URL has ${tables}, where applied migrations are noted`,
    fix: "Name the application's database in MYSQL_URL: mysql://USER:PASSWORD@HOST:3306/DATABASE",
  };
}

async function versionsOn(
  server: MysqlServer,
  framework: Parameters<typeof appliedTable>[0],
  files: readonly ShippedMigration[],
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const table = appliedTable(framework);
  const known = files.flatMap((f) => (f.file ? [f.file] : []));
  const versions = known.map((f) => f.version);
  const { sql, values } = table.query(versions);
  try {
    const rows = await server.query(sql, values, signal);
    const parents = new Map(files.map((f) => [f.file?.version ?? '', f.parent]));
    const listed =
      framework === 'alembic' ? throughHead(known, table.read(rows, versions), (v) => parents.get(v)) : table.read(rows, versions);
    return known.filter((f) => listed.includes(f.version)).map((f) => f.path);
  } catch (error) {
    if (error instanceof MysqlError && NO_SUCH_TABLE.has(error.errno ?? 0)) return undefined;
    throw error;
  }
}
