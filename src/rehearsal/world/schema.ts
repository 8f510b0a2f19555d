/** A table as information_schema tells it. */
export interface SchemaTable {
  name: string;
  rows: number;
  bytes: number;
  autoIncrement: string | null;
  columns: readonly SchemaColumn[];
  indexes: readonly { name: string; columns: readonly string[]; unique: boolean }[];
  foreignKeys: readonly { name: string; column: string; table: string; to: string }[];
  /** UTC ISO. */
  createdAt: string;
}

export interface SchemaColumn {
  name: string;
  /** As MySQL 8 writes it: `int`, `bigint unsigned`, `varchar(255)`. */
  type: string;
  nullable: boolean;
  autoIncrement: boolean;
}

/** `posts(id bigint auto, title varchar(255), body text null)`, with the rest by options. */
export function table(
  name: string,
  columns: string,
  more: {
    rows: number;
    next?: string;
    indexes?: readonly string[];
    foreignKeys?: SchemaTable['foreignKeys'];
    createdAt?: string;
    rowBytes?: number;
  },
): SchemaTable {
  return {
    name,
    rows: more.rows,
    bytes: more.rows * (more.rowBytes ?? 180),
    autoIncrement: more.next ?? String(more.rows + 1),
    columns: columns.split(',').map(column),
    indexes: [
      { name: 'PRIMARY', columns: ['id'], unique: true },
      ...(more.indexes ?? []).map((list) => {
        const unique = list.startsWith('unique ');
        const names = list.replace('unique ', '').split('+');
        return { name: `index_${name}_on_${names.join('_and_')}`, columns: names, unique };
      }),
    ],
    foreignKeys: more.foreignKeys ?? [],
    createdAt: more.createdAt ?? '2024-03-02T09:12:44Z',
  };
}

function column(text: string): SchemaColumn {
  const [name = '', ...rest] = text.trim().split(' ');
  const words = rest.filter((word) => word !== 'null' && word !== 'auto');
  return { name, type: words.join(' '), nullable: rest.includes('null'), autoIncrement: rest.includes('auto') };
}
