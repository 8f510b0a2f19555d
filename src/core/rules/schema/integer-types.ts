import type { TableColumn } from '../../evidence.ts';

/** Largest values of integer columns, by type as MySQL and PostgreSQL print it. */
const signed: Readonly<Record<string, bigint>> = {
  tinyint: 127n,
  smallint: 32_767n,
  mediumint: 8_388_607n,
  int: 2_147_483_647n,
  integer: 2_147_483_647n,
  serial: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
  bigserial: 9_223_372_036_854_775_807n,
};

/** The largest value a column holds; undefined when it is no integer. */
export function maxOf(type: string, unsigned = false): bigint | undefined {
  const word = /^[a-z]+/.exec(type.toLowerCase())?.[0] ?? '';
  const max = signed[word];
  if (max === undefined) return undefined;
  return unsigned || /unsigned/i.test(type) ? max * 2n + 1n : max;
}

export function maxOfColumn(column: TableColumn | undefined): bigint | undefined {
  return column === undefined ? undefined : maxOf(column.type, column.unsigned);
}

/** The limits ids run into, smallest first. */
export const limits: readonly bigint[] = [32_767n, 65_535n, 8_388_607n, 16_777_215n, 2_147_483_647n, 4_294_967_295n];

export function integerIn(text: string | number | undefined): bigint | undefined {
  return text === undefined || !/^-?\d{1,40}$/.test(String(text)) ? undefined : BigInt(text);
}
