import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanLog } from '../../src/core/log-scan.ts';

const requests = (n: number) =>
  Array.from({ length: n }, (_, i) => `I, [2026-11-21T21:23:00.1 #1]  INFO -- : [req-${i}] Completed 200 OK in ${i}ms`).join('\n');

/** A block inside a long healthy log. */
const among = (block: string) => `${requests(200)}\n${block}\n${requests(20)}`;

describe('traces are kept whole, in every language', () => {
  test.each<[string, string, string]>([
    [
      'Ruby, on one request',
      "F, [2026-11-21T21:23:00.1 #1] FATAL -- : [4f2c9d1a-aaaa] ActionView::Template::Error (undefined method 'thread_id' for nil):\n[4f2c9d1a-aaaa] \n[4f2c9d1a-aaaa] Causes:\n[4f2c9d1a-aaaa] NoMethodError (undefined method 'thread_id' for nil)\n[4f2c9d1a-aaaa] app/models/conversation.rb:42:in 'reply'",
      'app/models/conversation.rb:42',
    ],
    [
      'rake',
      "bin/rails aborted!\nStandardError: An error has occurred, all later migrations canceled:\n\nMysql2::Error: Duplicate column name 'currency'\n/app/db/migrate/20261118081500_add_currency.rb:3:in 'change'\n\nCaused by:\nMysql2::Error: Duplicate column name 'currency'\n/app/db/migrate/20261118081500_add_currency.rb:3:in 'change'\nTasks: TOP => db:migrate\n(See full trace by running task with --trace)",
      'Tasks: TOP => db:migrate',
    ],
    [
      'Python',
      'Traceback (most recent call last):\n  File "/app/manage.py", line 22, in <module>\n    main()\n  File "/app/orders/models.py", line 7, in save\n    raise\ndjango.db.utils.OperationalError: (1205, \'Lock wait timeout exceeded\')',
      "django.db.utils.OperationalError: (1205, 'Lock wait timeout exceeded')",
    ],
    [
      'Java',
      'Exception in thread "main" java.lang.IllegalStateException: pool is closed\n\tat com.shop.Pool.get(Pool.java:31)\n\tat com.shop.Main.main(Main.java:9)\nCaused by: java.sql.SQLException: Too many connections\n\tat com.mysql.Driver.connect(Driver.java:88)\n\t... 2 more',
      'Caused by: java.sql.SQLException: Too many connections',
    ],
    [
      'Node',
      "/srv/app/src/server.js:3\n  return account.settings.currency;\n                          ^\n\nTypeError: Cannot read properties of undefined (reading 'currency')\n    at handler (/srv/app/src/server.js:3:36)\n    at processTicksAndRejections (node:internal/process/task_queues:95:5) {\n  code: 'X'\n}",
      '/srv/app/src/server.js:3',
    ],
    [
      'PHP',
      'PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/db.php:12\nStack trace:\n#0 /var/www/db.php(12): PDO->__construct()\n#1 {main}\n  thrown in /var/www/db.php on line 12',
      '#1 {main}',
    ],
    [
      'Go',
      'panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a]\n\ngoroutine 1 [running]:\nmain.reserve(0x0)\n\t/src/main.go:12 +0x1d\nmain.main()\n\t/src/main.go:7 +0x2a\nexit status 2',
      '/src/main.go:12',
    ],
  ])('%s', (_, block, deepest) => {
    const { lines, errors } = scanLog(among(block));
    const shown = lines.join('\n');
    for (const line of block.split('\n').filter((l) => l.trim() !== '')) expect(shown).toContain(line.trim());
    expect(shown).toContain(deepest);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.strong).toBe(true);
  });

  test('of a trace longer than the page the head, the causes and the end stay', () => {
    const frames = (n: number) => Array.from({ length: n }, (_, i) => `\tat com.shop.Deep.call${i}(Deep.java:${i})`).join('\n');
    const { lines } = scanLog(
      among(
        `ERROR java.lang.RuntimeException: outer\n${frames(90)}\nCaused by: java.sql.SQLException: inner\n${frames(90)}\n\t... 40 more`,
      ),
    );
    expect(lines).toContain('ERROR java.lang.RuntimeException: outer');
    expect(lines).toContain('Caused by: java.sql.SQLException: inner');
    expect(lines).toContain('\t... 40 more');
    expect(lines.length).toBeLessThanOrEqual(60);
  });
});

