import { scan } from './scan.ts';

/** One statement for each turn that the scan can take: every kind of token, comment, literal and list, whole and cut, in both widths of text. */
const TURNS: readonly string[] = [
  "SELECT /* a */ a.b, `c`.`d``e`, COUNT(*), Count( x ), t.* FROM db . `t` t2 -- note\nWHERE a=1 AND b <=> -1.5e-3 AND c != 'it''s \\'x\\'' LIMIT 5, 10;",
  'select @v := 5, 2fa_tokens.x, .5, 1., 1e5, 0xFF, 0b01, 0xZZ FROM d1.2fa # end\n where x is not null and y in (1, 2, "3", NULL) and (a, b) in ((1,2),(3,4))',
  "INSERT INTO T (a, B) VALUES (1, 'x'), (-2, NULL), (+3, NOW()), (x'AB', b'01'), (DEFAULT, _utf8mb4 'é') ON DUPLICATE KEY UPDATE a = VALUES(a)",
  "Select a->>'$.x', j -> '$', a||b, c && d, e << 1 >> 2, -f(x), a - 5, - - 5 From é_t Where id In (Select a, a From b) Order By FIELD(id, 3, 2, 1); SELECT ?",
  'SELECT /*!40001 SQL_NO_CACHE */ /*M!100100 x */ * FROM `orders` /*+ hint */ WHERE a IN (?, ?, b+1, b+1) AND t.`x` = "dq \\" ""x"" 東京"',
  "VALUES ROW(1,2), ROW(3,4) UNION ALL SELECT N'x' 'y', NULL, TRUE FROM t WHERE a IN (1,2",
  "UPDATE `a` SET b = 'unfinished \\",
  'SELECT a IN (a, b, c, b, c, a + 1, a + 1, , 2, 3), field(a, b, c, d, 1, 1), 1e5, 1e+5, 1E-7x, 5e, 7.5e3, 12345.678 FROM t WHERE a = 1e-',
  'SELECT 1 IN (1, a, 2, b, 2, a), ((1, 2), (1, 2)), 1.5',
  'SELECT 1.5e',
  'SELECT 0x1F',
  'SELECT 77',
  'DELETE FROM a WHERE b IN (',
  'SELECT a FROM `unfin',
  'SELECT a /* unfin',
  'SELECT n1....',
  'SELECT a FROM t WHERE b = 1 …',
  'SELECT a FROM t WHERE b =',
  'INSERT INTO t VALUES (1, 2), (3',
  'SELECT a.b.c, ((((a)))), x) , ) FROM t -- end',
  'select 1\n-- worker 5',
  '',
];

/** Enough for the engine to find the scan worth optimising. */
const ROUNDS = 100;
let primed = false;

/**
 * Shows the engine every branch of the scan once. Without it each branch that first appears deep in a large list throws away the optimised code:
 * a dozen recompilations, twice the time of the list itself. Takes some ten milliseconds, once.
 */
export function prime(): void {
  if (primed) return;
  primed = true;
  for (let round = 0; round < ROUNDS; round++) for (const sql of TURNS) scan(sql, round % 4 === 0 ? [] : undefined);
}
