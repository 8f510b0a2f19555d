/** What a table of ours says about a name from outside. `constructor` and its kind, which every object has, are no entries. */
export function lookup<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
