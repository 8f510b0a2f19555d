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
const LISTS = /^\s*(?:\/\*.*?\*\/\s*)*(?:show\s+(?:full\s+)?processlist|select\b[^;]*\bfrom\s+\S*processlist\b)/is;

export function roleOf(row: ProcessRow, self?: number): Role {
  const command = row.command.toLowerCase();
  const user = row.user.toLowerCase();
  if ((self !== undefined && row.id === self) || (row.info !== undefined && row.info.length < 4_000 && isListing(row.info))) return 'own';
  if (SYSTEM_USERS.has(user) || SYSTEM_COMMANDS.has(command) || (row.info === undefined && SYSTEM_STATES.test(row.state))) return 'system';
  if (user === 'unauthenticated user' || (command === 'connect' && row.info === undefined)) return 'connecting';
  return row.info === undefined && (command === 'sleep' || command === '') ? 'sleeping' : 'running';
}

/** A look at the process list itself, ours or another's. */
function isListing(info: string): boolean {
  return /processlist/i.test(info) && LISTS.test(info);
}
