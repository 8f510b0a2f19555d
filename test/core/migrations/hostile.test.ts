import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrationFile } from '../../../src/core/migrations/layout.ts';
import { readMigration } from '../../../src/core/migrations/read.ts';
import { words } from '../../../src/core/migrations/statement.ts';
import { readDiff } from '../../../src/core/suspects/diff.ts';

const paths = [
  'db/migrate/20230301120000_x.rb',
  'blog/migrations/0007_x.py',
  'alembic/versions/ab_x.py',
  'database/migrations/2024_01_31_120000_x.php',
  'migrations/20240131120000_x.js',
  'prisma/migrations/20240131120000_x/migration.sql',
];
const pieces = [
  'add_column :a, :b',
  "t.string 'x'",
  'op.add_column(',
  'ALTER TABLE `a` ADD ',
  "Schema::table('a', function ($t) {",
  '$t->index([',
  'knex.schema.alterTable(',
  ')',
  '(',
  "'",
  '"',
  '`',
  '\n',
  'def upgrade():',
  'function up() {',
  ';',
  ',',
  '<<~SQL',
  'SQL',
  '#',
  '/*',
  '*/',
];

test('any broken migration is read without a throw, and its statements have words', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...paths),
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), { maxLength: 60 }),
      (path, parts) => {
        const text = parts.join(' ');
        const file = migrationFile(path, text);
        if (file === undefined || file === 'not-understood') return;
        for (const statement of readMigration(file, text)) expect(words(statement)).toMatch(/^\w/);
      },
    ),
    { numRuns: 300 },
  );
});

test('any broken diff is read without a throw', () => {
  const lines = ['diff --git a/x b/x', '+++ b/x', '--- a/x', '@@ -1,2 +1,2 @@ def x', '+a', '-b', ' c', '', '@@', '\\ No newline'];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string({ maxLength: 20 })), { maxLength: 40 }), (parts) => {
      for (const file of readDiff(parts.join('\n'))) expect(Array.isArray(file.hunks)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
