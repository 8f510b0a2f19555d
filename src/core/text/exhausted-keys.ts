import type { Fault } from './reading.ts';

/** The largest values of MySQL's and PostgreSQL's integer types: a key that reached one cannot grow. */
const limits: ReadonlySet<string> = new Set([
  '127',
  '255',
  '32767',
  '65535',
  '8388607',
  '16777215',
  '2147483647',
  '4294967295',
  '9223372036854775807',
  '18446744073709551615',
]);

/** `Duplicate entry '2147483647' for key 'PRIMARY'` is no duplicate, and MariaDB's 167 for `id` is the same thing: the key is used up. */
export function exhaustedKeys(faults: readonly Fault[]): readonly Fault[] {
  return faults.map((fault) => {
    if (
      fault.meaning === 'duplicate-entry' &&
      limits.has(fault.says.value ?? '') &&
      /(?:^|\.)primary$|_pkey$/i.test(fault.says.index ?? '')
    ) {
      return { ...fault, meaning: 'key-exhausted' };
    }
    if (fault.meaning === 'out-of-range' && fault.says.column?.toLowerCase() === 'id' && fault.by === 'mysql')
      return { ...fault, meaning: 'key-exhausted' };
    return fault;
  });
}
