import type { QueryConfig } from 'pg';

const names = new Map<string, string>();

/** A statement that each connection parses and plans once, not every time: for the long ones of the journal that is most of their cost. Texts are fixed. */
export function prepared(text: string, values: readonly unknown[]): QueryConfig {
  const name = names.get(text) ?? `pulaski ${names.size + 1}`;
  names.set(text, name);
  return { name, text, values: [...values] };
}
