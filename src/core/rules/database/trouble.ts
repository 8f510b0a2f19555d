import { shellWord, sqlText } from '../../paste.ts';
import { textRule } from '../text-rule.ts';
import { named, on, remedy } from '../write.ts';

type FactSheet = Readonly<Record<string, string>>;

export const deadlock = textRule({
  id: 'deadlock',
  strength: 'strong',
  cause: (facts) =>
    `Two transactions took the same rows in another order, and the database ended one of them${on(facts.place, ' (at ')}${facts.place === undefined ? '' : ')'}`,
  remedy: () =>
    remedy('look-closer', 'one of the two was rolled back whole; trying again is safe when the work is', {
      commands: ['SHOW ENGINE INNODB STATUS\\G -- LATEST DETECTED DEADLOCK'],
      safety: 'safe',
    }),
  next: () => [
    'do these come often, or was it one?',
    'take the rows in one order, or keep the transactions short, and try again on this error',
  ],
});

export const failoverReadOnly = textRule({
  id: 'failover-read-only',
  strength: 'strong',
  byRelease: 'no',
  explains: ['code-exception'],
  cause: (facts) =>
    `The database refuses to write: it is read-only${on(facts.option, ' (')}${facts.option === undefined ? '' : ')'}; the app talks to a replica or to the old primary`,
  remedy: () =>
    remedy('restart', 'after a failover the processes keep their connections to the old primary', {
      commands: ['SELECT @@read_only, @@hostname;', 'kubectl rollout restart deployment/<web> deployment/<worker>'],
      hazards: ['do not switch read_only off on a replica: the two servers would diverge'],
      safety: 'needs-care',
    }),
  next: () => ['which server does the app reach, and which one is the primary now?', 'restart the processes so that they connect anew'],
  chain: () => ['the primary changed', 'the processes still write to the old one'],
});

export const diskFull = textRule({
  id: 'disk-full',
  strength: 'strong',
  byRelease: 'no',
  explains: ['code-exception'],
  cause: (facts) => `No space is left${on(named(facts, 'path', 'file'), ' at ')}${on(facts.table, ' for table ')}`,
  remedy: () =>
    remedy('scale', 'nothing can be written until there is room', {
      commands: [
        'df -h',
        'SELECT TABLE_SCHEMA, TABLE_NAME, ROUND((DATA_LENGTH + INDEX_LENGTH) / POW(1024, 3), 1) AS gib FROM information_schema.TABLES ORDER BY 3 DESC LIMIT 10;',
      ],
      hazards: ['an ALTER or OPTIMIZE needs as much room again', 'do not delete binary logs by hand: PURGE BINARY LOGS'],
      safety: 'needs-care',
    }),
  next: () => ['is it the database volume, its temporary space, or the container?', 'make room or grow the volume', 'find what filled it'],
});

export const databaseUnreachable = textRule({
  id: 'database-unreachable',
  explains: ['code-exception', 'probe-failing'],
  strength: 'strong',
  cause: (facts) => whyUnreachable(facts),
  adds: ({ fault, reading }) => address(fault.says, reading.lines),
  remedy: (facts) =>
    facts.user === undefined && facts.database === undefined && facts.privilege === undefined
      ? remedy('look-closer', 'the app does not reach its database', {
          commands: facts.host === undefined ? [] : [`nc -vz ${shellWord(facts.host, '<host>')} ${shellWord(facts.port ?? '', '3306')}`],
          safety: 'safe',
        })
      : remedy('configure', 'the server answers and refuses: name, password, right or database do not fit', {
          commands: facts.user === undefined ? [] : [`SHOW GRANTS FOR '${sqlText(facts.user)}'@'${sqlText(facts.host ?? '%')}';`],
          hazards: ['a changed password must reach every process that uses it'],
          safety: 'needs-care',
        }),
  next: () => ['is the server up, and is the address the one of this environment?', 'did a secret, a security group or a name change?'],
});

function whyUnreachable(facts: FactSheet): string {
  if (facts.privilege !== undefined)
    return `The database user ${facts.user ?? ''} may not ${facts.privilege}${on(facts.table)}`.replace('  ', ' ');
  if (facts.database !== undefined && facts.user === undefined) return `The database ${facts.database} does not exist on this server`;
  if (facts.user !== undefined) return `The database refuses the login of ${facts.user}`;
  return `The database cannot be reached${on(facts.address ?? facts.host, ' at ')}`;
}

/** The parts of an address that stand on lines of their own in a Node error. */
function address(says: FactSheet, lines: readonly string[]): FactSheet {
  if (says.host !== undefined) return says.port === undefined ? {} : { address: `${says.host}:${says.port}` };
  const value = (name: string): string | undefined =>
    lines
      .map((line) => new RegExp(`^\\s*${name}: '?(?<value>[\\w.:-]{1,255}?)'?,?$`).exec(line)?.groups?.value)
      .find((v) => v !== undefined);
  const host = value('address');
  const port = value('port');
  return host === undefined ? {} : { host, ...(port === undefined ? {} : { port, address: `${host}:${port}` }) };
}

export const databaseConnectionLost = textRule({
  id: 'database-connection-lost',
  explains: ['code-exception'],
  strength: 'strong',
  cause: (facts) => `The connection to the database broke off${on(facts.migration, ' during migration ')}`,
  remedy: () =>
    remedy('look-closer', 'the server restarted, a failover happened, an idle connection was closed, or a statement was too large', {
      commands: ["SHOW GLOBAL STATUS LIKE 'Uptime';", "SHOW GLOBAL VARIABLES LIKE 'wait_timeout';"],
      hazards: ['whether the last statement was carried out is not known: look before doing it again'],
      safety: 'safe',
    }),
  next: () => [
    'did the server restart (uptime, events of the provider)?',
    'one process or all of them?',
    'see whether the statement was carried out before running it again',
  ],
});
