import type { MysqlError } from '../core/kit/mysql.ts';

export interface Blindness {
  why: string;
  fix: string;
}

/** The server names the account that it looked for. */
function denied(error: MysqlError): Blindness {
  const [, who = '', how = ''] = /for user ('[^']*'@'[^']*')(?: \((using password: \w+)\))?/i.exec(error.message) ?? [];
  return {
    why: `access denied${who === '' ? '' : ` for ${who}`} (${[String(error.errno), how].filter(Boolean).join(', ')})`,
    fix: 'Correct user and password in MYSQL_URL; if the server has no such user yet, the grants of deploy/mysql make it.',
  };
}

/** Why a server cannot be seen, in words, with what to paste or to check. */
export function blindness(error: MysqlError, account = "'bot'@'%'"): Blindness {
  switch (error.errno) {
    case 1040:
    case 1203:
    case 1226:
      return {
        why: `${error.message}: the server is full and refuses us, too`,
        fix: 'Free connections first: scale down or restart the clients that hold them. For later: leave the bot running, it keeps one connection open.',
      };
    case 1044:
      return {
        why: `no right on the database of MYSQL_URL: ${error.message}`,
        fix: `GRANT REFERENCES ON \`${/database '([^']+)'/.exec(error.message)?.[1]?.replaceAll('`', '``') ?? 'DATABASE'}\`.* TO ${account}; -- or leave the database out of MYSQL_URL`,
      };
    case 1045:
    case 1698:
      return denied(error);
    case 1049:
      return { why: error.message, fix: 'Correct the database at the end of MYSQL_URL, or leave it out.' };
    case 1129:
      return { why: error.message, fix: 'FLUSH HOSTS; then find what broke the earlier connections from this host.' };
    case 1130:
      return { why: error.message, fix: `Let the account in from this host: CREATE USER ${account} IDENTIFIED BY '…';` };
    case 1142:
    case 1227:
      return { why: `a right is missing: ${error.message}`, fix: `GRANT PROCESS ON *.* TO ${account};` };
  }
  switch (error.code) {
    case 'ECONNREFUSED':
      return { why: `${error.message}: nothing listens there`, fix: 'Check host and port in MYSQL_URL, and whether the server runs.' };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { why: `${error.message}: the name does not resolve`, fix: 'Check the host in MYSQL_URL and this machine’s DNS.' };
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { why: `${error.message}: no way there`, fix: 'Open the port for this machine (security group, network policy).' };
    case 'HANDSHAKE_SSL_ERROR':
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return { why: `${error.message}: no TLS with this server`, fix: 'Add ?ssl=on, ?ssl=unverified or ?ssl=off to MYSQL_URL.' };
    case 'ABORTED':
    case 'PROTOCOL_SEQUENCE_TIMEOUT':
      return {
        why: `${error.message}`,
        fix: 'The server hangs or is far too busy: look at it with the mysql client, SHOW FULL PROCESSLIST;',
      };
  }
  return { why: error.message, fix: 'Try it by hand: mysql -h HOST -u USER -p -e "SHOW FULL PROCESSLIST"' };
}
