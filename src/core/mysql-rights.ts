/** The account as a GRANT wants it: `'bot'@'%'`. `currentUser` is what CURRENT_USER() says. */
export function quotedAccount(currentUser: string): string {
  const at = currentUser.lastIndexOf('@');
  if (at <= 0) return "'bot'@'%'";
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return `${quote(currentUser.slice(0, at))}@${quote(currentUser.slice(at + 1))}`;
}

/** MariaDB calls its own rights otherwise. `version` is what VERSION() says. */
export const isMariadb = (version: string): boolean => /mariadb/i.test(version);

/** To end sessions of others. Ends in TO. */
export const killGrant = (mariadb: boolean): string => `GRANT ${mariadb ? 'CONNECTION ADMIN' : 'CONNECTION_ADMIN'} ON *.* TO`;

/** To see how far a replica is behind. Ends in TO. */
export const replicationGrant = (mariadb: boolean): string => `GRANT ${mariadb ? 'SLAVE MONITOR' : 'REPLICATION CLIENT'} ON *.* TO`;

/** A database, or all of them, for a GRANT: `` `shop`.* ``. */
export const everyTableOf = (db: string): string => `${db === '' ? '*' : `\`${db.replaceAll('`', '``')}\``}.*`;
