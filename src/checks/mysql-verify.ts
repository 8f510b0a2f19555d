import type { Verification } from '../core/check.ts';
import { MysqlError, type MysqlServer } from '../core/kit/mysql.ts';
import { everyTableOf, replicationGrant } from '../core/mysql-rights.ts';
import { type Asker, asker, isDenied, refusalOf, rowsOf } from './mysql-ask.ts';
import { blindness } from './mysql-blind.ts';
import { TRAITS, type Traits, traitsOf } from './mysql-traits.ts';

interface Right {
  what: string;
  required: boolean;
  /** Ends in TO. */
  grant: (traits: Traits, db: string) => string;
  probe: (traits: Traits, db: string) => string;
  /** Without it. */
  loses: string;
  /** An empty answer means that the right is missing. */
  needsRows?: boolean;
}

/** Shows columns and indexes, and no data; SHOW VIEW would show tables and indexes, but no columns. Ends in TO. */
export const schemaGrant = (db: string): string => `GRANT REFERENCES ON ${everyTableOf(db)} TO`;

const rights: readonly Right[] = [
  {
    what: 'PROCESS',
    required: true,
    grant: () => 'GRANT PROCESS ON *.* TO',
    probe: () => 'SELECT 1 AS one FROM information_schema.INNODB_TRX LIMIT 1',
    loses: 'only our own session is in the process list',
  },
  {
    what: 'performance_schema',
    required: false,
    grant: () => 'GRANT SELECT ON performance_schema.* TO',
    probe: () => 'SELECT 1 AS one FROM performance_schema.threads LIMIT 1',
    loses: 'no proof that a running statement uses no index, blockers of metadata locks are guessed',
  },
  {
    what: 'replication',
    required: false,
    grant: ({ mariadb }) => replicationGrant(mariadb),
    probe: () => 'SHOW REPLICA STATUS',
    loses: 'replication lag is not seen',
  },
  {
    what: 'schema',
    required: false,
    grant: (_, db) => schemaGrant(db),
    probe: (_, db) => `SELECT 1 AS one FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${db.replaceAll("'", "''")}' LIMIT 1`,
    loses: 'indexes, column types and sizes are not seen (REFERENCES shows no data)',
    needsRows: true,
  },
];

/** One line per server and right. `needed`: the rights without which the check sees nothing; absent: each right as its own line says. */
async function verifyServer(
  server: MysqlServer,
  signal: AbortSignal,
  needed: readonly string[] | undefined,
): Promise<readonly Verification[]> {
  const ask = asker(server, signal, 12);
  const answer = await ask.ask(TRAITS);
  const refused = refusalOf(answer);
  const traits = traitsOf(answer);
  if (refused !== undefined || traits === undefined) {
    const { why, fix } =
      refused === undefined ? { why: `${server.host} is no MySQL or MariaDB server`, fix: 'Correct MYSQL_URL.' } : blindness(refused);
    return [{ what: `mysql ${server.host}`, ok: false, required: true, says: why, fix }];
  }
  const lines: Verification[] = [
    { what: `mysql ${server.host}`, ok: true, required: true, says: `connected to ${traits.version} as ${traits.account}` },
  ];
  for (const each of rights) {
    if (needed !== undefined && !needed.includes(each.what)) continue;
    const right = needed === undefined ? each : { ...each, required: true };
    if (right.needsRows && server.db === '') continue;
    lines.push(await verifyRight(ask, traits, right));
  }
  return lines;
}

async function verifyRight(ask: Asker, traits: Traits, right: Right): Promise<Verification> {
  const answer = await ask.ask(right.probe(traits, ask.server.db));
  const refused = refusalOf(answer);
  const missing = isDenied(refused) || (right.needsRows === true && refused === undefined && rowsOf(answer).length === 0);
  const what = `mysql ${ask.server.host} ${right.what}`;
  if (missing)
    return {
      what,
      ok: false,
      required: right.required,
      says: `right is missing: ${right.loses}`,
      fix: `${right.grant(traits, ask.server.db)} ${traits.account};`,
    };
  if (right.what === 'performance_schema' && !traits.performanceSchema) {
    return {
      what,
      ok: false,
      required: false,
      says: `performance_schema is off: ${right.loses}`,
      fix: 'performance_schema=ON in the server’s configuration (a restart), if you can afford its memory',
    };
  }
  return { what, ok: true, required: right.required, says: 'granted' };
}

/** Wraps what a broken list of URLs throws. */
export async function verifyAll(
  servers: () => readonly MysqlServer[],
  signal: AbortSignal,
  needed?: readonly string[],
): Promise<readonly Verification[]> {
  try {
    return (await Promise.all(servers().map((server) => verifyServer(server, signal, needed)))).flat();
  } catch (error) {
    if (error instanceof MysqlError) return [{ what: 'mysql', ok: false, required: true, says: error.message, fix: 'Correct MYSQL_URL.' }];
    throw error;
  }
}
