import { isMariadb, quotedAccount } from '../core/mysql-rights.ts';
import { type Answer, cell, numberCell, rowsOf, textCell } from './mysql-ask.ts';

/** What this server is, asked by feature where it can be, by version only for the flavour. */
export interface Traits {
  self: number;
  mariadb: boolean;
  version: string;
  maxConnections: number | undefined;
  performanceSchema: boolean;
  /** It takes no writes: a replica, or an Aurora reader. */
  readOnly: boolean;
  /** Ready for a GRANT: `'bot'@'%'`. */
  account: string;
}

export const TRAITS = `SELECT CONNECTION_ID() AS self, VERSION() AS version, CURRENT_USER() AS account,
  @@max_connections AS max_connections, @@performance_schema AS performance_schema, @@read_only AS read_only, @@innodb_read_only AS innodb_read_only`;

/** Undefined when the answer is none that we know. */
export function traitsOf(answer: Answer | undefined): Traits | undefined {
  const row = rowsOf(answer)[0];
  const self = row === undefined ? undefined : numberCell(row, 'self');
  if (row === undefined || self === undefined) return undefined;
  const version = textCell(row, 'version');
  const isOn = (name: string): boolean => ['1', 'ON'].includes(String(cell(row, name)).toUpperCase());
  return {
    self,
    mariadb: isMariadb(version),
    version,
    maxConnections: numberCell(row, 'max_connections'),
    performanceSchema: isOn('performance_schema'),
    readOnly: isOn('read_only') || isOn('innodb_read_only'),
    account: quotedAccount(textCell(row, 'account')),
  };
}
