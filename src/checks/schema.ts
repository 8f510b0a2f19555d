import type { Check, Look, Scope } from '../core/check.ts';
import type { Evidence, Table, TableReference } from '../core/evidence.ts';
import type { Kit } from '../core/kit/index.ts';
import type { MysqlServer } from '../core/kit/mysql.ts';
import type { Part } from '../core/part.ts';
import {
  isUnsigned,
  type KeyColumn,
  type NarrowReference,
  namedFrom,
  narrowReferences,
  percentOf,
  type SchemaKeys,
  withoutSchema,
} from '../core/schema-keys.ts';
import { namedIn, pointsToSchema, schemaTexts } from '../core/schema-pointers.ts';
import { type Asker, asker } from './mysql-ask.ts';
import { type Blindness, blindness } from './mysql-blind.ts';
import { MYSQL_URL } from './mysql-settings.ts';
import { TRAITS, traitsOf } from './mysql-traits.ts';
import { schemaGrant, verifyAll } from './mysql-verify.ts';
import { readColumns, readConstraints, readIndexes, readIntegerColumns, readSizes, type TableSize } from './schema-catalog.ts';

const BUDGET_MS = 12_000;
const NAME = 'schema';
/** Tables told at most, the fullest and the named ones first. */
const TOLD = 40;
const NAMED = 15;
/** From here on a column is as good as full. */
const FULL_PERCENT = 99;

/** Whether keys, columns and tables are what the errors say they are not. Asks only when something points there. */
export const schema: Part<Check, Pick<Kit, 'mysql'>> = {
  name: NAME,
  env: { MYSQL_URL },
  make: (env, kit) => {
    const servers = (): readonly MysqlServer[] => kit.mysql.servers(env('MYSQL_URL'));
    return {
      name: NAME,
      question: 'Do the columns the errors point to exist, and are they wide enough?',
      budgetMs: BUDGET_MS,
      // What the code declares about keys comes with the releases: worth waiting for.
      ready: (known) => pointsToSchema(known) && known.some((evidence) => evidence.check === 'releases'),
      look: (scope, signal) => look(servers(), scope, signal),
      verify: (signal) => verifyAll(servers, signal, ['schema']),
    };
  },
};

/** Nothing points here; where nobody could see, that is no news. */
function unasked(known: readonly Evidence[]): Look['outcome'] {
  const blind = known.flatMap((evidence) => (evidence.outcome.status === 'blind' ? [evidence.check] : []));
  if (blind.length === 0 || blind.length < known.length) return { status: 'quiet' };
  return {
    status: 'blind',
    why: `nothing says which table to look at: ${blind.join(', ')} cannot see`,
    fix: 'Mend one of those, then look again: npm run -s pulaski -- triage',
  };
}

type Seen = { tables: readonly Table[]; asked: number } | { blind: Blindness; asked: number };

async function look(servers: readonly MysqlServer[], scope: Scope, signal: AbortSignal): Promise<Look> {
  const before = tablesOf(scope.known, NAME);
  if (before.length === 0 && !pointsToSchema(scope.known)) return { outcome: unasked(scope.known) };
  const seen = await Promise.all(servers.map((server) => lookAt(asker(server, signal), scope, before)));
  const blind = seen.flatMap((one) => ('blind' in one ? [one.blind] : []));
  const tables = seen.flatMap((one) => ('blind' in one ? [] : one.tables));
  const common = {
    asOf: scope.now,
    scope: servers.map((server) => server.host).join(', '),
    cost: { statements: seen.reduce((sum, one) => sum + one.asked, 0) },
  };
  const found = tables.some((table) => table.tone !== 'normal');
  if (blind.length > 0 && !found) {
    const why = blind.map((one) => one.why).join('; ');
    return {
      ...common,
      outcome: {
        status: 'blind',
        why,
        fix: [...new Set(blind.map((one) => one.fix))].join('\n'),
        ...(tables.length === 0 ? {} : { findings: tables }),
      },
    };
  }
  return { ...common, outcome: { status: found ? 'found' : 'quiet', findings: tables } };
}

