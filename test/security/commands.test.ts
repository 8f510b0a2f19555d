import { expect, test } from 'vitest';
import { diagnose } from '../../src/core/diagnose.ts';
import type { Finding } from '../../src/core/evidence.ts';
import { judgeText } from '../../src/core/text/judge-text.ts';

const at = '2026-11-21T03:04:00.000Z';
const names = [
  'x$(PWN(1))',
  'x`PWN(1)`',
  "x'; PWN(1); '",
  'x"; PWN(1); "',
  'x; PWN(1)',
  'x | PWN(1)',
  '--exec=PWN(1)',
  'x\nPWN(1)',
  'x`; PWN(1); -- ',
  '-x PWN(1)',
  'x&&PWN(1)',
];

/** What a shell or a server would read as more than a name: everything beside quotes. */
function bare(command: string): string {
  const quoted =
    command.startsWith('git ') || /^(?:nc|docker|kubectl|gh-ost|pt-online)/.test(command)
      ? /'[^']*'|\\'/g
      : /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\\\)*'/g;
  return command.replace(quoted, '');
}

function commandsOf(finding: Finding): readonly string[] {
  const bundle = {
    version: 1,
    openedAt: at,
    onset: at,
    evidence: [{ check: 'told', at, tookMs: 1, outcome: { status: 'found', findings: [finding] } }],
  } as const;
  return diagnose(bundle).hypotheses.flatMap((one) => one.remedy.commands);
}

const texts: readonly ((name: string) => string)[] = [
  (name) => `Mysql2::Error: Duplicate entry 'a' for key '${name}'`,
  (name) =>
    `Mysql2::Error: Cannot add or update a child row: a foreign key constraint fails (\`shop\`.\`${name}\`, CONSTRAINT \`fk\` FOREIGN KEY (\`${name}\`) REFERENCES \`${name}\` (\`${name}\`))`,
  (name) => `psycopg2.errors.UniqueViolation: could not create unique index "${name}"\nDETAIL:  Key (${name})=(1) is duplicated.`,
  (name) => `Mysql2::Error: Table '${name}' already exists`,
  (name) => `Mysql2::Error: Data truncated for column '${name}' at row 1: ALTER TABLE ${name} MODIFY ${name} INT`,
  (name) => `Failed to pull image "${name}": not found`,
  (name) => `Error: secret "${name}" not found`,
  (name) => `Error: configmap "${name}" not found`,
  (name) => `KeyError: '${name}'\nRuntimeError: environment variable ${name} is not set`,
  (name) => `Mysql2::Error::ConnectionError: Can't connect to MySQL server on '${name}:3306' (111)`,
  (name) => `Mysql2::Error: Access denied for user '${name}'@'${name}' (using password: YES)`,
  (name) => `Readiness probe failed: pod/${name}\nPods:\n  Name: ${name}\n  State: Waiting\n Readiness probe failed: HTTP probe failed`,
  (name) => `Traceback (most recent call last):\n  File "/app/${name}.py", line 3, in f\nZeroDivisionError: division by zero`,
  (name) => `/app/${name}.rb:3:in 'f': undefined method 'x' for nil (NoMethodError)`,
  (name) => `# Query_time: 9.1  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 9000000\nSELECT * FROM ${name} WHERE ${name} = 1;`,
];

test.each(names)('a command about %j names it, and does nothing with it', (name) => {
  for (const text of texts)
    for (const one of judgeText(undefined, text(name)).hypotheses)
      for (const command of [...one.remedy.commands, ...one.next.flatMap((step) => /SELECT .*/.exec(step) ?? [])])
        expect(bare(command), `${text(name)} gives ${command}`).not.toContain('PWN(1)');
  const frames = [{ file: `app/models/${name}.rb`, line: 3, function: 'f', inApp: true }];
  const findings: readonly Finding[] = [
    {
      kind: 'error-group',
      tone: 'bad',
      title: 'NoMethodError',
      class: 'NoMethodError',
      message: 'undefined method',
      frames,
      count: 900,
      isNew: true,
    },
    {
      kind: 'query-group',
      tone: 'bad',
      fingerprint: `select * from ${name}; PWN(1)`,
      threads: 90,
      longestSeconds: 90,
      tables: [name],
      noIndexUsed: true,
      plan: [{ table: name, type: 'ALL', key: null, rows: 9e6, extra: 'Using where' }],
    },
    {
      kind: 'query-group',
      tone: 'bad',
      fingerprint: `select * from \`${name.replaceAll('`', '``')}\` where a = ?`,
      threads: 90,
      longestSeconds: 90,
      tables: [name],
      db: name,
      noIndexUsed: true,
      plan: [{ table: name, type: 'ALL', key: null, rows: 9e6, extra: 'Using where' }],
    },
    {
      kind: 'workload',
      tone: 'bad',
      name,
      workload: 'pod',
      phase: 'Pending',
      reason: 'ImagePullBackOff',
      image: name,
      message: `Back-off pulling image "${name}"`,
    },
  ];
  for (const finding of findings) for (const command of commandsOf(finding)) expect(bare(command), command).not.toContain('PWN(1)');
});

test('and hostile names do get that far', () => {
  const said = texts.flatMap((text) =>
    names.flatMap((name) => judgeText(undefined, text(name)).hypotheses.flatMap((one) => one.remedy.commands)),
  );
  expect(said.filter((command) => command.includes('PWN(1)')).length).toBeGreaterThan(10);
});