describe('errors are named by what they say', () => {
  test.each<[string, string, string]>([
    [
      'below the heading',
      'rails aborted!\nStandardError: An error has occurred, all later migrations canceled:\n\nMysql2::Error: Table x is full\n',
      'Mysql2::Error: Table x is full',
    ],
    [
      'at the end of a Python traceback',
      'Traceback (most recent call last):\n  File "a.py", line 1\n    x\nKeyError: 12\n',
      'KeyError: <n>',
    ],
    [
      'without times and numbers',
      'E, [2026-11-21T21:23:00.1 #17] ERROR -- : order 77 failed: Net::ReadTimeout\n',
      'ERROR -- : order <n> failed: Net::ReadTimeout',
    ],
  ])('%s', (_, text, message) => expect(scanLog(text).errors[0]?.message).toBe(message));

  test('repetitions are one error with its number and times', () => {
    const text = [1, 2, 3].map((i) => `2026-11-21T21:0${i}:00.000000001Z ERROR order ${i} failed: timeout`).join('\n');
    expect(scanLog(text).errors).toMatchObject([{ count: 3, times: [1, 2, 3].map((i) => `2026-11-21T21:0${i}:00.000Z`) }]);
    expect(scanLog(text)).toMatchObject({ firstAt: '2026-11-21T21:01:00.000Z', lastAt: '2026-11-21T21:03:00.000Z' });
  });
});

describe('healthy lines that say "error"', () => {
  test.each([
    'Compiled with 0 errors and no warnings',
    'finished: 120 examples, 0 failures',
    '{"level":"info","msg":"sync done","errors":0}',
    'errors=0 failed=0 took=3ms',
    'GET /assets/error-404.css 200 12ms',
    'I, [2026-11-21T21:23:00.1 #1]  INFO -- : Error handler installed',
    '[Rollbar] Rollbar initialized',
    'Sentry is enabled, error reporting on',
    '-- create_table(:errors)',
    '   -> 0.0021s',
    '-- add_index(:failed_jobs, :exception_class)',
    '{"level":30,"msg":"error budget 99.9%"}',
  ])('%s', (line) => expect(scanLog(among(line)).errors).toEqual([]));

  test('tried again, and then fine', () => {
    const text =
      'Error: connect ECONNREFUSED 10.0.0.7:3306 (mysql), retrying in 2s\nError: connect ECONNREFUSED 10.0.0.7:3306 (mysql), retrying in 4s\nconnected to mysql 10.0.0.7:3306\n';
    expect(scanLog(text).errors).toEqual([]);
  });

  test('tried again, and given up', () => {
    const text =
      'Error: connect ECONNREFUSED 10.0.0.7:3306 (mysql), retrying in 2s\nError: connect ECONNREFUSED 10.0.0.7:3306 (mysql), giving up after 5 attempts\n';
    expect(scanLog(text).errors.at(-1)?.text).toContain('giving up');
  });

  test('another thing that went well heals nothing', () => {
    const text = 'Error: redis: connection refused, retrying\nassets precompiled: done\n';
    expect(scanLog(text).errors).toHaveLength(1);
  });
});

