/** DDL of MySQL, MariaDB and PostgreSQL as schema statements; everything else that changes something is `data`. */
import { type Source, source, split } from './source.ts';
import type { MigrationStatement } from './statement.ts';

const NAME = '(?:[`"\\[]?[\\w$-]+[`"\\]]?\\s*\\.\\s*)?[`"\\[]?([\\w$-]+)[`"\\]]?';
const at = (pattern: string): RegExp => new RegExp(`^\\s*${pattern.replace(/\bNAME\b/g, NAME)}`, 'i');

const createTable = at('CREATE\\s+(?:TEMPORARY\\s+|UNLOGGED\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?NAME');
const dropTable = at('DROP\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?NAME');
const renameTable = at('RENAME\\s+TABLE\\s+NAME\\s+TO\\s+NAME');
const createIndex = at(
  'CREATE\\s+(UNIQUE\\s+|FULLTEXT\\s+|SPATIAL\\s+)?INDEX\\s+(?:CONCURRENTLY\\s+)?(?:IF\\s+NOT\\s+EXISTS\\s+)?NAME\\s+ON\\s+(?:ONLY\\s+)?NAME',
);
const dropIndex = at('DROP\\s+INDEX\\s+(?:CONCURRENTLY\\s+)?(?:IF\\s+EXISTS\\s+)?NAME(?:\\s+ON\\s+NAME)?');
const alterTable = at('ALTER\\s+(?:ONLINE\\s+|IGNORE\\s+)?TABLE\\s+(?:IF\\s+EXISTS\\s+)?(?:ONLY\\s+)?NAME');
/** Settings and transactions change neither schema nor rows. */
const idle =
  /^\s*(?:SET|BEGIN|COMMIT|START|USE|LOCK|UNLOCK|ROLLBACK|PRAGMA|SELECT|SHOW|COMMENT|DELIMITER|ANALYZE|OPTIMIZE|GRANT)\b|^\s*(?:\/\*!.*)?\s*$/i;

export function readSql(text: string): readonly MigrationStatement[] {
  const src = source(text, 'sql');
  return pieces(src).flatMap(([from, to]) => statement(src, from, to));
}

function pieces(src: Source): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  let start = 0;
  for (let i = 0; i < src.text.length; i += 1) {
    const next = src.skip[i] ?? 0;
    if (next > i) i = next - 1;
    else if (src.text[i] === ';') {
      found.push([start, i]);
      start = i + 1;
    }
  }
  return [...found, [start, src.text.length]];
}

function statement(src: Source, from: number, to: number): readonly MigrationStatement[] {
  const text = src.text.slice(from, to);
  if (idle.test(text)) return [];
  const created = createTable.exec(text);
  if (created) return [{ op: 'create-table', table: created[1] ?? '' }, ...createdForeignKeys(created[1] ?? '', text)];
  const dropped = dropTable.exec(text);
  if (dropped) return [{ op: 'drop-table', table: dropped[1] ?? '' }];
  const renamed = renameTable.exec(text);
  if (renamed) return [{ op: 'rename-table', table: renamed[1] ?? '', to: renamed[2] ?? '' }];
  const index = createIndex.exec(text);
  if (index) {
    const unique = /unique/i.test(index[1] ?? '');
    const base = { op: 'add-index', table: index[3] ?? '', columns: columnsIn(text.slice(index[0].length)), name: index[2] ?? '' } as const;
    return [unique ? { ...base, unique } : base];
  }
  const noIndex = dropIndex.exec(text);
  if (noIndex) return [{ op: 'drop-index', table: noIndex[2] ?? '', columns: [], name: noIndex[1] ?? '' }];
  const altered = alterTable.exec(text);
  if (altered) return split(src, from + altered[0].length, to).flatMap((clause) => alteration(altered[1] ?? '', clause));
  return [{ op: 'data', text: verbOf(text) }];
}

