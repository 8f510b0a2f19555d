import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, fingerprintKey } from '../../src/core/fingerprint.ts';
import { scanBytes } from '../../src/core/sql/scan.ts';

describe('fingerprint', () => {
  test.each([
    ['SELECT * FROM t WHERE a=1', 'select * from t where a = ?'],
    ["select  *\n from t where a = 'x''y\\'z' -- why", 'select * from t where a = ?'],
    ['SELECT * FROM t WHERE a = "it\'s" # end', 'select * from t where a = ?'],
    ['/* app:shop */ SELECT a /* b */ FROM t', 'select a from t'],
    ['SELECT /*!40001 SQL_NO_CACHE */ * FROM `orders`', 'select sql_no_cache * from `orders`'],
    ['SELECT /*+ MAX_EXECUTION_TIME(2000) */ a FROM t', 'select a from t'],
    ['SELECT a FROM t WHERE b IN (1, 2,3)', 'select a from t where b in (?)'],
    ['SELECT a FROM t WHERE (b, c) IN ((1,2),(3,4))', 'select a from t where (b, c) in ((?, ?))'],
    ['SELECT a FROM t WHERE b IN (SELECT c, c FROM u)', 'select a from t where b in (select c, c from u)'],
    ['SELECT a FROM t LIMIT 5, 10', 'select a from t limit ?, ?'],
    ['SELECT a FROM t LIMIT 5', 'select a from t limit ?'],
    [
      "INSERT INTO t (a,b) VALUES (1,'x'),(2,NULL),(-3, 0xFF) ON DUPLICATE KEY UPDATE a = VALUES(a)",
      'insert into t (a, b) values (?, ?) on duplicate key update a = values (a)',
    ],
    ['INSERT INTO t VALUES (1, NOW()), (2, NOW())', 'insert into t values (?, now())'],
    ["SELECT x'AB', X'ab', b'01', N'x', _utf8mb4'abc', 0xFF, 1e-5, .5", 'select ?, ?, ?, ?, ?, ?, ?, ?'],
    ['SELECT a -5, a - 5 FROM t WHERE b = -5 AND c = - - 5', 'select a - ?, a - ? from t where b = ? and c = ?'],
    ['SELECT a FROM t WHERE b IS NULL AND c IS NOT NULL AND d = NULL', 'select a from t where b is null and c is not null and d = ?'],
    ['SELECT t2.a FROM t2_archive t2', 'select t2.a from t2_archive t2'],
    ["SELECT a FROM `we'ird` WHERE `x``y` = 1", "select a from `we'ird` where `x``y` = ?"],
    ['SELECT COUNT( * ) FROM Orders', 'select count(*) from Orders'],
    ['SELECT 1; SELECT 2;', 'select ?; select ?'],
    ["SELECT j->>'$.a' FROM t WHERE a<=>1 AND b!=2 AND c>=3", 'select j ->> ? from t where a <=> ? and b != ? and c >= ?'],
  ])('%s', (sql, shape) => {
    expect(fingerprint(sql)).toBe(shape);
    expect(fingerprintKey(shape)).toBe(fingerprintKey(sql));
  });

  test.each([
    "SELECT a FROM t WHERE b = 'unfinis",
    'SELECT a FROM t WHERE b IN (1, 2',
    'SELECT a FROM t WHERE b IN (1, 2,',
    'SELECT a FROM t /* unfinis',
    'SELECT a FROM t WHERE',
    'SELECT a FROM t WHERE b =',
    'SELECT n1....',
    'SELECT a FROM `unfin',
    'INSERT INTO t VALUES (1, 2), (3',
  ])('is cut: %s', (sql) => {
    expect(fingerprintKey(sql)).toBeLessThan(0);
    expect(fingerprint(sql)).toMatch(/ …$/);
    expect(fingerprintKey(fingerprint(sql))).toBe(fingerprintKey(sql));
  });

  test('a list cut in one place has the shape of the same list cut in another', () => {
    expect(fingerprint('SELECT a FROM t WHERE b IN (1, 2')).toBe(fingerprint("SELECT a FROM t WHERE b IN ('x', 5, 6,"));
  });

  const literal = fc.oneof(
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n.toExponential(3)),
    fc.string({ maxLength: 30 }).map((s) => `'${s.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`),
    fc.string({ maxLength: 30 }).map((s) => `"${s.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
    fc.integer({ min: 0 }).map((n) => `0x${n.toString(16)}`),
    fc.constant('NULL'),
  );
  const gap = fc.constantFrom(' ', '  ', '\n', '\t ', ' /* note */ ', ' -- note\n', ' # note\n');

  test('nothing but the literals, list lengths, white space and comments differ: one shape', () => {
    fc.assert(
      fc.property(fc.array(literal, { minLength: 1, maxLength: 20 }), literal, literal, gap, gap, (list, one, other, g, h) => {
        const sql = `SELECT${g}a,b FROM${h}t WHERE${g}x=${one} AND y IN (${list.join(`${h},`)})${g}OR z >${other}${h}LIMIT 3`;
        expect(fingerprint(sql)).toBe('select a, b from t where x = ? and y in (?) or z > ? limit ?');
      }),
    );
  });

  test('no literal is left, wherever the statement is cut', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z' "`\\;()-]{0,20}$/), fc.nat(200), (around, at) => {
        const body = `${around}s3cr3t${around}`.replaceAll('\\', '\\\\').replaceAll("'", "''");
        const sql = `INSERT INTO t (a, b) VALUES ('${body}', 1), (x'AB', '${body}') ON DUPLICATE KEY UPDATE a = '${body}'`;
        expect(fingerprint(sql.slice(0, at))).not.toMatch(/s3cr|note/);
      }),
    );
  });

  const token = fc.constantFrom(
    ...[
      'select',
      'a',
      '`b`',
      't.c',
      "'x'",
      '"y"',
      '5',
      '-',
      '+',
      '(',
      ')',
      ',',
      'IN',
      'values',
      'is null',
      '=',
      '>=',
      '<',
      '*',
      '/* c */',
      '-- d\n',
      'row',
    ],
    ...['count', 'COUNT(', 'limit', 'from', "x'AB'", '?', 'now()', 'end', 'field(', '#e\n', '/', '!', '(1, 2), (3, 4)', "('x'"],
  );

  test('the shape of a shape is itself, sense or no sense', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(token, fc.constantFrom('', ' ')), { maxLength: 9 }), (pieces) => {
        const shape = fingerprint(pieces.flat().join(''));
        expect(fingerprint(shape)).toBe(shape);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['/* ', "'", '"\\', '(', '((1,2),', 'IN (1,', '`', '- ', '-', 'a.', 'VALUES (1),', '_a ', 'COUNT ', '...', '/*! ', '-- '])(
    'reads each character a bounded number of times: %s',
    (piece) => {
      const read = (size: number): number => {
        let reads = 0;
        const text = piece.repeat(Math.ceil(size / piece.length));
        const bytes = new TextEncoder().encode(text);
        const counted = new Proxy(new Uint8Array([...bytes, ...new Uint8Array(8)]), {
          get: (target, key) => {
            reads++;
            return Reflect.get(target, key, target);
          },
        });
        scanBytes(counted, bytes.length, false);
        return reads;
      };
      expect(read(20_000)).toBeLessThan(10 * read(4_000) + 1_000);
    },
  );
});
