import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreCase } from '../../src/core/evaluate.ts';
import { redact } from '../../src/core/redact.ts';
import { redactValue } from '../../src/core/redact-value.ts';
import { judgeTextLine } from '../../src/core/text/judge-text.ts';

/** How frameworks, drivers and servers echo a statement. `§`: a literal that must not leave; without quotes where they write none. */
const echoes: readonly [who: string, text: string, said: string][] = [
  [
    'Laravel, quoted',
    "SQLSTATE[23000]: Integrity constraint violation: 1062 Duplicate entry '7-3' for key 'users.one' (Connection: mysql, SQL: insert into `users` (`email`, `n`) values ('§', 12))",
    "SQLSTATE[23000]: Integrity constraint violation: 1062 Duplicate entry '7-3' for key 'users.one' (Connection: mysql, SQL: insert into `users` (`email`, `n`) values (?))",
  ],
  ['Laravel, bare', "(SQL: insert into `users` (`name`) values (§ O'Brien (x), 3))", '(SQL: insert into `users` (`name`) values (?))'],
  [
    'Laravel, bare in a condition',
    '(SQL: select * from `users` where `name` = § Doe and `n` > 3 limit 1)',
    '(SQL: select * from `users` where `name` = ? and `n` > ? limit 1)',
  ],
  ['Laravel, bare in a list', '(SQL: delete from `a` where `b` in (3, § x))', '(SQL: delete from `a` where `b` in (?))'],
  [
    'Laravel, bare in SET',
    '(SQL: update `a` set `b` = § Lane 3, `c` = 9 where `id` = 9)',
    '(SQL: update `a` set `b` = ?, `c` = ? where `id` = ?)',
  ],
  [
    'Rails on PostgreSQL',
    'SELECT "users".* FROM "users" WHERE "users"."email" = $1 LIMIT $2  [["email", "§"], ["LIMIT", 1]]',
    'SELECT "users".* FROM "users" WHERE "users"."email" = $1 LIMIT $2  [["email", ?], ["LIMIT", ?]]',
  ],
  [
    'Rails on MySQL',
    "Mysql2::Error: Unknown column 'users.zip' in 'where clause': SELECT `users`.* FROM `users` WHERE `users`.`zip` = '§' LIMIT 1",
    "Mysql2::Error: Unknown column 'users.zip' in 'where clause': SELECT `users`.* FROM `users` WHERE `users`.`zip` = ? LIMIT 1",
  ],
  [
    'Knex',
    "insert into `users` (`email`) values ('§') - Duplicate entry '7' for key 'users.email'",
    "insert into `users` (`email`) values (?) - Duplicate entry '7' for key 'users.email'",
  ],
  [
    'SQLAlchemy',
    "(pymysql.err.IntegrityError) (1062, \"Duplicate entry '7' for key 'k'\")\n[SQL: INSERT INTO users (email) VALUES (%(email)s)]\n[parameters: {'email': '§', 'n': 5}]",
    "(pymysql.err.IntegrityError) (1062, \"Duplicate entry '7' for key 'k'\")\n[SQL: INSERT INTO users (email) VALUES (?)]\n[parameters: {'email': ?, 'n': ?}]",
  ],
  [
    'Doctrine',
    "executing 'INSERT INTO users (email) VALUES (?)' with params [\"§\", 1]:\n\n1062 Duplicate entry '7' for key 'k'",
    "executing 'INSERT INTO users (email) VALUES (?)' with params [?, ?]:\n\n1062 Duplicate entry '7' for key 'k'",
  ],
  [
    'TypeORM',
    'query failed: INSERT INTO "user"("id", "email") VALUES (DEFAULT, $1) -- PARAMETERS: ["§"]',
    'query failed: INSERT INTO "user"("id", "email") VALUES (?) -- PARAMETERS: [?]',
  ],
  [
    'Sequelize',
    "Executing (default): UPDATE users SET email='§' WHERE id=12;",
    'Executing (default): UPDATE users SET email=? WHERE id=?;',
  ],
  [
    'Prisma',
    'SELECT `main`.`User`.`id` FROM `main`.`User` WHERE `main`.`User`.`email` = \'§\' LIMIT 1 OFFSET 0\nParams: ["§",1]',
    'SELECT `main`.`User`.`id` FROM `main`.`User` WHERE `main`.`User`.`email` = ? LIMIT 1 OFFSET 0\nParams: [?,?]',
  ],
  ['Hibernate', 'binding parameter (1:VARCHAR) <- [§]', 'binding parameter (1:VARCHAR) <- [?]'],
  [
    'JSON in JSON',
    String.raw`{"sql":"select * from users where a = \"§\" and n = 3","keep":"12"}`,
    '{"sql":"select * from users where a = ? and n = ?","keep":"12"}',
  ],
  ['PostgreSQL, the row', 'DETAIL:  Failing row contains (1, §, null).', 'DETAIL:  Failing row contains (?).'],
  ['PostgreSQL, bound', "DETAIL:  parameters: $1 = '§', $2 = '3'", 'DETAIL:  parameters: $1 = ?, $2 = ?'],
  ['InnoDB', ' 0: len 5; hex 6a616e65; asc § ;;', ' 0: len 5; hex ?; asc ?;;'],
  ['a syntax error', "right syntax to use near '§', 12) where x' at line 1", "right syntax to use near '?, ?) where x' at line 1"],
  ['cut open', "SELECT * FROM `a` WHERE x = '§ never clo", 'SELECT * FROM `a` WHERE x = ?'],
  ['head cut off', "…WHERE email = '§' and n = 4242424242424242", '…WHERE email = ? and n = ?'],
  [
    'over lines, and the log goes on',
    "SELECT id,\n email\n  FROM users\n WHERE email =\n   '§'\n   AND n = 12\n2026-11-21 03:00:00 table 'comments' 12",
    "SELECT id,\n email\n  FROM users\n WHERE email =\n   ?\n   AND n = ?\n2026-11-21 03:00:00 table 'comments' 12",
  ],
  [
    'a range error keeps what is just too large',
    "Out of range value for column 'post_id' at row 1: INSERT INTO `comments` (`post_id`, `body`) VALUES (2147501882, '§')",
    "Out of range value for column 'post_id' at row 1: INSERT INTO `comments` (`post_id`, `body`) VALUES (2147501882, ?)",
  ],
];

