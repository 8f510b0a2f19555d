import { describe, expect, test } from 'vitest';
import { mayBeMigration, migrationFile } from '../../../src/core/migrations/layout.ts';

const cases: [path: string, text: string, framework: string, version: string][] = [
  ['db/migrate/20230301120000_add_post_to_comments.rb', '', 'rails', '20230301120000'],
  ['engines/shop/db/migrate/20230301120000_x.shop.rb', '', 'rails', '20230301120000'],
  ['db/animals_migrate/20230301120000_x.rb', '', 'rails', '20230301120000'],
  ['blog/migrations/0007_comment_post.py', 'class Migration(migrations.Migration):', 'django', 'blog.0007_comment_post'],
  ['database/migrations/2024_01_31_120000_create_posts.php', '', 'laravel', '2024_01_31_120000_create_posts'],
  ['migrations/20240131120000_posts.js', 'exports.up = (knex) => knex.schema', 'knex', '20240131120000_posts.js'],
  ['db/migrations/20240131120000-posts.js', 'async up(queryInterface, Sequelize) {}', 'sequelize', '20240131120000-posts.js'],
  ['src/migration/1700000000000-AddPosts.ts', 'implements MigrationInterface', 'typeorm', '1700000000000'],
  ['prisma/migrations/20240131120000_posts/migration.sql', '', 'prisma', '20240131120000_posts'],
  ['src/main/resources/db/migration/V1_2__posts.sql', '', 'flyway', '1.2'],
  ['alembic/versions/ab12_posts.py', "revision: str = 'ab12cd'\ndef upgrade():", 'alembic', 'ab12cd'],
  ['migrations/versions/ab12_posts.py', "revision = 'ab12cd'\ndef upgrade() -> None:", 'alembic', 'ab12cd'],
  ['migrations/000012_posts.up.sql', '', 'golang-migrate', '12'],
  ['migrations/00012_posts.sql', '-- +goose Up\n', 'goose', '12'],
  ['db/migrations/20240131_posts.sql', '-- migrate:up\n', 'dbmate', '20240131'],
];

describe('layouts', () => {
  test.each(cases)('%s', (path, text, framework, version) => {
    expect(mayBeMigration(path)).toBe(true);
    expect(migrationFile(path, text)).toMatchObject({ framework, version, path });
  });

  test.each(['db/changelog/001.xml', 'src/migrations/m0001.cs', 'priv/repo/migrations/2024_x.exs', 'migrations/2024_posts.sql'])(
    '%s is not understood, never none',
    (path) => expect(migrationFile(path, 'something else')).toBe('not-understood'),
  );

  test.each([
    'app/models/post.rb',
    'blog/migrations/__init__.py',
    'spec/migrations/add_post_spec.rb',
    'docs/migrations/howto.py',
    'migrations/000012_posts.down.sql',
    'prisma/migrations/migration_lock.toml',
    'app/services/migrator.rb',
  ])('%s is no migration', (path) => expect(migrationFile(path, '')).toBeUndefined());
});
