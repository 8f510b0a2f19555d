import type { ConnectionOptions } from 'mysql2';
import { MysqlError } from '../core/kit/mysql.ts';

/** A server that accepts the socket and says nothing is worse than one that refuses. */
const CONNECT_MS = 5_000;

/** One entry of MYSQL_URL. */
export interface Address {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  tls: 'rds' | 'on' | 'unverified' | 'off';
}

/** `mysql://user:password@host:3306/db?ssl=on|unverified|off`. Throws an error that shows nothing of the URL but its host. */
export function readUrl(text: string): Address {
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `mysql://${text}`);
  } catch {
    throw new MysqlError('MYSQL_URL holds an entry that is no URL of the form mysql://user:password@host:3306/database', 'BAD_URL');
  }
  const asked = url.searchParams.get('ssl') ?? url.searchParams.get('ssl-mode') ?? '';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    tls: tlsOf(asked.toLowerCase(), host),
  };
}

function tlsOf(asked: string, host: string): Address['tls'] {
  if (/^(off|false|0|disabled)$/.test(asked)) return 'off';
  if (/^(unverified|skip-verify|preferred)$/.test(asked)) return 'unverified';
  if (/\.rds\.amazonaws\.com(\.cn)?$/.test(host)) return 'rds';
  return asked === '' ? 'off' : 'on';
}

/** Without the database: several share a connection, and one that is misspelt must not shut out the others. */
export function connectionOptions(address: Address): ConnectionOptions {
  const ssl: Record<Address['tls'], ConnectionOptions['ssl'] | undefined> = {
    rds: 'Amazon RDS',
    on: { rejectUnauthorized: true },
    unverified: { rejectUnauthorized: false },
    off: undefined,
  };
  const tls = ssl[address.tls];
  return {
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    ...(tls === undefined ? {} : { ssl: tls }),
    connectTimeout: CONNECT_MS,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    dateStrings: true,
    multipleStatements: false,
    enableKeepAlive: true,
  };
}
