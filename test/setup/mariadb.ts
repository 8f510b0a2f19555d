import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

/**
 * The server that is started. `MYSQLD=/path/to/mysqld npx vitest run test/checks/mysql.test.ts` runs the same tests on a MySQL of one's own:
 * the machine that runs all tests has MariaDB alone.
 */
const BINARY = process.env.MYSQLD ?? 'mariadbd';

/** A real MariaDB of the test's own, or the MySQL of `MYSQLD`. */
export interface Mariadb extends AsyncDisposable {
  flavour: 'mariadb' | 'mysql';
  /** What the two call the rights to see replication and to end others' sessions. */
  rights: { replication: string; kill: string };
  port: number;
  /** `mysql://user:password@127.0.0.1:port/db`; root has no password. */
  url: (user?: string, password?: string, db?: string) => string;
  /** A session of an application's own account, which MySQL lets others end, as it does not root's; all are closed at the end. */
  session: (db?: string) => Promise<Connection>;
  /** Runs statements as root. */
  sql: (...statements: readonly string[]) => Promise<void>;
  rows: (sql: string) => Promise<RowDataPacket[]>;
  /** The server is gone from here on. */
  kill: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** What mariadb-install-db feeds the server. Written out, because that script needs programs of the client package. */
function systemTables(): string {
  const sql = ['system_tables', 'performance_tables', 'system_tables_data'].map((name) => {
    const files = ['mariadb', 'mysql'].map((brand) => `/usr/share/mysql/${brand}_${name}.sql`);
    return readFileSync(files.find(existsSync) ?? `/usr/share/mysql/mariadb_${name}.sql`, 'utf8');
  });
  return ['CREATE DATABASE IF NOT EXISTS mysql;', 'USE mysql;', 'SET @auth_root_socket=NULL;', ...sql].join('\n');
}

const as = userInfo().uid === 0 ? ['--user=root'] : [];

/** Fills a folder with the server's own tables; root has no password and comes over TCP. */
const initialize = {
  mariadb: (data: string): void => {
    mkdirSync(join(data, 'mysql'), { recursive: true });
    execFileSync(BINARY, ['--no-defaults', '--bootstrap', `--datadir=${data}`, '--log-warnings=0', '--enforce-storage-engine=', ...as], {
      input: systemTables(),
      stdio: 'pipe',
    });
  },
  mysql: (data: string): void => {
    const first = `${data}.sql`;
    writeFileSync(first, "CREATE USER root@'127.0.0.1';\nGRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n");
    execFileSync(BINARY, ['--no-defaults', '--initialize-insecure', `--datadir=${data}`, `--init-file=${first}`, ...as], { stdio: 'pipe' });
  },
};

/** Options that one of the two does not know. */
const OWN = {
  mariadb: ['--max-recursive-iterations=1000000'],
  mysql: ['--mysqlx=OFF', '--secure-file-priv=NULL', '--cte-max-recursion-depth=1000000'],
};

/** `(SELECT seq …)` of the numbers from 1 on, for INSERT … SELECT, on either server. */
export const numbersTo = (n: number): string =>
  `(WITH RECURSIVE numbers AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM numbers WHERE seq < ${n}) SELECT seq FROM numbers) AS numbers`;

/** Starts the server in a folder of its own. `more` are further server options. */
export async function startMariadb(...more: readonly string[]): Promise<Mariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'mariadb-'));
  const data = join(folder, 'data');
  const flavour = /-mariadb/i.test(execFileSync(BINARY, ['--no-defaults', '--version'], { encoding: 'utf8' })) ? 'mariadb' : 'mysql';
  initialize[flavour](data);
  const port = await freePort();
  const socket = join(folder, 's');
  const server = spawn(
    BINARY,
    [
      ...[
        '--no-defaults',
        `--datadir=${data}`,
        `--socket=${socket}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        '--skip-name-resolve',
        ...as,
      ],
      ...['--innodb-buffer-pool-size=64M', '--innodb-flush-log-at-trx-commit=0', '--skip-log-bin', ...OWN[flavour], ...more],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-8_000);
  });
  const gone = once(server, 'exit');
  const options = (user: string, db?: string) => ({ host: '127.0.0.1', port, user, ...(db === undefined ? {} : { database: db }) });
  const admin = await reached(
    () => createConnection(options('root')),
    server,
    () => log,
  );
  const sessions: Connection[] = [admin];
  await admin.query("CREATE USER app@'%'");
  await admin.query(
    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, LOCK TABLES, RELOAD, EXECUTE ON *.* TO app@'%'",
  );
  admin.on('error', () => undefined);
  const kill = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL');
      await gone;
    }
  };
  return {
    flavour,
    rights:
      flavour === 'mariadb'
        ? { replication: 'SLAVE MONITOR', kill: 'CONNECTION ADMIN' }
        : { replication: 'REPLICATION CLIENT', kill: 'CONNECTION_ADMIN' },
    port,
    url: (user = 'root', password = '', db = '') => `mysql://${user}${password === '' ? '' : `:${password}`}@127.0.0.1:${port}/${db}`,
    session: async (db) => {
      const session = await createConnection(options('app', db));
      session.on('error', () => undefined);
      sessions.push(session);
      return session;
    },
    sql: async (...statements) => {
      for (const statement of statements) await admin.query(statement);
    },
    rows: async (sql) => (await admin.query<RowDataPacket[]>(sql))[0],
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function reached(connect: () => Promise<Connection>, server: { exitCode: number | null }, log: () => string): Promise<Connection> {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) throw new Error(`${BINARY} did not start: ${log()}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
