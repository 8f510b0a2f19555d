/** What one step of a migration does to the schema. */
export type MigrationStatement =
  | { op: 'create-table'; table: string }
  | { op: 'drop-table'; table: string }
  | { op: 'rename-table'; table: string; to: string }
  | ({ op: 'add-column' | 'change-column'; table: string; column: string } & ColumnShape)
  | { op: 'drop-column'; table: string; column: string }
  | { op: 'rename-column'; table: string; column: string; to: string }
  | { op: 'add-index'; table: string; columns: readonly string[]; unique?: boolean; name?: string }
  /** Named by its name or by its columns, as the source has it. */
  | { op: 'drop-index'; table: string; columns: readonly string[]; name?: string }
  | { op: 'add-foreign-key'; table: string; columns: readonly string[]; to?: string; name?: string }
  | { op: 'drop-foreign-key'; table: string; columns: readonly string[]; name?: string }
  /** Changes rows, or is code that nobody can read from outside. */
  | { op: 'data'; text: string };

export interface ColumnShape {
  /** As the source writes it: `bigint`, `string`, `models.CharField`. */
  type?: string;
  /** Absent: the source does not say. */
  nullable?: boolean;
  hasDefault?: boolean;
}

/** For `Migration.statements`: `add-index comments(post_id, created_at)`, `add-foreign-key comments(post_id) to posts`. */
export function words(s: MigrationStatement): string {
  switch (s.op) {
    case 'create-table':
    case 'drop-table':
      return `${s.op} ${s.table}`;
    case 'rename-table':
      return `rename-table ${s.table} to ${s.to}`;
    case 'add-column':
    case 'change-column':
      return `${s.op} ${s.table}.${s.column}${shape(s)}`;
    case 'drop-column':
      return `drop-column ${s.table}.${s.column}`;
    case 'rename-column':
      return `rename-column ${s.table}.${s.column} to ${s.to}`;
    case 'add-index':
      return `add-index ${s.table}(${s.columns.join(', ')})${s.unique ? ' unique' : ''}`;
    case 'add-foreign-key':
      return `add-foreign-key ${s.table}(${s.columns.join(', ')})${s.to ? ` to ${s.to}` : ''}`;
    case 'drop-index':
    case 'drop-foreign-key':
      return `${s.op} ${s.table}${s.columns.length > 0 ? `(${s.columns.join(', ')})` : ` ${s.name ?? ''}`}`.trim();
    case 'data':
      return `data ${s.text}`;
  }
}

function shape(s: ColumnShape): string {
  const nulls = s.nullable === undefined ? '' : s.nullable ? ' null' : ' not null';
  return `${s.type ? ` ${s.type}` : ''}${nulls}${s.hasDefault ? ' default' : ''}`;
}

/** The tables a list of statements speaks of, each once. */
export function tablesOf(statements: readonly MigrationStatement[]): readonly string[] {
  return [
    ...new Set(statements.flatMap((s) => ('table' in s ? ['to' in s && s.op !== 'rename-column' ? s.to : undefined, s.table] : []))),
  ].filter((t): t is string => t !== undefined);
}
