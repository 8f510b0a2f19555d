import { row, type SignatureSet } from '../signature.ts';

/** PostgreSQL's messages (and its poolers'), by wording or by SQLSTATE. */
export const postgres: SignatureSet = {
  by: 'postgres',
  signatures: [
    row('stale-plan', 'cached plan must not change', /cached plan must not change result type/i, { code: '0A000' }),
    row(
      'orphan-row',
      'violates foreign key constraint',
      /insert or update on table "(?<childTable>[^"]{1,64})" violates foreign key constraint "(?<constraint>[^"]{1,64})"/i,
      { code: '23503' },
    ),
    row(
      'parent-in-use',
      'violates foreign key constraint',
      /update or delete on table "(?<table>[^"]{1,64})" violates (?:RESTRICT setting of )?foreign key constraint "(?<constraint>[^"]{1,64})"/i,
      { code: '23503' },
    ),
    row('duplicate-entry', 'could not create unique index', /could not create unique index "(?<index>[^"]{1,64})"/i, { code: '23505' }),
    row('duplicate-entry', 'violates unique constraint', /duplicate key value violates unique constraint "(?<index>[^"]{1,64})"/i, {
      code: '23505',
    }),
    row(
      'key-exhausted',
      'reached maximum value of sequence',
      /nextval: reached maximum value of sequence "(?<sequence>[^"]{1,64})" \((?<value>\d+)\)/i,
      { code: '2200H' },
    ),
    row(
      'out-of-range',
      ['integer out of range', 'smallint out of range', 'is out of range for type'],
      /(?:value "(?<value>-?\d+)" is out of range for type (?<type>\w+)|(?<kind>integer|smallint) out of range)/i,
      { code: '22003' },
    ),
    row('out-of-range', 'is out of range for type', /value "(?<value>-?\d+)" is out of range for type (?<type>integer|smallint|bigint)/i, {
      code: '22003',
    }),
    row('object-exists', 'already exists', /relation "(?<table>[^"]{1,128})" already exists/i, { code: '42P07' }),
    row('object-exists', 'already exists', /column "(?<column>[^"]{1,64})" of relation "(?<table>[^"]{1,64})" already exists/i, {
      code: '42701',
    }),
    row('object-exists', 'already exists', /constraint "(?<constraint>[^"]{1,64})" for relation "(?<table>[^"]{1,64})" already exists/i, {
      code: '42710',
    }),
    row('object-exists', 'already exists', /(?:type|schema|trigger|index|extension) "(?<index>[^"]{1,64})" already exists/i, {
      code: '42710',
    }),
    row('no-table', 'does not exist', /(?:relation|table) "(?<table>[^"]{1,128})" does not exist/i, { code: '42P01' }),
    row('no-column', 'does not exist', /column "?(?<column>[^" ]{1,128})"? (?:of relation "(?<table>[^"]{1,64})" )?does not exist/i, {
      code: '42703',
    }),
    row(
      'cannot-drop',
      'does not exist',
      /(?:index|constraint) "(?<index>[^"]{1,64})" (?:of relation "(?<table>[^"]{1,64})" )?does not exist/i,
      { code: '42704' },
    ),
    row(
      'cannot-drop',
      'other objects depend on it',
      /cannot drop (?:table|column|constraint|type) "?(?<index>[^" ]{1,64})"?.{0,80} because other objects depend on it/i,
      { code: '2BP01' },
    ),
    row('sql-syntax', 'syntax error at', /syntax error at (?:or near "(?<near>[^"]{1,80})"|end of input)/i, { code: '42601' }),
    row('key-mismatch', 'cannot be implemented', /foreign key constraint "(?<constraint>[^"]{1,64})" cannot be implemented/i, {
      code: '42804',
    }),
    row(
      'key-mismatch',
      'no unique constraint matching',
      /there is no unique constraint matching given keys for referenced table "(?<parentTable>[^"]{1,64})"/i,
      { code: '42830' },
    ),
    row('bad-data', 'contains null values', /column "(?<column>[^"]{1,64})" of relation "(?<table>[^"]{1,64})" contains null values/i, {
      code: '23502',
    }),
    row('bad-data', 'contains null values', /column "(?<column>[^"]{1,64})" contains null values/i, { code: '23502' }),
    row(
      'bad-data',
      'violates not-null constraint',
      /null value in column "(?<column>[^"]{1,64})"(?: of relation "(?<table>[^"]{1,64})")? violates not-null constraint/i,
      { code: '23502' },
    ),
    row(
      'bad-data',
      'is violated by some row',
      /check constraint "(?<constraint>[^"]{1,64})"(?: of relation "(?<table>[^"]{1,64})")? is violated by some row/i,
      { code: '23514' },
    ),
    row('bad-data', 'violates check constraint', /violates check constraint "(?<constraint>[^"]{1,64})"/i, { code: '23514' }),
    row('bad-data', 'value too long for type', /value too long for type (?<type>character(?: varying)?\(\d+\))/i, { code: '22001' }),
    row('bad-data', 'cannot be cast automatically', /column "(?<column>[^"]{1,64})" cannot be cast automatically to type (?<type>\w+)/i, {
      code: '42804',
    }),
    row('bad-data', 'invalid input', /invalid input (?:syntax|value) for (?:type |enum )?(?<type>\w+): "(?<value>[^"]{0,80})"/i, {
      code: '22P02',
    }),
    row(
      'ddl-unsupported',
      'cannot run inside a transaction block',
      /(?<statement>CREATE INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|ALTER TYPE[^"]{0,20}|VACUUM) cannot (?:run|be executed) inside a transaction block/i,
      { code: '25001' },
    ),
    row('lock-wait', 'due to lock timeout', /canceling statement due to lock timeout/i, { code: '55P03' }),
    row('lock-wait', 'could not obtain lock on', /could not obtain lock on (?:row in relation|relation) "(?<table>[^"]{1,64})"/i, {
      code: '55P03',
    }),
    row(
      'definition-lock',
      'still waiting for',
      /process (?<pid>\d{1,10}) still waiting for (?<lock>(?:AccessExclusive|ShareRowExclusive|ShareUpdateExclusive|AccessShare|RowExclusive|RowShare|Share)Lock) on relation (?<relation>\d{1,12})(?:.{0,60}? after (?<waited>[\d.]{1,20} ms))?/,
    ),
    row(
      'lock-wait',
      'still waiting for',
      /process (?<pid>\d{1,10}) still waiting for (?<lock>\w{1,40}Lock) on (?:transaction|tuple) .{0,80}?(?: after (?<waited>[\d.]{1,20} ms))?/,
    ),
    row('deadlock', 'deadlock detected', /deadlock detected/i, { code: '40P01' }),
    row(
      'slow-query',
      ['slow sql >=', 'slowquery: '],
      /(?:SLOW SQL >= (?<limit>[\d.]{1,12}\w{1,2})|SlowQuery: (?<waited>\d{1,9} milliseconds))/,
    ),
    row('slow-query', 'due to statement timeout', /canceling statement due to statement timeout/i, { code: '57014' }),
    row('query-killed', 'due to user request', /canceling statement due to user request/i, { code: '57014' }),
    row('too-many-connections', 'too many clients already', /sorry, too many clients already/i, { code: '53300' }),
    row('too-many-connections', 'connection slots are reserved', /remaining connection slots are reserved/i, { code: '53300' }),
    row('too-many-connections', 'too many connections for role', /too many connections for (?:role|database) "(?<user>[^"]{1,64})"/i, {
      code: '53300',
    }),
    row('too-many-connections', 'no more connections allowed', /no more connections allowed/i),
    row(
      'access-denied',
      'authentication failed for user',
      /(?:password|peer|ident|SASL|SCRAM) authentication failed for user "(?<user>[^"]{1,64})"/i,
      { code: '28P01' },
    ),
    row('access-denied', 'no pg_hba.conf entry', /no pg_hba\.conf entry for host "(?<host>[^"]{1,128})", user "(?<user>[^"]{1,64})"/i, {
      code: '28000',
    }),
    row('access-denied', 'role', /role "(?<user>[^"]{1,64})" (?:does not exist|is not permitted to log in)/i, { code: '28000' }),
    // Both ends speak, and cannot agree how: encryption, a plugin, a password that is not there
    row(
      'access-denied',
      ['ssl is not enabled on the server', 'not support ssl', 'no password supplied', 'no password was provided'],
      /(?<reason>SSL is not enabled on the server|server does not support SSL\b|no password supplied|no password was provided)/i,
    ),
    row(
      'privilege-denied',
      'permission denied for',
      /permission denied for (?:table|relation|schema|sequence|database) "?(?<table>[^" ]{1,64})"?/i,
      { code: '42501' },
    ),
    row('privilege-denied', 'must be owner of', /must be owner of (?:table|relation|schema|index) "?(?<table>[^" ]{1,64})"?/i, {
      code: '42501',
    }),
    row('no-database', 'does not exist', /database "(?<database>[^"]{1,64})" does not exist/i, { code: '3D000' }),
    row(
      'connection-lost',
      'terminating connection due to',
      /terminating connection due to (?<reason>administrator command|conflict with recovery|idle-in-transaction timeout|unexpected postmaster exit|idle-session timeout)/i,
      { code: '57P01' },
    ),
    row('connection-lost', 'server closed the connection unexpectedly', /server closed the connection unexpectedly/i),
    row('connection-lost', 'connection terminated unexpectedly', /Connection terminated unexpectedly/i),
    row('connection-lost', 'ssl connection has been closed', /SSL connection has been closed unexpectedly/i),
    row('connection-lost', ['consuming input failed', 'pqconsumeinput()'], /(?:PQconsumeInput\(\)|consuming input failed)/i),
    row(
      'refused',
      'the database system is',
      /the database system is (?<reason>starting up|shutting down|in recovery mode|not yet accepting connections)/i,
      { code: '57P03' },
    ),
    row(
      'refused',
      'connection to server at',
      /connection to server at "(?<host>[^"]{1,255})"(?: \([^)]{1,64}\))?, port (?<port>\d{1,5}) failed: (?<reason>Connection refused|Connection timed out|timeout expired|No route to host)/i,
    ),
    row(
      'refused',
      'could not connect to server',
      /could not connect to server: (?<reason>Connection refused|Connection timed out|No such file or directory)/i,
    ),
    row(
      'refused',
      'connection to server at',
      /connection to server at "(?<host>[^"]{1,255})"(?: \([^)]{1,64}\))?, port (?<port>\d{1,5}) failed: (?<reason>FATAL: .{1,160})/,
    ),
    row('no-host', 'could not translate host name', /could not translate host name "(?<host>[^"]{1,255})" to address/i),
    row('read-only', 'in a read-only transaction', /cannot execute (?<option>[A-Z ]{3,30}) in a read-only transaction/i, { code: '25006' }),
    row('disk-full', 'could not extend file', /could not extend file "(?<path>[^"]{1,200})"/i, { code: '53100' }),
    row('disk-full', 'could not write to file', /could not write to file "(?<path>[^"]{1,200})": No space left on device/i, {
      code: '53100',
    }),
    row('no-memory', 'cannot allocate memory', /could not fork new process for connection: Cannot allocate memory/i),
    row('deadlock', 'could not serialize access', /could not serialize access due to/i, { code: '40001' }),
  ],
};
