/** Recognises migration files by where they lie and how they are named; by a line of their text where frameworks share a layout. */
export type Framework =
  | 'rails'
  | 'django'
  | 'laravel'
  | 'knex'
  | 'sequelize'
  | 'typeorm'
  | 'prisma'
  | 'flyway'
  | 'alembic'
  | 'golang-migrate'
  | 'goose'
  | 'dbmate';

export interface MigrationFile {
  framework: Framework;
  path: string;
  /** As the framework's own table of applied migrations names it. */
  version: string;
  name: string;
}

interface Layout {
  framework: Framework;
  path: RegExp;
  /** Must be in the text, where the path is not enough. */
  text?: RegExp;
  version: (m: RegExpExecArray, text: string) => string;
  name?: (m: RegExpExecArray) => string;
}

const JS = '(?:[cm]?[jt]s)';
const part = (m: RegExpExecArray, n: number): string => m[n] ?? '';

const layouts: readonly Layout[] = [
  {
    framework: 'rails',
    path: /(?:^|\/)db\/(?:\w+_)?migrate\/(\d+)_(\w+)(?:\.\w+)?\.rb$/,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2),
  },
  {
    framework: 'laravel',
    path: /(?:^|\/)database\/migrations\/(?:[^/]+\/)*(\d{4}_\d{2}_\d{2}_\d{6}_(\w+))\.php$/,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2),
  },
  {
    framework: 'prisma',
    path: /(?:^|\/)migrations\/(\d{8,}_?(\w*))\/migration\.sql$/,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2),
  },
  {
    framework: 'alembic',
    path: /(?:^|\/)versions\/(?:[^/]+\/)*([^/]+)\.py$/,
    text: /\bdef upgrade\s*\(/,
    version: (m, text) => /^(?:revision)\s*(?::\s*\w+\s*)?=\s*['"]([\w-]+)['"]/m.exec(text)?.[1] ?? part(m, 1).split('_')[0] ?? '',
  },
  {
    framework: 'django',
    path: /(?:^|\/)([\w-]+)\/migrations\/(\w+)\.py$/,
    version: (m) => `${part(m, 1)}.${part(m, 2)}`,
    name: (m) => part(m, 2),
  },
  {
    framework: 'flyway',
    path: /(?:^|\/)V([\d._]+)__(\w+)\.sql$/,
    version: (m) => part(m, 1).replaceAll('_', '.'),
    name: (m) => part(m, 2),
  },
  { framework: 'golang-migrate', path: /(?:^|\/)0*(\d+)_([\w-]+)\.up\.sql$/, version: (m) => part(m, 1), name: (m) => part(m, 2) },
  {
    framework: 'goose',
    path: /(?:^|\/)0*(\d+)_([\w-]+)\.(?:sql|go)$/,
    text: /\+goose Up|goose\.AddMigration/i,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2),
  },
  {
    framework: 'dbmate',
    path: /(?:^|\/)(\d+)_([\w-]+)\.sql$/,
    text: /--\s*migrate:up/i,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2),
  },
  {
    framework: 'typeorm',
    path: new RegExp(`(?:^|/)(\\d{13})-?([\\w-]+)\\.${JS}$`),
    text: /MigrationInterface|queryRunner/,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2),
  },
  {
    framework: 'sequelize',
    path: new RegExp(`(?:^|/)migrations?/(?:[^/]+/)*((\\d[\\w.-]*)\\.${JS})$`),
    text: /queryInterface|sequelize/i,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2).replace(/^\d+[-_]?/, ''),
  },
  {
    framework: 'knex',
    path: new RegExp(`(?:^|/)migrations?/(?:[^/]+/)*((\\d{8,}_[\\w.-]*)\\.${JS})$`),
    text: /exports\.up|export\s+(?:const|async\s+function|function)\s+up\b|knex/,
    version: (m) => part(m, 1),
    name: (m) => part(m, 2).replace(/^\d+_/, ''),
  },
];

const CODE = /\.(?:rb|py|php|[cm]?[jt]s|sql|go|java|kt|xml|ya?ml|json|exs?|cs|scala|clj)$/;
const NO_STEP =
  /(?:^|\/)(?:__init__\.py|index\.\w+|env\.py|migration_lock\.toml|_journal\.json|meta\/.*|atlas\.sum|schema\.\w+)$|\.down\.sql$|(?:^|[._-])(?:test|spec)s?[._-]|snapshot/i;
/** No machine checks out longer ones. */
const LONGEST_PATH = 1_024;
/** A dump, no step. */
const LONGEST_TEXT = 128 * 1_024;
const ASIDE = /(?:^|\/)(?:tests?|specs?|__tests__|docs?|node_modules|vendor|examples?)\//i;

/** Whether the text of the file is needed to tell. */
export function mayBeMigration(path: string): boolean {
  if (path.length > LONGEST_PATH) return false;
  return !ASIDE.test(path) && !NO_STEP.test(path) && (layouts.some((l) => l.path.test(path)) || other(path));
}

/** Undefined: no migration. `not-understood`: in a migrations folder, but of a layout we cannot read: never "none". */
export function migrationFile(path: string, text: string): MigrationFile | 'not-understood' | undefined {
  if (!mayBeMigration(path)) return undefined;
  if (text.length > LONGEST_TEXT) return 'not-understood';
  for (const layout of layouts) {
    const m = layout.path.exec(path);
    if (!m || (layout.text && !layout.text.test(text))) continue;
    const version = layout.version(m, text);
    return { framework: layout.framework, path, version, name: layout.name?.(m) ?? version };
  }
  return other(path) ? 'not-understood' : undefined;
}

function other(path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  return CODE.test(path) && folders.some((folder) => /migrat|^changelogs?$|^liquibase$/i.test(folder));
}
