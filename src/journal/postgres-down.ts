import { Conflict, StoreDown } from '../core/journal.ts';

/** SQLSTATE classes and system errors that mean "the server", not "our statement" (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const words: readonly (readonly [codes: RegExp, says: string, fix: string])[] = [
  [/^28/, 'PostgreSQL refuses this user', 'Check user, password and sslmode in DATABASE_URL.'],
  [/^3D/, 'this database does not exist', 'Make it: CREATE DATABASE pulaski OWNER pulaski;'],
  [/^42501$/, 'this user may not do that', 'Let the user own its database: ALTER DATABASE pulaski OWNER TO pulaski;'],
  [
    /^(25006|57P03)$/,
    'PostgreSQL takes no writes (starting, or a replica)',
    'Point DATABASE_URL at the primary. Pulaski goes on by itself.',
  ],
  [/^53100$/, "PostgreSQL's disk is full", 'Free some space on the server. Pulaski goes on by itself.'],
  [/^53300$/, 'PostgreSQL has no connection left', 'Raise max_connections, or start fewer replicas: each takes up to 16.'],
  [/^(08|53|57|58|XX)/, 'PostgreSQL cannot do its work now', 'Look at the server’s log. Pulaski goes on by itself when it is back.'],
  [
    /^(E[A-Z_]+)$/,
    'PostgreSQL cannot be reached',
    'Start it, and check host and port in DATABASE_URL. Pulaski goes on by itself when it is back.',
  ],
];
/** A wrong user, database or right does not pass by itself. */
const final = /^(28|3D|42501)/;
/** pg says these without a code. */
const lost =
  /connection terminated|timeout exceeded|query read timeout|client has encountered a connection error|cannot use a pool|server closed/i;

/** Whatever PostgreSQL or the way to it threw, in words without host or password. `Conflict` and faults of ours pass through. */
export function postgresDown(error: unknown): Error {
  if (error instanceof StoreDown || error instanceof Conflict) return error;
  if (!(error instanceof Error)) return new Error('the journal failed', { cause: error });
  const code = 'code' in error && typeof error.code === 'string' ? error.code : lost.test(error.message) ? 'ECONNRESET' : '';
  const known = code.startsWith('ERR_') ? undefined : words.find(([codes]) => codes.test(code));
  return known ? new StoreDown(`the journal: ${known[1]}`, known[2], { cause: error, passing: !final.test(code) }) : error;
}
