/** Columns that point to another table by declaration in the code only: the database and the naming convention do not know them. */
import type { TableReference } from '../evidence.ts';
import { plural } from '../migrations/read-rails.ts';

/** Fixed texts to look for; each declaration below holds one of them. */
export const declarationTexts = ['belongs_to', 'ForeignKey(', 'OneToOneField(', 'belongsTo(', '@JoinColumn', 'references:'] as const;

export interface Declared {
  table: string;
  reference: TableReference;
  path: string;
  line: number;
}

/** Only declarations that the naming convention would not find: the column is not `<singular of the table>_id`. */
export function declaredReferences(lines: readonly { path: string; line: number; text: string }[]): readonly Declared[] {
  return lines.flatMap(({ path, line, text }) => {
    const found = rails(path, text) ?? django(path, text) ?? laravel(path, text);
    if (!found || found.column === `${singularOf(found.to)}_id`) return [];
    return [{ table: found.table, reference: { column: found.column, table: found.to, to: 'id', by: 'code' }, path, line }];
  });
}

interface Found {
  table: string;
  column: string;
  to: string;
}

function rails(path: string, text: string): Found | undefined {
  const name = /^\s*belongs_to\s*\(?\s*:(\w+)/.exec(text)?.[1];
  const model = /(?:^|\/)models\/(?:concerns\/)?(.+)\.rb$/.exec(path)?.[1];
  if (!name || !model || /polymorphic:\s*true/.test(text)) return undefined;
  const named = /class_name:\s*['"](?:::)?([\w:]+)['"]/.exec(text)?.[1];
  const column = /foreign_key:\s*[:'"](\w+)/.exec(text)?.[1] ?? `${name}_id`;
  return { table: plural(model.replaceAll('/', '_')), column, to: named ? plural(snake(named)) : plural(name) };
}

function django(path: string, text: string): Found | undefined {
  const m = /^\s*(\w+)\s*=\s*models\.(?:ForeignKey|OneToOneField)\(\s*(?:to\s*=\s*)?['"]?([\w.]+)/.exec(text);
  const column = /db_column\s*=\s*['"](\w+)/.exec(text)?.[1];
  const app = /(?:^|\/)([\w-]+)\/models(?:\/(\w+))?\.py$/.exec(path);
  if (!m || !app) return undefined;
  const to = (m[2] ?? '').split('.').at(-1) ?? '';
  // The class that holds the field is not on this line: the app's name is what can be said.
  return { table: `${app[1]}_${app[2] ?? '*'}`, column: column ?? `${m[1]}_id`, to: `${app[1]}_${to.toLowerCase()}` };
}

function laravel(path: string, text: string): Found | undefined {
  const m = /belongsTo\(\s*\\?([\w\\]+)::class(?:\s*,\s*['"](\w+)['"])?/.exec(text);
  const model = /(?:^|\/)([A-Z]\w*)\.php$/.exec(path)?.[1];
  if (!m || !model || !m[2]) return undefined;
  const to = (m[1] ?? '').split('\\').at(-1) ?? '';
  return { table: plural(snake(model)), column: m[2], to: plural(snake(to)) };
}

function snake(name: string): string {
  return name
    .replaceAll('::', '_')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function singularOf(table: string): string {
  return /ies$/.test(table) ? table.replace(/ies$/, 'y') : table.replace(/([^s])s$/, '$1');
}
