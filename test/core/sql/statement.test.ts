import { describe, expect, test } from 'vitest';
import { indexColumns, readStatement, tablesOf } from '../../../src/core/sql/statement.ts';

describe('tables of a statement', () => {
  test.each([
    ['SELECT * FROM `orders` WHERE a = 1', ['orders']],
    ['SELECT * FROM shop.orders o LEFT JOIN users AS u ON u.id = o.user_id', ['shop.orders', 'users']],
    ['SELECT * FROM a, b y WHERE a.x = y.z', ['a', 'b']],
    ['SELECT id FROM t WHERE id IN (SELECT post_id FROM posts)', ['t', 'posts']],
    ['SELECT MAX(n) FROM (SELECT n FROM t) x', ['t']],
    ['WITH c AS (SELECT id FROM a) SELECT * FROM c JOIN b ON b.id = c.id', ['a', 'b']],
    ['SELECT EXTRACT(YEAR FROM made_at) FROM t', ['t']],
    ['UPDATE LOW_PRIORITY t SET a = 1', ['t']],
    ['INSERT INTO t (a) SELECT b FROM u ON DUPLICATE KEY UPDATE a = 2', ['t', 'u']],
    ['DELETE FROM t WHERE a = 1', ['t']],
    ['ALTER TABLE `users` ADD COLUMN x INT', ['users']],
    ['CREATE UNIQUE INDEX i ON t (a)', ['t']],
    ['FLUSH TABLES users', ['users']],
    ['FLUSH TABLES WITH READ LOCK', []],
    ['LOCK TABLES a READ, b WRITE', ['a', 'b']],
    ['SELECT 1', []],
  ])('%s', (sql, tables) => expect(tablesOf(sql)).toEqual(tables));
});

describe('the index that would serve a statement', () => {
  test.each([
    ["SELECT * FROM orders WHERE external_ref = 'x' LIMIT 1", 'orders', ['external_ref']],
    ['SELECT * FROM c WHERE c.post_id = 5 ORDER BY c.created_at ASC LIMIT 9', 'c', ['post_id', 'created_at']],
    ['SELECT * FROM m WHERE conversation_id = 5 ORDER BY id DESC LIMIT 1', 'm', ['conversation_id']],
    ['SELECT * FROM t WHERE a > 5 AND b IN (1, 2)', 't', ['b', 'a']],
    ['SELECT * FROM c JOIN posts p ON p.id = c.post_id WHERE p.slug = 1', 'posts', ['id', 'slug']],
    ['UPDATE t SET a = 1, b = 2 WHERE k = 3', 't', ['k']],
    ['SELECT * FROM t WHERE LOWER(email) = 5', 't', []],
    ['SELECT COUNT(*) FROM t', 't', []],
  ])('%s', (sql, table, columns) => expect(indexColumns(readStatement(sql), table)).toEqual(columns));
});
