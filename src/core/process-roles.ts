import type { ProcessRow } from './processlist.ts';

/** What a row of the process list is to us. */
export type Role = 'own' | 'system' | 'connecting' | 'sleeping' | 'running';

/** The server's own threads, and those of the clouds that run it. */
const SYSTEM_USERS = new Set([
  'system user',
  'event_scheduler',
  'rdsadmin',
  'rdsrepladmin',
  'rdsproxyadmin',
  'rds_superuser_role',
  'azure_superuser',
  'cloudsqladmin',
  'cloudsqlreplica',
  'mysql.session',
  'mysql.sys',
  'mysql.infoschema',
  'mariadb.sys',
]);
const SYSTEM_COMMANDS = new Set([
  'binlog dump',
  'binlog dump gtid',
  'daemon',
  'register slave',
  'register replica',
  'table dump',
  'slave_io',
  'slave_sql',
  'slave_worker',
]);
const SYSTEM_STATES =
  /^(waiting on empty queue|(master|source) has sent all binlog|waiting for (master|source) to send event|(slave|replica) has read all relay log|waiting for an event from coordinator|waiting for (slave|replica) workers|innodb (purge|shutdown))/i;
const LISTS = /^\s*(?:\/\*(?:[^*]|\*(?!\/))*\*\/\s*)*(?:show\s+(?:full\s+)?processlist|select\b[^;]*\bfrom\s+\S*processlist\b)/is;

/** Nobody asks for the list in more characters than this; longer statements are not searched for it. */
const LISTING = 300;

export function roleOf(row: ProcessRow, self?: number): Role {
  return row.info !== undefined && isListing(row.info) ? 'own' : threadRole(row, self);
}

/** The role without a look at the statement, which a list of thousands asks once per shape. */
export function threadRole(row: ProcessRow, self?: number): Role {
  if (self !== undefined && row.id === self) return 'own';
  if (SYSTEM_USERS.has(row.user)) return 'system';
  // Nearly all rows: no need to look further.
  if (row.info !== undefined && (row.command === 'Query' || row.command === 'Execute')) return 'running';
  const command = row.command.toLowerCase();
  if (SYSTEM_USERS.has(row.user.toLowerCase()) || SYSTEM_COMMANDS.has(command) || (row.info === undefined && SYSTEM_STATES.test(row.state)))
    return 'system';
  if (row.user === 'unauthenticated user' || (command === 'connect' && row.info === undefined)) return 'connecting';
  return row.info === undefined && (command === 'sleep' || command === '') ? 'sleeping' : 'running';
}

/** A look at the process list itself, ours or another's. */
export function isListing(info: string): boolean {
  return info.length < LISTING && (info.includes('rocesslist') || info.includes('ROCESSLIST')) && LISTS.test(info);
}