/** The table findings of one check, or of all others. */
function tablesOf(known: readonly Evidence[], check: string): readonly Table[] {
  return known
    .filter((evidence) => evidence.check === check)
    .flatMap((evidence) => evidence.outcome.findings ?? [])
    .filter((finding) => finding.kind === 'table');
}

/** A later look reads only what was named before, so that a changed type is seen soon and cheaply. */
async function lookAt(ask: Asker, scope: Scope, before: readonly Table[]): Promise<Seen> {
  const names = new Set(before.map((table) => table.table));
  const news = declaredIn(scope.known).some((reference) => !names.has(reference.of));
  return scope.lean && before.length > 0 && !news ? again(ask, before) : whole(ask, scope);
}

async function whole(ask: Asker, scope: Scope): Promise<Seen> {
  const db = ask.server.db;
  const columns = await readIntegerColumns(ask, db);
  if (columns.refused !== undefined) return { blind: blindness(columns.refused), asked: ask.asked() };
  const sizes = await readSizes(ask, db);
  if (sizes.refused !== undefined) return { blind: blindness(sizes.refused), asked: ask.asked() };
  if (sizes.rows.length === 0 || columns.rows.length === 0) return { blind: await noRights(ask), asked: ask.asked() };
  const constraints = await readConstraints(ask, db);
  const next = new Map(sizes.rows.flatMap((size) => (size.next === undefined ? [] : [[size.name, size.next] as const])));
  const keys: SchemaKeys = { columns: columns.rows, constraints: constraints.rows, declared: declaredIn(scope.known), next };
  const narrow = narrowReferences(keys);
  const named = namedTables(scope.known, sizes.rows);
  const [all, indexes] =
    named.length === 0 ? [[], new Map<string, never>()] : [(await readColumns(ask, db, named)).rows, await readIndexes(ask, db, named)];
  const told = tablesToTell(named, narrow, keys);
  const own = Map.groupBy(columns.rows, (column) => column.table);
  const complete = Map.groupBy(all, (column) => column.table);
  const pointing = Map.groupBy(narrow, ({ column }) => column.table);
  return {
    tables: told.map((table) =>
      tableFinding(
        table,
        complete.get(table) ?? own.get(table) ?? [],
        (pointing.get(table) ?? []).map(({ reference }) => reference),
        sizes.rows.find((size) => size.name === table),
        next,
        indexes.get(table),
      ),
    ),
    asked: ask.asked(),
  };
}

async function noRights(ask: Asker): Promise<Blindness> {
  const db = ask.server.db;
  const account = traitsOf(await ask.ask(TRAITS))?.account ?? "'bot'@'%'";
  return {
    why: `${ask.server.host} shows no column${db === '' ? '' : ` of ${db}`}: a right on them is missing`,
    fix: `${schemaGrant(db)} ${account};`,
  };
}

/** Declarations that the releases check found in the code. */
function declaredIn(known: readonly Evidence[]): SchemaKeys['declared'] {
  return tablesOf(known, 'releases').flatMap((table) =>
    (table.references ?? []).filter((reference) => reference.by === 'code').map((reference) => ({ ...reference, of: table.table })),
  );
}

/** Tables that the errors, or the statements the threads run, are about. */
function namedTables(known: readonly Evidence[], sizes: readonly TableSize[]): readonly string[] {
  const words = namedIn(schemaTexts(known));
  const statements = new Set(
    known
      .flatMap((evidence) => evidence.outcome.findings ?? [])
      .flatMap((finding) => (finding.kind === 'query-group' && finding.tone !== 'normal' ? (finding.tables ?? []) : [])),
  );
  return sizes
    .map((size) => size.name)
    .filter((name) => words.has(withoutSchema(name).toLowerCase()) || statements.has(withoutSchema(name)))
    .slice(0, NAMED);
}

