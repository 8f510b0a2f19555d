/** What a migration file does to the schema, by its framework. Empty: it changes nothing that we can read. */
import type { MigrationFile } from './layout.ts';
import { readAlembic } from './read-alembic.ts';
import { readDjango } from './read-django.ts';
import { readJs } from './read-js.ts';
import { readLaravel } from './read-laravel.ts';
import { readRails } from './read-rails.ts';
import { readSql } from './read-sql.ts';
import type { MigrationStatement } from './statement.ts';

/** Blanks in such numbers say nothing, and patterns would go over them again and again. */
const BLANKS = /\s{80,}/g;

export function readMigration(file: MigrationFile, whole: string): readonly MigrationStatement[] {
  const text = whole.replace(BLANKS, (run) => (run.includes('\n') ? '\n' : ' '));
  switch (file.framework) {
    case 'rails':
      return readRails(text);
    case 'django':
      return readDjango(text, file.version.split('.')[0] ?? '');
    case 'alembic':
      return readAlembic(text);
    case 'laravel':
      return readLaravel(text);
    case 'knex':
    case 'sequelize':
    case 'typeorm':
      return readJs(text, file.framework);
    case 'goose':
    case 'dbmate':
      return readSql(text.replace(/^--\s*(?:\+goose Down|migrate:down)[\s\S]*$/m, ''));
    case 'prisma':
    case 'flyway':
    case 'golang-migrate':
      return readSql(text);
  }
}
