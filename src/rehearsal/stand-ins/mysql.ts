import { createHash } from 'node:crypto';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'mysql2';
import type { World } from '../world/world.ts';
import type { Latency, StandIn } from './http-front.ts';
import { MysqlRefusal } from './mysql-refusal.ts';
import type { ResultSet } from './mysql-rows.ts';
import { SERVER_VERSION, statement } from './mysql-statements.ts';

export const MYSQL_USER = 'pulaski';
export const MYSQL_PASSWORD = 'rehearsal-read-only';

/** Column types of the protocol: https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
const LONG = 3;
const LONGLONG = 8;
const DOUBLE = 5;
const VAR_STRING = 253;
const UTF8MB4 = 45;

/** The part of mysql2's server connection that is used here; its own typings leave most of it out. */
interface ServerConnection {
  sequenceId: number;
  stream: Socket;
  on: (event: string, listener: (...args: never[]) => void) => void;
  serverHandshake: (options: object) => void;
  writeOk: (args?: object) => void;
  writeError: (args: { code: number; message: string }) => void;
  writeTextResult: (rows: readonly object[], columns: readonly object[]) => void;
  close: () => void;
}

interface Login {
  user: string;
  authPluginData1: Buffer;
  authPluginData2: Buffer;
  authToken: Buffer;
}

/** A MySQL 8 server on loopback, with the story's catalogues and process list. `url` is a MYSQL_URL with the right password. */
export async function startMysql(world: World, options: Latency): Promise<StandIn & { port: number }> {
  let flying = 0;
  let connections = 0;
  const open = new Set<ServerConnection>();
  // mysql2 types a connection as a client's; what a server gets has these methods besides.
  const server = createServer((raw: unknown) => {
    const connection = raw as ServerConnection;
    const me = { id: 60_000 + ++connections, user: MYSQL_USER, killer: world.story.env?.KILL_QUERIES === 'run' };
    open.add(connection);
    connection.on('error', () => open.delete(connection));
    connection.stream.on('close', () => open.delete(connection));

    const answer = async (sql: string) => {
      flying += 1;
      world.clock.stir();
      try {
        await sleep(options.latencyMs());
        world.sync();
        reply(connection, () => {
          const said = statement(world, me, sql);
          if ('affected' in said) connection.writeOk({ affectedRows: said.affected });
          else writeResult(connection, said);
        });
      } finally {
        flying -= 1;
        world.clock.stir();
      }
    };
    connection.on('query', (sql: string) => void answer(sql));
    connection.on('stmt_prepare', (sql: string) => void answer(sql));
    connection.on('init_db', () => reply(connection, () => connection.writeOk()));
    connection.on('ping', () => reply(connection, () => connection.writeOk()));
    connection.on('packet', (_: unknown, known: boolean) => {
      if (!known) reply(connection, () => connection.writeOk());
    });
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: SERVER_VERSION,
      connectionId: me.id,
      statusFlags: 2,
      characterSet: UTF8MB4,
      capabilityFlags: 0xffffff ^ 0x800 ^ 0x20,
      authCallback: (login: Login, done: (error: null, refusal?: { message: string; code: number }) => void) => {
        const right = login.user === MYSQL_USER && !world.story.refuses?.mysql && passwordIsRight(login);
        if (right) done(null);
        else done(null, { code: 1045, message: `Access denied for user '${login.user}'@'127.0.0.1' (using password: YES)` });
        connection.sequenceId = 0;
      },
    });
  });
  const net = (server as unknown as { _server: NetServer })._server;
  await new Promise<void>((resolve) => net.listen(0, '127.0.0.1', resolve));
  const { port } = net.address() as AddressInfo;
  return {
    url: `mysql://${MYSQL_USER}:${MYSQL_PASSWORD}@127.0.0.1:${port}/checkout`,
    port,
    inFlight: () => flying,
    close: () =>
      new Promise((resolve) => {
        net.close(() => resolve());
        for (const connection of open) connection.stream.destroy();
      }),
  };
}

/** mysql2 counts packets for a client; a server's answer begins at 1, and the next command at 0. */
function reply(connection: ServerConnection, write: () => void): void {
  connection.sequenceId = 1;
  try {
    write();
  } catch (error) {
    if (error instanceof MysqlRefusal) connection.writeError({ code: error.errno, message: error.message });
    else connection.writeError({ code: 1105, message: `the stand-in failed: ${String(error)}` });
  }
  connection.sequenceId = 0;
}

function writeResult(connection: ServerConnection, set: ResultSet): void {
  const columns = set.columns.map((name, n) => ({
    catalog: 'def',
    schema: '',
    table: '',
    orgTable: '',
    name,
    orgName: name,
    characterSet: UTF8MB4,
    columnLength: 1024,
    columnType: typeOf(set, n),
    flags: 0,
    decimals: 0,
  }));
  const rows = set.rows.map((row) => Object.fromEntries(set.columns.map((name, n) => [name, row[n] ?? null])));
  connection.writeTextResult(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]))),
    columns,
  );
}

function typeOf(set: ResultSet, column: number): number {
  const values = set.rows.map((row) => row[column]).filter((value) => value !== null);
  if (values.length === 0 || !values.every((value) => typeof value === 'number')) return VAR_STRING;
  if (!values.every(Number.isInteger)) return DOUBLE;
  return values.every((value) => Math.abs(Number(value)) < 2 ** 31) ? LONG : LONGLONG;
}

/** mysql_native_password: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html */
function passwordIsRight(login: Login): boolean {
  const sha1 = (...parts: readonly (Buffer | string)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha1')).digest();
  const stage1 = sha1(MYSQL_PASSWORD);
  const scramble = sha1(login.authPluginData1, login.authPluginData2.subarray(0, 12), sha1(stage1));
  return Buffer.compare(Buffer.from(login.authToken), Buffer.from(stage1.map((byte, n) => byte ^ (scramble[n] ?? 0)))) === 0;
}