type Clause = [RegExp, (table: string, m: RegExpExecArray, clause: string) => MigrationStatement | undefined];

const clauses: readonly Clause[] = [
  [
    at('ADD\\s+(?:CONSTRAINT\\s+(?:NAME\\s+)?)?FOREIGN\\s+KEY\\s*(?:NAME\\s*)?\\(([^)]*)\\)\\s*REFERENCES\\s+NAME'),
    (table, m) => ({ op: 'add-foreign-key', table, columns: namesIn(m[3]), to: m[4] ?? '', ...named(m[1] ?? m[2]) }),
  ],
  [at('ADD\\s+(?:CONSTRAINT\\s+(?:NAME\\s+)?)?PRIMARY\\s+KEY'), () => undefined],
  [
    at('ADD\\s+(?:CONSTRAINT\\s+(?:NAME\\s+)?)?(UNIQUE)\\s*(?:KEY|INDEX)?\\s*(?:NAME)?\\s*\\('),
    (table, m, clause) => ({ op: 'add-index', table, columns: columnsIn(clause), unique: true, ...named(m[3] ?? m[1]) }),
  ],
  [at('ADD\\s+(?:FULLTEXT\\s+|SPATIAL\\s+)?(?:INDEX|KEY)\\s*(?:IF\\s+NOT\\s+EXISTS\\s+)?(?:NAME)?\\s*(?:USING\\s+\\w+\\s*)?\\('), addIndex],
  [at('ADD\\s+(?:CONSTRAINT\\s+NAME\\s+)?CHECK'), () => undefined],
  [
    at('DROP\\s+FOREIGN\\s+KEY\\s+(?:IF\\s+EXISTS\\s+)?NAME'),
    (table, m) => ({ op: 'drop-foreign-key', table, columns: [], name: m[1] ?? '' }),
  ],
  [at('DROP\\s+(?:INDEX|KEY)\\s+(?:IF\\s+EXISTS\\s+)?NAME'), (table, m) => ({ op: 'drop-index', table, columns: [], name: m[1] ?? '' })],
  [at('DROP\\s+CONSTRAINT\\s+(?:IF\\s+EXISTS\\s+)?NAME'), (table, m) => ({ op: 'drop-foreign-key', table, columns: [], name: m[1] ?? '' })],
  [at('DROP\\s+PRIMARY'), () => undefined],
  [at('DROP\\s+(?:COLUMN\\s+)?(?:IF\\s+EXISTS\\s+)?NAME'), (table, m) => ({ op: 'drop-column', table, column: m[1] ?? '' })],
  [at('RENAME\\s+COLUMN\\s+NAME\\s+TO\\s+NAME'), (table, m) => ({ op: 'rename-column', table, column: m[1] ?? '', to: m[2] ?? '' })],
  [at('RENAME\\s+(?:INDEX|KEY)'), () => undefined],
  [at('RENAME\\s+(?:TO\\s+|AS\\s+)?NAME'), (table, m) => ({ op: 'rename-table', table, to: m[1] ?? '' })],
  [
    at('CHANGE\\s+(?:COLUMN\\s+)?NAME\\s+NAME\\s+([\\s\\S]*)'),
    (table, m) => {
      const [column = '', to = '', rest = ''] = m.slice(1);
      return column === to ? { op: 'change-column', table, column, ...shape(rest) } : { op: 'rename-column', table, column, to };
    },
  ],
  [
    at('MODIFY\\s+(?:COLUMN\\s+)?NAME\\s+([\\s\\S]*)'),
    (table, m) => ({ op: 'change-column', table, column: m[1] ?? '', ...shape(m[2] ?? '') }),
  ],
  [at('ALTER\\s+(?:COLUMN\\s+)?NAME\\s+([\\s\\S]*)'), postgresAlter],
  [
    at('ADD\\s+(?:COLUMN\\s+)?(?:IF\\s+NOT\\s+EXISTS\\s+)?NAME\\s+([\\s\\S]*)'),
    (table, m) => ({ op: 'add-column', table, column: m[1] ?? '', ...shape(m[2] ?? '', true) }),
  ],
];

