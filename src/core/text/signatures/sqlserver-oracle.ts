import { row, type SignatureSet } from '../signature.ts';

/** SQL Server's and Oracle's messages, as their drivers and EF Core print them. */
export const sqlserverOracle: SignatureSet = {
  by: 'sqlserver',
  signatures: [
    row(
      'duplicate-entry',
      'duplicate key was found',
      /duplicate key was found for the object name '(?<table>[^']{1,129})' and the index name '(?<index>[^']{1,129})'(?:\. The duplicate key value is \((?<value>[^)]{0,200})\))?/i,
      { code: '1505' },
    ),
    row(
      'duplicate-entry',
      'cannot insert duplicate key',
      /(?:Violation of (?:UNIQUE|PRIMARY) KEY constraint '(?<index>[^']{1,129})'\. )?Cannot insert duplicate key (?:row )?in object '(?<table>[^']{1,129})'(?: with unique index '(?<unique>[^']{1,129})')?(?:\. The duplicate key value is \((?<value>[^)]{0,200})\))?/i,
      { code: '2627' },
    ),
    row(
      'orphan-row',
      'conflicted with the foreign key',
      /(?:ALTER TABLE|INSERT|UPDATE|MERGE) statement conflicted with the FOREIGN KEY (?:SAME TABLE )?constraint ["'](?<constraint>[^"']{1,129})["'](?:\. The conflict occurred in database ["'](?<database>[^"']{1,129})["'], table ["'](?<parentTable>[^"']{1,129})["'](?:, column '(?<parentColumn>[^']{1,129})')?)?/i,
      { code: '547' },
    ),
    row(
      'parent-in-use',
      'conflicted with the reference',
      /DELETE statement conflicted with the (?:SAME TABLE )?REFERENCE constraint ["'](?<constraint>[^"']{1,129})["']/i,
      { code: '547' },
    ),
    row('bad-data', 'conflicted with the check', /statement conflicted with the CHECK constraint ["'](?<constraint>[^"']{1,129})["']/i, {
      code: '547',
    }),
    row(
      'bad-data',
      'cannot insert the value null',
      /Cannot insert the value NULL into column '(?<column>[^']{1,129})', table '(?<table>[^']{1,260})'/i,
      { code: '515' },
    ),
    row(
      'bad-data',
      'would be truncated',
      /String or binary data would be truncated(?: in table '(?<table>[^']{1,260})', column '(?<column>[^']{1,129})')?/i,
      {
        code: '8152',
      },
    ),
    row('object-exists', 'already an object named', /There is already an object named '(?<table>[^']{1,129})' in the database/i, {
      code: '2714',
    }),
    row(
      'object-exists',
      'is specified more than once',
      /Column name '(?<column>[^']{1,129})' in table '(?<table>[^']{1,129})' is specified more than once/i,
      { code: '2705' },
    ),
    row(
      'object-exists',
      'already exists on table',
      /index or statistics with name '(?<index>[^']{1,129})' already exists on table '(?<table>[^']{1,129})'/i,
      {
        code: '1913',
      },
    ),
    row('no-table', 'cannot find the object', /Cannot find the object "(?<table>[^"]{1,129})" because it does not exist/i, {
      code: '4902',
    }),
    row(
      'key-mismatch',
      'is not the same data type',
      /Column '(?<parentTable>[^'.]{1,129})\.(?<parentColumn>[^']{1,129})' is not the same data type as referencing column '(?<childTable>[^'.]{1,129})\.(?<column>[^']{1,129})' in foreign key '(?<constraint>[^']{1,129})'/i,
      { code: '1778' },
    ),
    row('sql-syntax', 'incorrect syntax near', /Incorrect syntax near (?:the keyword )?'(?<near>[^']{0,80})'/i, { code: '102' }),
    row(
      'key-exhausted',
      'arithmetic overflow error converting identity',
      /Arithmetic overflow error converting IDENTITY to data type (?<type>\w{1,20})/i,
      {
        code: '8115',
      },
    ),
    row(
      'out-of-range',
      'arithmetic overflow error',
      /Arithmetic overflow error (?:converting \w{1,20} to|for) data type (?<type>\w{1,20})/i,
      {
        code: '8115',
      },
    ),
    row('slow-query', 'execution timeout expired', /Execution Timeout Expired/i, { code: '-2' }),
    row(
      'refused',
      'network-related or instance-specific',
      /network-related or instance-specific error occurred while establishing a connection to SQL Server/i,
    ),
    row('disk-full', 'filegroup is full', /'\w{1,128}' filegroup is full/i, { code: '1105' }),
    row('disk-full', 'transaction log for database', /transaction log for database '(?<database>[^']{1,129})' is full/i, { code: '9002' }),
    row('no-table', 'invalid object name', /Invalid object name '(?<table>[^']{1,129})'/i),
    row('no-column', 'invalid column name', /Invalid column name '(?<column>[^']{1,129})'/i),
    row('lock-wait', 'lock request time out', /Lock request time out period exceeded/i, { code: '1222' }),
    row('deadlock', 'deadlocked on lock', /was deadlocked on lock resources/i, { code: '1205' }),
    row('access-denied', 'login failed for user', /Login failed for user '(?<user>[^']{1,64})'/i, { code: '18456' }),
    // Oracle
    row('duplicate-entry', 'ora-00001', /ORA-00001: unique constraint \((?<index>[^)]{1,260})\) violated/i, { code: 'ORA-00001' }),
    row('duplicate-entry', 'ora-01452', /ORA-01452: cannot CREATE UNIQUE INDEX; duplicate keys found/i, { code: 'ORA-01452' }),
    row(
      'orphan-row',
      ['ora-02298', 'ora-02291'],
      /(?:ORA-02298: cannot validate|ORA-02291: integrity constraint) \((?<constraint>[^)]{1,260})\)/i,
      {
        code: 'ORA-02298',
      },
    ),
    row('object-exists', 'ora-00955', /ORA-00955: name is already used by an existing object/i, { code: 'ORA-00955' }),
    row('object-exists', 'ora-01430', /ORA-01430: column being added already exists in table/i, { code: 'ORA-01430' }),
    row('no-table', 'ora-00942', /ORA-00942: table or view (?:"(?<table>[^"]{1,128}"\."[^"]{1,128})" )?does not exist/i, {
      code: 'ORA-00942',
    }),
    row('no-column', 'ora-00904', /ORA-00904: (?<column>[\w".$]{1,260}): invalid identifier/i, { code: 'ORA-00904' }),
    row('lock-wait', 'ora-00054', /ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired/i, { code: 'ORA-00054' }),
    row('deadlock', 'ora-00060', /ORA-00060: deadlock detected/i, { code: 'ORA-00060' }),
    row('bad-data', ['ora-02296', 'ora-01400', 'ora-12899'], /(?<reason>ORA-(?:02296|01400|12899): .{1,200})/i),
    row('access-denied', 'ora-01017', /ORA-01017: invalid (?:credential or )?username\/password/i, { code: 'ORA-01017' }),
    row('refused', ['ora-12541', 'ora-12514', 'ora-12170'], /(?<reason>ORA-(?:12541|12514|12170): .{1,120})/i),
    row('disk-full', ['ora-01653', 'ora-01654', 'ora-30036'], /(?<reason>ORA-(?:01653|01654|30036): unable to extend .{1,160})/i),
  ],
};
