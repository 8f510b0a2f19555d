import type { TableReference } from './evidence.ts';
import { plural } from './migrations/read-rails.ts';
import { maxOf } from './rules/schema/integer-types.ts';

/** An integer column as information_schema describes it. */
export interface KeyColumn {
  /** `schema.table` where several schemas are looked at: they may have tables of one name. */
  table: string;
  name: string;
  type: string;
  nullable: boolean;
  primary: boolean;
  autoIncrement: boolean;
}

/** A declared foreign key. */
export interface KeyConstraint {
  table: string;
  column: string;
  to: string;
  toColumn: string;
  name: string;
}

export interface SchemaKeys {
  columns: readonly KeyColumn[];
  constraints: readonly KeyConstraint[];
  /** Declarations found in the code: `belongs_to :audit, foreign_key: :thread_ref`. */
  declared: readonly (TableReference & { of: string })[];
  /** Next value of each table's key, as text. */
  next: ReadonlyMap<string, string>;
}

/** A column that is smaller than the key it points to. */
export interface NarrowReference {
  column: KeyColumn;
  reference: TableReference;
  /** Share of the column's range that the key has used, in percent; undefined when the key's next value is not known. */
  usedPercent: number | undefined;
}

/** `shop.` of `shop.orders`; empty where one schema alone is looked at. */
const schemaOf = (table: string): string => table.slice(0, table.lastIndexOf('.') + 1);

/** `orders` of `shop.orders`. */
export const withoutSchema = (table: string): string => table.slice(table.lastIndexOf('.') + 1);

/** As a table of the schema of `own` calls it: its own schema need not be named. */
export const namedFrom = (own: string, table: string): string => (schemaOf(own) === schemaOf(table) ? withoutSchema(table) : table);

export const isUnsigned = (type: string): boolean => /unsigned/i.test(type);

/** Percent of the column's range that is below this value. */
export function percentOf(value: string | undefined, type: string): number | undefined {
  const max = maxOf(type, isUnsigned(type));
  if (value === undefined || max === undefined || !/^\d{1,30}$/.test(value)) return undefined;
  return Number((BigInt(value) * 10_000n) / max) / 100;
}

/** The key that others point to: the one that counts up, else the integer primary key, else `id`. */
function keyOf(columns: readonly KeyColumn[]): KeyColumn | undefined {
  return columns.find((one) => one.autoIncrement) ?? columns.find((one) => one.primary) ?? columns.find((one) => one.name === 'id');
}

/** `last_message_id` may mean `last_messages` or `messages`; `parent_id` its own table. */
function namedTable(column: KeyColumn, keys: ReadonlyMap<string, KeyColumn>): string | undefined {
  const stem = /^(\w+?)_?id$/i.exec(column.name)?.[1];
  if (stem === undefined || !/_id$/i.test(column.name)) return undefined;
  const words = stem.split('_');
  const schema = schemaOf(column.table);
  for (let i = 0; i < words.length; i++) {
    const rest = words.slice(i).join('_');
    const name = [plural(rest), rest, `${rest}s`].map((one) => schema + one).find((one) => keys.has(one));
    if (name !== undefined) return name;
  }
  return stem === 'parent' ? column.table : undefined;
}

/** Every reference we know of, the surest knowledge first: a constraint, the naming convention, a declaration in the code. */
function references(schema: SchemaKeys, keys: ReadonlyMap<string, KeyColumn>): ReadonlyMap<string, TableReference> {
  const found = new Map<string, TableReference>();
  const tables = Map.groupBy(new Set(schema.columns.map(({ table }) => table)), withoutSchema);
  // The code does not say in which schema its table is.
  for (const { of, ...reference } of schema.declared)
    for (const own of tables.get(of) ?? [])
      found.set(`${own}.${reference.column}`, { ...reference, table: schemaOf(own) + reference.table, by: 'code' });
  for (const column of schema.columns) {
    const table = column.autoIncrement ? undefined : namedTable(column, keys);
    const key = table === undefined ? undefined : keys.get(table);
    if (table !== undefined && key !== undefined)
      found.set(`${column.table}.${column.name}`, { column: column.name, table, to: key.name, by: 'name' });
  }
  for (const { table, column, to, toColumn, name } of schema.constraints) {
    found.set(`${table}.${column}`, { column, table: to, to: toColumn, by: 'constraint', constraint: name });
  }
  return found;
}

/** All columns that are smaller than the key they point to, the fullest first. */
export function narrowReferences(schema: SchemaKeys): readonly NarrowReference[] {
  const byTable = Map.groupBy(schema.columns, (column) => column.table);
  const keys = new Map(
    [...byTable].flatMap(([table, columns]) => (keyOf(columns) === undefined ? [] : [[table, keyOf(columns)] as const])),
  );
  const all = references(schema, new Map([...keys].flatMap(([table, key]) => (key === undefined ? [] : [[table, key]]))));
  return schema.columns
    .flatMap((column): readonly NarrowReference[] => {
      const reference = all.get(`${column.table}.${column.name}`);
      const key =
        reference === undefined
          ? undefined
          : ((byTable.get(reference.table) ?? []).find((one) => one.name === reference.to) ?? keys.get(reference.table));
      if (reference === undefined || key === undefined || !isSmaller(column.type, key.type)) return [];
      const typed = { ...reference, to: key.name, toType: key.type, toUnsigned: isUnsigned(key.type) };
      return [{ column, reference: typed, usedPercent: percentOf(schema.next.get(reference.table), column.type) }];
    })
    .toSorted((one, other) => (other.usedPercent ?? -1) - (one.usedPercent ?? -1));
}

function isSmaller(type: string, than: string): boolean {
  const own = maxOf(type, isUnsigned(type));
  const wanted = maxOf(than, isUnsigned(than));
  return own !== undefined && wanted !== undefined && own < wanted;
}

/** A key, or a column that holds another table's key, and how much of its range is used. */
export interface Headroom {
  /** `schema.table` where several schemas are looked at. */
  table: string;
  column: string;
  type: string;
  usedPercent: number;
  /** The table whose key runs out of this column; its own for a key. */
  of: string;
}

/** Keys and references that have used at least this much of their range, the fullest first. */
export function headroom(schema: SchemaKeys, percent: number): readonly Headroom[] {
  const own = schema.columns
    .filter((column) => column.autoIncrement)
    .map((column) => ({
      table: column.table,
      column: column.name,
      type: column.type,
      usedPercent: percentOf(schema.next.get(column.table), column.type) ?? 0,
      of: column.table,
    }));
  const pointing = narrowReferences(schema).map(({ column, reference, usedPercent }) => ({
    table: column.table,
    column: column.name,
    type: column.type,
    usedPercent: usedPercent ?? 0,
    of: reference.table,
  }));
  return [...own, ...pointing].filter((one) => one.usedPercent >= percent).toSorted((one, other) => other.usedPercent - one.usedPercent);
}