function alteration(table: string, clause: string): readonly MigrationStatement[] {
  for (const [pattern, read] of clauses) {
    const m = pattern.exec(clause);
    if (!m) continue;
    const found = read(table, m, clause);
    return found ? [found] : [];
  }
  return [];
}

function addIndex(table: string, m: RegExpExecArray, clause: string): MigrationStatement {
  return { op: 'add-index', table, columns: columnsIn(clause), ...named(m[1]) };
}

function postgresAlter(table: string, m: RegExpExecArray): MigrationStatement | undefined {
  const [column = '', rest = ''] = m.slice(1);
  const type = /^(?:SET\s+DATA\s+)?TYPE\s+([\w ]+(?:\([\d, ]*\))?)/i.exec(rest);
  if (type) return { op: 'change-column', table, column, type: (type[1] ?? '').trim().toLowerCase() };
  if (/^SET\s+NOT\s+NULL/i.test(rest)) return { op: 'change-column', table, column, nullable: false };
  if (/^DROP\s+NOT\s+NULL/i.test(rest)) return { op: 'change-column', table, column, nullable: true };
  return undefined;
}

function createdForeignKeys(table: string, text: string): readonly MigrationStatement[] {
  const pattern = new RegExp(`(?:CONSTRAINT\\s+${NAME}\\s+)?FOREIGN\\s+KEY\\s*\\(([^)]*)\\)\\s*REFERENCES\\s+${NAME}`, 'gi');
  return [...text.matchAll(pattern)].map((m) => ({ op: 'add-foreign-key', table, columns: namesIn(m[2]), to: m[3] ?? '', ...named(m[1]) }));
}

/** Type, nullability and default of a column definition. An added column without NOT NULL takes NULL. */
function shape(rest: string, added = false): { type?: string; nullable?: boolean; hasDefault?: boolean } {
  const type = /^\s*([a-z]\w*(?:\s+(?:unsigned|varying|precision))?(?:\s*\([^)]*\))?(?:\s+unsigned)?)/i.exec(rest)?.[1];
  const nullable = /\bNOT\s+NULL\b/i.test(rest) ? false : added || /\bNULL\b/i.test(rest) ? true : undefined;
  const hasDefault = /\bDEFAULT\b|\bAUTO_INCREMENT\b|\bGENERATED\b|\bSERIAL\b/i.test(rest);
  return {
    ...(type ? { type: type.toLowerCase().replace(/\s+/g, ' ') } : {}),
    ...(nullable === undefined ? {} : { nullable }),
    ...(hasDefault ? { hasDefault } : {}),
  };
}

/** Columns of the first bracket: `(a, b(20) DESC)` is a, b. */
function columnsIn(text: string): readonly string[] {
  const open = text.indexOf('(');
  return open < 0 ? [] : namesIn(/^\(((?:[^()]|\([^()]*\))*)/.exec(text.slice(open))?.[1]);
}

function namesIn(list: string | undefined): readonly string[] {
  return (list ?? '')
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/\s.*$/, '')
        .replace(/[`"[\]]/g, ''),
    )
    .filter(Boolean);
}

function named(name: string | undefined): { name?: string } {
  return name ? { name } : {};
}

/** The verb and table of a data statement: never its values. */
function verbOf(text: string): string {
  const m = new RegExp(
    `^\\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|CREATE|ALTER|DROP|CALL|DO)\\b(?:\\s+(?:INTO|FROM|TABLE|IGNORE))*\\s*(?:${NAME})?`,
    'i',
  ).exec(text);
  return m ? `${(m[1] ?? '').toLowerCase()} ${m[2] ?? ''}`.trim() : 'sql';
}
