/** Where each framework notes what it has applied, and how to ask for just the versions in question. */
import type { Framework, MigrationFile } from './layout.ts';

export interface AppliedTable {
  table: string;
  /** Reads only rows of the asked versions: the table of an old application has thousands. */
  query: (versions: readonly string[]) => { sql: string; values: readonly (string | number)[] };
  /** The asked versions that the rows say are applied. */
  read: (rows: readonly Readonly<Record<string, string | number | null>>[], versions: readonly string[]) => readonly string[];
}

type Rows = readonly Readonly<Record<string, string | number | null>>[];

/** Django by app and name, since one version names both. */
const django: AppliedTable = {
  table: 'django_migrations',
  query: (versions) => ({
    sql: `SELECT CONCAT(app, '.', name) AS version FROM django_migrations WHERE name IN (${marks(versions)})`,
    values: versions.map((v) => v.slice(v.indexOf('.') + 1)),
  }),
  read: listed,
};

/** One row: the version the schema is at. Everything up to it is applied, unless it is dirty. */
const golang: AppliedTable = {
  table: 'schema_migrations',
  query: () => ({ sql: 'SELECT version, dirty FROM schema_migrations LIMIT 1', values: [] }),
  read: (rows, versions) => {
    const [row] = rows;
    if (!row) return [];
    const at = BigInt(row.version ?? 0);
    const dirty = Number(row.dirty ?? 0) !== 0;
    return versions.filter((v) => (dirty ? BigInt(v) < at : BigInt(v) <= at));
  },
};

/** One row per branch: only the newest revision is named, so an older one counts as applied through the later one (see `compare`). */
const alembic: AppliedTable = {
  table: 'alembic_version',
  query: () => ({ sql: 'SELECT version_num AS version FROM alembic_version LIMIT 50', values: [] }),
  read: listed,
};

const tables: Record<Framework, AppliedTable> = {
  rails: simple('schema_migrations', 'version'),
  django,
  laravel: simple('migrations', 'migration'),
  knex: simple('knex_migrations', 'name'),
  sequelize: simple('SequelizeMeta', 'name'),
  typeorm: simple('migrations', 'timestamp'),
  prisma: simple('_prisma_migrations', 'migration_name', ' AND finished_at IS NOT NULL AND rolled_back_at IS NULL'),
  flyway: simple('flyway_schema_history', 'version', ' AND success = 1'),
  alembic,
  'golang-migrate': golang,
  goose: simple('goose_db_version', 'version_id', ' AND is_applied = 1'),
  dbmate: simple('schema_migrations', 'version'),
};

export function appliedTable(framework: Framework): AppliedTable {
  return tables[framework];
}

/** Versions of one framework's files that count as applied. Alembic names only its newest: what the named one builds on is applied too. */
export function throughHead(
  files: readonly MigrationFile[],
  applied: readonly string[],
  parentOf: (version: string) => string | undefined,
): readonly string[] {
  const found = new Set(applied);
  for (const head of applied) {
    for (let at = parentOf(head), steps = 0; at !== undefined && steps < 1000; at = parentOf(at), steps += 1) found.add(at);
  }
  return files.map((f) => f.version).filter((v) => found.has(v));
}

function simple(table: string, column: string, and = ''): AppliedTable {
  return {
    table,
    query: (versions) => ({
      sql: `SELECT ${column} AS version FROM ${table} WHERE ${column} IN (${marks(versions)})${and}`,
      values: versions,
    }),
    read: listed,
  };
}

function listed(rows: Rows, versions: readonly string[]): readonly string[] {
  const found = new Set(rows.map((row) => String(row.version ?? '')));
  return versions.filter((v) => found.has(v));
}

function marks(versions: readonly string[]): string {
  return versions.map(() => '?').join(', ');
}