/** The named ones, those with a column too small for its key, their parents, and keys that are nearly used up. */
function tablesToTell(named: readonly string[], narrow: readonly NarrowReference[], keys: SchemaKeys): readonly string[] {
  const full = keys.columns
    .filter((column) => column.autoIncrement && (percentOf(keys.next.get(column.table), column.type) ?? 0) >= 85)
    .map((column) => column.table);
  const worst = narrow.filter((one) => (one.usedPercent ?? 0) >= 50 || named.includes(one.reference.table));
  return [...new Set([...named, ...full, ...worst.flatMap(({ column, reference }) => [column.table, reference.table])])].slice(0, TOLD);
}

function tableFinding(
  table: string,
  columns: readonly KeyColumn[],
  references: readonly TableReference[],
  size: TableSize | undefined,
  next: ReadonlyMap<string, string>,
  indexes: Table['indexes'] | undefined,
): Table {
  const own = columns.filter((column) => column.autoIncrement);
  const full =
    own.some((column) => (percentOf(next.get(table), column.type) ?? 0) >= FULL_PERCENT) ||
    references.some(
      (reference) =>
        (percentOf(next.get(reference.table), columns.find((column) => column.name === reference.column)?.type ?? '') ?? 0) >= FULL_PERCENT,
    );
  return {
    kind: 'table',
    table: withoutSchema(table),
    // The key first: it is what others point to.
    columns: [...own, ...columns.filter((column) => !column.autoIncrement)].map(({ name, type, nullable }) => ({
      name,
      type,
      unsigned: isUnsigned(type),
      nullable,
    })),
    ...(indexes === undefined ? {} : { indexes }),
    ...(size?.db === undefined ? {} : { db: size.db }),
    ...(size?.rows === undefined ? {} : { rows: size.rows }),
    ...(size?.bytes === undefined ? {} : { bytes: size.bytes }),
    ...(size?.next === undefined ? {} : { autoIncrement: size.next }),
    ...(references.length === 0 ? {} : { references: references.map((one) => ({ ...one, table: namedFrom(table, one.table) })) }),
    ...(size?.builtAt === undefined ? {} : { changedAt: size.builtAt }),
    tone: full ? 'bad' : 'normal',
    // A column stays too small after the errors have stopped: the way round it is a cure, too.
    recovers: false,
  };
}

/** The same tables, read anew; what points where is known from before. */
async function again(ask: Asker, before: readonly Table[]): Promise<Seen> {
  const within = (db: string | undefined, name: string): string =>
    ask.server.db === '' && db !== undefined && !name.includes('.') ? `${db}.${name}` : name;
  const keyOf = ({ db, table }: Table): string => within(db, table);
  const names = [...new Set(before.map(keyOf))];
  const columns = await readColumns(ask, ask.server.db, names);
  const sizes = await readSizes(ask, ask.server.db, names);
  const refused = columns.refused ?? sizes.refused;
  if (refused !== undefined) return { blind: blindness(refused), asked: ask.asked() };
  const byTable = Map.groupBy(columns.rows, (column) => column.table);
  const next = new Map(sizes.rows.flatMap((size) => (size.next === undefined ? [] : [[size.name, size.next] as const])));
  const tables = before
    .filter((table) => byTable.has(keyOf(table)))
    .map((table) => {
      const key = keyOf(table);
      const own = byTable.get(key) ?? [];
      const size = sizes.rows.find((one) => one.name === key);
      const references = (table.references ?? []).map((reference) =>
        retyped({ ...reference, table: within(table.db, reference.table) }, byTable),
      );
      return tableFinding(key, own, references, size, next, table.indexes);
    });
  return { tables, asked: ask.asked() };
}

function retyped(reference: TableReference, byTable: ReadonlyMap<string, readonly KeyColumn[]>): TableReference {
  const key = byTable.get(reference.table)?.find((column) => column.name === reference.to);
  return key === undefined ? reference : { ...reference, toType: key.type, toUnsigned: isUnsigned(key.type) };
}
