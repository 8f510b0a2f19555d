import { type Answer, cell, numberCell, rowsOf, textCell } from './mysql-ask.ts';
import { quotedAccount } from './mysql-blind.ts';

/** What this server is, asked by feature where it can be, by version only for the flavour. */
export interface Traits {
  self: number;
  mariadb: boolean;
  version: string;
  maxConnections: number | undefined;
  performanceSchema: boolean;
  /** Ready for a GRANT: `'bot'@'%'`. */
  account: string;
}

export const TRAITS = `SELECT CONNECTION_ID() AS self, VERSION() AS version, CURRENT_USER() AS account,
  @@max_connections AS max_connections, @@performance_schema AS performance_schema`;

/** Undefined when the answer is none that we know. */
export function traitsOf(answer: Answer | undefined): Traits | undefined {
  const row = rowsOf(answer)[0];
  const self = row === undefined ? undefined : numberCell(row, 'self');
  if (row === undefined || self === undefined) return undefined;
  const version = textCell(row, 'version');
  const schema = cell(row, 'performance_schema');
  return {
    self,
    mariadb: /mariadb/i.test(version),
    version,
    maxConnections: numberCell(row, 'max_connections'),
    performanceSchema: schema === 1 || schema === '1' || schema === 'ON',
    account: quotedAccount(textCell(row, 'account')),
  };
}