test.each(echoes)('%s', (_, text, said) => {
  expect(redact(text.replaceAll('§', 'Janeway'))).toBe(said);
});

test('a planted literal never survives, wherever the statement stands and whatever else is quoted in it', () => {
  const statement = fc.constantFrom(
    "SELECT * FROM t WHERE a = '§'",
    "select count(*) from t where a like '%§%' and b in (1, 2)",
    "insert into t (a, b) values (1, '§'), (2, '§')",
    "UPDATE `t` SET `a` = '§', `b` = 3 WHERE `c` = 4",
    "DELETE FROM t WHERE a = 1 OR b = '§'",
    "WITH x AS (SELECT 1 FROM y WHERE z = '§') SELECT * FROM x",
    "replace into t values ('§')",
    'SELECT "t"."a" FROM "t" WHERE "t"."b" = \'§\' ORDER BY "t"."c"',
  );
  const around = fc.constantFrom<[string, string]>(
    ['', ''],
    ['"', '"'],
    ['(SQL: ', ')'],
    ['[', ']'],
    ['app | ', ' | 0.1'],
    ['x\n', '\ny'],
    ['execute("', '")'],
  );
  const value = fc.string({ unit: fc.constantFrom(...'abcXYZ012 _-.,;()%#@é'), maxLength: 20 }).map((tail) => `Janeway${tail.trim()}`);
  fc.assert(
    fc.property(statement, around, value, (sql, [before, after], secret) => {
      const said = redact(before + sql.replaceAll('§', () => secret) + after);
      expect(said).not.toContain('Janeway');
      expect(said.startsWith(before)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('prose is no statement', () => {
  for (const text of [
    'Processing by UsersController#update as JSON, 12 ms',
    "Can't update table 'comments' in stored function: 12 rows",
    'Select the right index 5 for comments',
    "ALTER TABLE `comments` ADD CONSTRAINT `fk_1` FOREIGN KEY (`post_id`) REFERENCES `posts` (`id`), MODIFY `n` varchar(255) DEFAULT 'x'",
    "where to look: 12 values 'a'",
  ])
    expect(redact(text)).toBe(text);
});

describe('the labelled cases', () => {
  const rows = ['texts.jsonl', 'own.jsonl', 'held-out.jsonl'].flatMap((file) =>
    readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  test('no key fact is lost where the diagnosis leaves the process', () => {
    const lost = rows.flatMap((row) => {
      const diagnosis = judgeTextLine(row);
      if ('error' in diagnosis) return [`${row.id}: ${diagnosis.error}`];
      const labelled = {
        id: row.id,
        kind: row.kind,
        label: row.label,
        acceptable: row.acceptable ?? [row.label],
        keyFacts: row.key_facts ?? {},
        textSufficient: true,
      };
      // A value that is somebody's address is hidden on purpose.
      const missing = (one: typeof diagnosis) => scoreCase(labelled, one).facts.missing.filter((fact) => !fact.includes('@'));
      const said = missing(redactValue(diagnosis) as typeof diagnosis);
      return said.length > missing(diagnosis).length ? [`${row.id}: ${said.join(', ')}`] : [];
    });
    expect(lost).toEqual([]);
  });

  test('a second pass changes nothing', () => {
    for (const { text } of rows.filter((row) => typeof row.text === 'string')) expect(redact(redact(text))).toBe(redact(text));
  });
});

describe('is well-behaved', () => {
  const pieces = [
    'select ',
    'from ',
    'where ',
    'values ',
    '(',
    ')',
    "'",
    '"',
    '`',
    '\\',
    '=',
    ',',
    ' ',
    '1',
    'a',
    '.',
    '\n',
    'in ',
    'insert into ',
    'update a set ',
    'and ',
    ' near ',
    "' at line 1",
    '[["a", ',
    'Params: [',
    '?',
    'hex 0; asc ',
  ];
  test('a second pass changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 30 }), (parts) => {
        const once = redact(parts.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    'select ',
    'select a from ',
    'values (',
    "values ('",
    '`a`=b ',
    "where a = '",
    'in (',
    'insert into a (',
    '[["a", ',
    " near '",
    'update a set ',
    'Params: [',
    "x = \\'",
  ])('4 MB of %s take about ten times as long as 400 kB', (unit) => {
    expect(seconds(unit, 4_000_000)).toBeLessThan(40 * seconds(unit, 400_000) + 1);
  });
});

/** Processor time, not the wall's: the comparison holds on a busy machine. */
function seconds(unit: string, length: number): number {
  const text = unit.repeat(Math.ceil(length / unit.length));
  const before = process.cpuUsage();
  redact(text);
  return process.cpuUsage(before).user / 1e6;
}
