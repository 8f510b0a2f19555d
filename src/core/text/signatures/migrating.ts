import { row, type SignatureSet } from '../signature.ts';

/** What migration tools say themselves, beside the database. */
export const migrating: SignatureSet = {
  by: 'migration',
  signatures: [
    row('migration-guard', 'preconditions failed', /(?<reason>\d+ preconditions? failed)/i),
    row(
      'no-column',
      'schema-validation: missing',
      /Schema-validation: missing column \[(?<column>[^\]]{1,64})\] in table \[(?<table>[^\]]{1,129})\]/,
    ),
    row('no-table', 'schema-validation: missing', /Schema-validation: missing table \[(?<table>[^\]]{1,129})\]/),
    row(
      'access-denied',
      'authentication failed against',
      /Authentication failed against (?:the )?database server(?: at `(?<host>[^`]{1,255})`)?(?:, the provided (?:database )?credentials for `(?<user>[^`]{1,64})`)?/,
      { code: 'P1000' },
    ),
    // Rails
    row('pending', 'pending migration', /You have (?<count>\d+) pending migrations?/i),
    row('pending', 'has pending changes', /model for context '(?<context>[^']{1,120})' has (?:pending )?changes\. Add a new migration/i),
    row(
      'pending',
      'pending migration',
      /(?:database|schema|(?:db|database) server) (?:still )?has (?<count>[1-9]\d{0,5} )?(?:pending|unapplied) migrations?\b/i,
    ),
    row('history-conflict', '.sql', /psql: error: (?<file>[\w./-]{1,200}\.sql): No such file or directory/),
    row('pending', 'migrations are pending', /Migrations are pending/i),
    row('pending', 'pendingmigrationerror', /PendingMigrationError/),
    row('irreversible', 'irreversiblemigration', /IrreversibleMigration/),
    row('irreversible', 'only reversible if', /(?<reason>\w{1,40} is only reversible if .{1,100})/),
    row('concurrent', 'another migration process is currently running', /another migration process is currently running/i),
    row(
      'migration-guard',
      ['#strong_migrations', '[online_migrations]'],
      /=== (?<reason>.{1,60}?) #strong_migrations ===|\[online_migrations\] (?<danger>Dangerous operation detected)/,
    ),
    row(
      'history-conflict',
      ['duplicatemigration', 'multiple migrations have the'],
      /(?:DuplicateMigration(?:Name|Version)Error|Multiple migrations have the (?:name|version number) (?<migration>[\w]{1,120}))/,
    ),
    row('history-conflict', 'no migration with version number', /No migration with version number (?<migration>\d{1,20})/i),
    row(
      'key-mismatch',
      'does not match column',
      /Column `(?<column>[^`]{1,64})` on table `(?<childTable>[^`]{1,64})` does not match column `(?<parentColumn>[^`]{1,64})` on `(?<parentTable>[^`]{1,64})`, which has type `(?<parentType>[^`]{1,64})`/,
    ),
    // Django
    row(
      'history-conflict',
      'conflicting migrations detected',
      /Conflicting migrations detected; multiple leaf nodes in the migration graph: \((?<migrations>[^)]{1,400})\)/,
    ),
    row(
      'history-conflict',
      'is applied before its dependency',
      /Migration (?<migration>[\w.]{1,200}) is applied before its dependency (?<dependency>[\w.]{1,200})/,
    ),
    row(
      'history-conflict',
      'nonexistent parent node',
      /Migration (?<migration>[\w.]{1,200}) dependencies reference nonexistent parent node \('(?<app>[^']{1,80})', '(?<missing>[^']{1,120})'\)/,
    ),
    row('pending', 'unapplied migration', /You have (?<count>\d+) unapplied migration\(s\)/),
    row('irreversible', 'irreversibleerror', /(?:IrreversibleError: )?Operation (?<reason>.{1,160}) is not reversible/),
    row(
      'bad-data',
      'asked for the one-off default',
      /(?:It is impossible to (?:add|change) a nullable|You are trying to add a non-nullable) field '(?<column>[^']{1,64})'/,
    ),
    row('history-conflict', 'circulardependencyerror', /CircularDependencyError: (?<migration>[\w.]{1,200})/),
    // Laravel
    row(
      'migration-guard',
      'destructive action against your',
      /(?<reason>You are attempting to run a destructive action against your '[^']{1,60}' database)/,
    ),
    row(
      'migration-guard',
      ['environmentmismatcherror', 'noenvironmentinschemaerror'],
      /(?<exception>EnvironmentMismatchError|NoEnvironmentInSchemaError)/,
    ),
    // Interactive tools without a terminal, and tools that ask before they lose data
    row('migration-guard', 'environment is non-interactive', /(?<reason>the environment is non-interactive, which is not supported)/i),
    row('migration-guard', 'require a tty', /(?<reason>Interactive prompts require a TTY[\w ]{0,60})/i),
    row('migration-guard', '--accept-data-loss', /Use the (?<option>--accept-data-loss) flag/i),
    row('migration-guard', 'changes that cannot be executed', /(?<reason>We found changes that cannot be executed)/i),
    row('migration-guard', 'unable to execute clean', /(?<reason>Unable to execute clean as it has been disabled)/i),
    row('migration-guard', ['migration cancelled', 'migration canceled'], /(?<reason>Migration cancell?ed!)/i),
    row('migration-guard', 'command cancelled', /(?:Command Cancell?ed!?|(?<reason>Command cancelled)\.)/i),
    row('pending', ' pending', /^\s*(?<migration>\d{4}_\d{2}_\d{2}_\d{6}_\w{1,160}) \.{2,}.{0,40} Pending\s*$/),
    row('pending', '[ ] ', /^ ?\[ \] +(?<migration>\d{4}_\w{1,120})\s*$/),
    row('pending', 'down ', /^\s*down\s+(?<migration>\d{8,20})\s+[A-Z*]/),
    // Node
    row(
      'history-conflict',
      'migration directory is corrupt',
      /migration directory is corrupt, the following files are missing: (?<file>.{1,300})/i,
    ),
    row(
      'concurrent',
      ['is already locked', 'migrationlocked'],
      /Migration (?:table|lock) (?:is already locked|table is already locked)|MigrationLocked/i,
    ),
    row('history-conflict', 'migrate found failed migrations', /migrate found failed migrations in the target database/i, {
      code: 'P3009',
    }),
    row(
      'history-conflict',
      'was modified after it was applied',
      /The migration `(?<migration>[^`]{1,200})` was modified after it was applied/i,
    ),
    row('history-conflict', 'drift detected', /Drift detected: Your database schema is not in sync with your migration history/i),
    row('history-conflict', 'database schema is not empty', /The database schema is not empty/i, { code: 'P3005' }),
    row(
      'concurrent',
      'timed out trying to acquire a postgres advisory lock',
      /Timed out trying to acquire a (?:postgres|mysql)? ?advisory lock/i,
      { code: 'P1002' },
    ),
    row('pending', 'have not yet been applied', /Following migrations? have not yet been applied:?/i),
    row(
      'pending',
      'does not exist in the current database',
      /The (?:column|table) `(?<column>[^`]{1,200})` does not exist in the current database/i,
    ),
    row('migration-hidden', 'validation error', /^(?:ERROR: )?Validation error$/),
    row('history-conflict', 'migration started at', /The `(?<migration>[^`]{1,200})` migration started at .{1,60} failed/),
    // Flyway, Liquibase
    row('history-conflict', 'checksum mismatch', /Migration checksum mismatch for migration version (?<migration>[\w.]{1,40})/i),
    row(
      'history-conflict',
      'detected failed migration',
      /Detected failed migration to version (?<migration>[\w.]{1,40})(?: \((?<name>[^)]{1,120})\))?/i,
    ),
    row(
      'history-conflict',
      'detected applied migration not resolved locally',
      /Detected applied migration not resolved locally: (?<migration>[\w.]{1,40})/i,
    ),
    row(
      'history-conflict',
      'detected resolved migration not applied',
      /Detected resolved migration not applied to database: (?<migration>[\w.]{1,40})/i,
    ),
    row(
      'history-conflict',
      'found more than one migration with version',
      /Found more than one migration with version (?<migration>[\w.]{1,40})/i,
    ),
    row('history-conflict', 'no schema history table', /Found non-empty schema\(s\) .{1,120}? but no schema history table/i),
    row('history-conflict', 'validation failed', /Validation Failed:\s*\d+ change ?sets? check ?sum/i),
    row(
      'history-conflict',
      'was:',
      /(?<file>[\w./-]{1,200}\.(?:xml|ya?ml|sql|json))::(?<migration>[^:\s]{1,120})::\S{1,80} was: \S{1,80} but is now: \S{1,80}/i,
    ),
    row(
      'concurrent',
      'could not acquire change log lock',
      /Could not acquire change log lock\.(?: +Currently locked by (?<host>[^(]{1,120}))?/i,
    ),
    row('concurrent', 'waiting for changelog lock', /Waiting for changelog lock/i),
    row(
      'concurrent',
      'unable to acquire',
      /Unable to (?:acquire|obtain) (?:(?:Flyway|MySQL|PostgreSQL|table) )*(?:named |advisory |schema history table )?lock/i,
    ),
    row('irreversible', 'no inverse to', /No inverse to \S{1,120} created/i),
    // Alembic, golang-migrate, goose, Ecto
    row('history-conflict', "can't locate revision", /Can't locate revision identified by '(?<migration>[^']{1,60})'/),
    row('history-conflict', 'multiple head revisions', /Multiple head revisions are present/),
    row('pending', 'target database is not up to date', /Target database is not up to date/),
    row('history-conflict', 'dirty database version', /Dirty database version (?<migration>\d{1,20})/),
    row('history-conflict', 'no migration found for version', /no migration found for version (?<migration>\d{1,20})/),
    row('history-conflict', ' missing', /(?:error: )?found (?<count>\d+) missing(?: \(out-of-order\))? migrations?(?: .{0,80})?/i),
    row('concurrent', "can't acquire database lock", /can't acquire (?:database )?lock/i),
    row('concurrent', 'timeout: can', /timeout: can't acquire database lock/),
    row('irreversible', 'migrationerror', /cannot reverse migration command/i),
    row('pending', 'there are pending migrations for repo', /there are pending migrations for repo: (?<repo>[\w.]{1,80})/i),
    row(
      'history-conflict',
      "migrations can't be executed",
      /migrations can't be executed, migration (?:name|version) (?<migration>\w{1,80}) is duplicated/i,
    ),
    // gh-ost, pt-online-schema-change
    row(
      'migration-guard',
      'bailing out',
      /(?<reason>(?:found \d+ (?:child|parent)-side foreign keys on|Found triggers on) (?<table>`[^`]{1,64}`\.`[^`]{1,64}`)?.{0,80})/,
    ),
    row('migration-guard', 'you are trying to add an unique key', /(?<reason>You are trying to add an unique key)/i),
    row('migration-guard', 'alter-foreign-keys-method', /You did not specify --alter-foreign-keys-method/),
    row(
      'migration-guard',
      ['unique key', 'primary key'],
      /No (?:possible )?(?:shared|PRIMARY) (?:unique )?key.{0,80}(?:Bailing out|cannot be)/i,
    ),
    row(
      'migration-guard',
      ['seemingly renames', 'contains a rename', 'rename clause'],
      /alter statement seemingly renames|(?:contains a RENAME|rename clause)/i,
    ),
    row('status-only', 'exceeds its critical threshold', /(?<threshold>\w{1,64}=\d+ exceeds its critical threshold \d+)/i),
    row('status-only', 'critical-load met', /critical-load met: (?<threshold>.{1,80})/i),
    // Rails programs
    row('no-attribute', 'unknown attribute', /unknown attribute '(?<attribute>[^']{1,64})' for (?:an instance of )?(?<model>[\w:]{1,80})/),
    row('no-attribute', 'unknownattributeerror', /UnknownAttributeError/),
    row(
      'out-of-range',
      'is out of range for',
      /(?<value>-?\d{1,40}) is out of range for (?:ActiveModel::Type|ActiveRecord::ConnectionAdapters)\S{0,60} with (?<limit>limit \d+ bytes)/,
    ),
    row('status-only', 'unknown command', /^ERROR: Unknown command/),
  ],
};
