/** The migrations that a stretch of history ships, from files and their texts. */
import { type MigrationFile, migrationFile } from './layout.ts';
import { readMigration } from './read.ts';
import type { MigrationStatement } from './statement.ts';

export interface ShippedMigration {
  path: string;
  /** Undefined: in a migrations folder, but of a layout we cannot read. */
  file?: MigrationFile;
  statements: readonly MigrationStatement[];
  /** The revision it builds on (Alembic). */
  parent?: string;
}

/** Undefined when the file is no migration. */
export function shippedMigration(path: string, text: string): ShippedMigration | undefined {
  const file = migrationFile(path, text);
  if (file === undefined) return undefined;
  if (file === 'not-understood') return { path, statements: [] };
  const parent = file.framework === 'alembic' ? /^down_revision\s*(?::[^=\n]*)?=\s*['"]([\w-]+)['"]/m.exec(text)?.[1] : undefined;
  return { path, file, statements: readMigration(file, text), ...(parent ? { parent } : {}) };
}
