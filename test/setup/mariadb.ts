import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

/** A real MariaDB of the test's own. */
export interface Mariadb extends AsyncDisposable {
  port: number;
  /** `mysql://user:password@127.0.0.1:port/db`; root has no password. */
  url: (user?: string, password?: string, db?: string) => string;
  /** A session of root; all are closed at the end. */
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

/** Starts mariadbd in a folder of its own. `more` are further server options. */
export async function startMariadb(...more: readonly string[]): Promise<Mariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'mariadb-'));
  const data = join(folder, 'data');
  const as = userInfo().uid === 0 ? ['--user=root'] : [];
  mkdirSync(join(data, 'mysql'), { recursive: true });
  execFileSync('mariadbd', ['--no-defaults', '--bootstrap', `--datadir=${data}`, '--log-warnings=0', '--enforce-storage-engine=', ...as], {
    input: systemTables(),
    stdio: 'pipe',
  });
  const port = await freePort();
  const socket = join(folder, 's');
  const server = spawn(
    'mariadbd',
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
      ...['--innodb-buffer-pool-size=64M', '--innodb-log-file-size=16M', '--innodb-flush-log-at-trx-commit=0', '--skip-log-bin', ...more],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-8_000);
  });
  const gone = once(server, 'exit');
  const options = (db?: string) => ({ host: '127.0.0.1', port, user: 'root', ...(db === undefined ? {} : { database: db }) });
  const admin = await reached(
    () => createConnection(options()),
    server,
    () => log,
  );
  const sessions: Connection[] = [admin];
  admin.on('error', () => undefined);
  const kill = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL');
      await gone;
    }
  };
  return {
    port,
    url: (user = 'root', password = '', db = '') => `mysql://${user}${password === '' ? '' : `:${password}`}@127.0.0.1:${port}/${db}`,
    session: async (db) => {
      const session = await createConnection(options(db));
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
      if (server.exitCode !== null || Date.now() > until) throw new Error(`mariadbd did not start: ${log()}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
