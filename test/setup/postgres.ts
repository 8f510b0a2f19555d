import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real PostgreSQL for a test file, on loopback. */
export interface Postgres {
  url: (database?: string) => string;
  /** A new, empty database of its own. */
  database: () => string;
  /** Ends the server as a crash of its machine would. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  gone: () => Promise<void>;
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian's package makes. */
export async function startPostgres(): Promise<Postgres> {
  const bin = globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1);
  if (bin === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const as = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const dir = mkdtempSync(join(tmpdir(), 'pulaski-postgres-'));
  if (as.uid !== undefined) chownSync(dir, as.uid, as.gid);
  const data = join(dir, 'data');
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'pulaski', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...as,
    env,
    cwd: dir,
    stdio: 'ignore',
  });
  const port = await freePort();
  let server: ChildProcess | undefined;
  let databases = 0;
  const url = (database = 'postgres'): string => `postgres://pulaski@127.0.0.1:${port}/${database}`;
  const psql = (sql: string): boolean =>
    spawnSync(join(bin, 'psql'), ['-X', '-q', '-d', url(), '-c', sql], { env, stdio: 'ignore' }).status === 0;

  const start = async (): Promise<void> => {
    const options = [
      '-c',
      'fsync=off',
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${dir}`,
      '-c',
      'max_connections=200',
    ];
    server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...options], { ...as, env, cwd: dir, stdio: 'ignore' });
    for (let i = 0; i < 200; i++) {
      if (psql('SELECT 1')) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('PostgreSQL did not start');
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server.kill(signal);
    await ended;
  };

  await start();
  return {
    url,
    database() {
      const name = `d${++databases}`;
      if (!psql(`CREATE DATABASE ${name}`)) throw new Error(`could not create ${name}`);
      return url(name);
    },
    kill: () => end('SIGQUIT'),
    start,
    async gone() {
      await end('SIGINT');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }).trim());
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