describe('what wraps a line is taken off', () => {
  test('colours and cursor movements', () => {
    expect(scanLog('\x1b[1m\x1b[31mTypeError\x1b[0m: x is not a function\x1b[K').lines).toEqual(['TypeError: x is not a function']);
  });

  test('the kubelet’s time', () => {
    const { lines, lastAt } = scanLog('2026-11-21T21:06:04.502486880Z rails aborted!\n');
    expect(lines).toEqual(['rails aborted!']);
    expect(lastAt).toBe('2026-11-21T21:06:04.502Z');
  });

  test('a progress bar shows only what it showed last', () =>
    expect(scanLog('10 %\r50 %\rError: disk full\r').lines).toEqual(['Error: disk full']));

  test.each<[string, object, string[]]>([
    [
      'pino',
      {
        level: 50,
        time: 1795296180000,
        msg: 'charge failed',
        err: { type: 'StripeError', message: 'card', stack: 'StripeError: card\n    at pay (/srv/pay.js:3:1)' },
      },
      ['ERROR charge failed StripeError: card', '    at pay (/srv/pay.js:3:1)'],
    ],
    [
      'semantic logger',
      {
        level: 'error',
        message: 'save failed',
        exception: { name: 'Mysql2::Error', message: 'Deadlock found', backtrace: ['app/a.rb:1', 'app/b.rb:2'] },
      },
      ['ERROR save failed Mysql2::Error: Deadlock found', '  app/a.rb:1', '  app/b.rb:2'],
    ],
    ['an error as text', { severity: 'ERROR', message: 'no', error: 'timeout after 5s' }, ['ERROR no timeout after 5s']],
    ['docker', { log: 'Error: nope\n', stream: 'stderr', time: '2026-11-21T21:00:00Z' }, ['Error: nope']],
  ])('JSON of %s', (_, record, shown) => {
    const { lines, errors } = scanLog(JSON.stringify(record));
    expect(lines).toEqual(shown);
    expect(errors).toHaveLength(1);
  });

  test('equal neighbours are folded', () =>
    expect(scanLog('boot\nwaiting\nwaiting\nwaiting\nready').lines).toEqual(['boot', 'waiting (×3)', 'ready']));
});

test('without an error the end is shown, and what ran last', () => {
  const text = `== 20261120130000 AddArchivedAt: migrating ====\n-- add_column(:orders, :archived_at, :datetime)\n${requests(300)}`;
  const { lines, errors } = scanLog(text);
  expect(errors).toEqual([]);
  expect(lines[1]).toBe('-- add_column(:orders, :archived_at, :datetime)');
  expect(lines.at(-1)).toContain('req-299');
});

test('an error in the middle of many megabytes is found', () => {
  const half = `${requests(60_000)}\n`;
  const { lines } = scanLog(`${half}Mysql2::Error: Unknown column 'x' in 'field list'\n${half}`);
  expect(lines).toContain("Mysql2::Error: Unknown column 'x' in 'field list'");
});

describe('whatever comes', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'Error: x',
      'rails aborted!',
      'Traceback (most recent call last):',
      '  at a',
      '{"level":"error"',
      '{"msg":1,"err":{"stack":[1]}}',
      '\x1b[',
      '\r',
      '',
      'Caused by:',
      'retrying',
      'GET GET 200',
      'x'.repeat(9_000),
    ),
  );

  test('the page is bounded and nothing throws', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
        const { lines } = scanLog(pieces.join('\n'));
        expect(lines.length).toBeLessThanOrEqual(60);
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(400);
      }),
      { numRuns: 150 },
    );
  });

  test('a healthy log around it never hides the first error', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (before, after) => {
        const { lines } = scanLog(`${requests(before)}\nFATAL disk quota exceeded\n${requests(after)}`);
        expect(lines).toContain('FATAL disk quota exceeded');
      }),
      { numRuns: 40 },
    );
  });
});

describe('logs of real failures (test/cases)', () => {
  interface Case {
    id: string;
    kind: string;
    text: string;
    label: string;
    key_facts: Record<string, string | string[]>;
  }
  const cases: Case[] = readFileSync(new URL('../cases/texts.jsonl', import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const flat = (text: string) => text.replace(/\x1b\[[0-9;]*m|[\s"'`]/g, '').toLowerCase();
  const factsIn = ({ text, key_facts }: Case) =>
    Object.values(key_facts ?? {})
      .flat()
      .filter((fact) => flat(text).includes(flat(fact)));
  const logs = cases.filter((c) => c.kind === 'pod_log');

  test('no fact that decides is lost, alone or at the end of a busy log', () => {
    const lost = logs.flatMap((c) => {
      const shown = [c.text, `${requests(300)}\n${c.text}`].map((text) => flat(scanLog(text).lines.join('\n')));
      return factsIn(c).flatMap((fact) => shown.flatMap((s, i) => (s.includes(flat(fact)) ? [] : [`${c.id} ${i}: ${fact}`])));
    });
    expect(logs.length).toBeGreaterThan(100);
    expect(lost).toEqual([]);
  });
});
