import { readingThreads } from '../../digest-findings.ts';
import type { PlanRow, QueryGroup, Table } from '../../evidence.ts';
import { fingerprint } from '../../fingerprint.ts';
import { oneStatement } from '../../judge/one-statement.ts';
import { lockOfState } from '../../lock-waits.ts';
import type { Facts, Fit, Ground, Rule, Seen } from '../../rule.ts';
import { bareName, indexColumns, readStatement, type Statement } from '../../sql/statement.ts';
import { ground, on } from '../write.ts';
import { addIndex, indexName } from './add-index.ts';

/** A scan of fewer rows than this is no outage. */
const MANY_ROWS = 1_000;
/** The group is stuck: many threads at once, or fewer for long. */
const STUCK = [
  { threads: 5, seconds: 0 },
  { threads: 2, seconds: 10 },
  { threads: 1, seconds: 30 },
] as const;
const MANY_THREADS = 5;

/** Threads pile up on one statement that reads too many rows. Confirmed only by its plan, or by the server saying that it uses no index. */
export const missingIndex: Rule = {
  id: 'missing-index',
  explains: ['connections-exhausted', 'code-exception', 'probe-failing'],
  fits: (facts) => facts.of('query-group').flatMap((seen) => fitsOf(seen, facts)),
};

interface Reading {
  seen: Seen<QueryGroup>;
  statement: Statement;
  shape: string;
  /** Threads that read, not those that wait for a lock. */
  threads: number;
  table: string | undefined;
  columns: readonly string[];
  known: Table | undefined;
}

function fitsOf(seen: Seen<QueryGroup>, facts: Facts): readonly Fit[] {
  const reading = readingOf(seen, facts);
  if (reading === undefined) return [];
  const grounds = groundsOf(reading, facts);
  return grounds.length === 0 ? [] : [describe(reading, grounds, facts)];
}

function readingOf(seen: Seen<QueryGroup>, facts: Facts): Reading | undefined {
  const { finding } = seen;
  const shape = fingerprint(finding.fingerprint);
  const statement = readStatement(shape);
  if (!/^(select|with|update|delete|insert|replace)$/.test(statement.verb) || /^select (distinct )?sql_no_cache /.test(shape))
    return undefined;
  const threads = finding.states === undefined ? finding.threads : readingThreads(finding.states);
  const waiting = Object.entries(finding.states ?? {}).reduce((sum, [state, n]) => (lockOfState(state) === undefined ? sum : sum + n), 0);
  const seconds = finding.longestSeconds ?? 0;
  if (waiting > threads || !STUCK.some((one) => threads >= one.threads && seconds >= one.seconds)) return undefined;
  const worst = worstOf(finding.plan, statement);
  const tables = new Map(facts.of('table').map(({ finding: table }) => [bareName(table.table).toLowerCase(), table]));
  const table = worst === undefined ? unindexed(statement, tables) : aliasOf(worst.table, statement);
  const known = table === undefined ? undefined : tables.get(bareName(table).toLowerCase());
  const columns = table === undefined ? [] : indexColumns(statement, table);
  if (columns.length === 0 && threads < MANY_THREADS && finding.noIndexUsed !== true) return undefined;
  return { seen, statement, shape, threads, table, columns, known };
}

function aliasOf(name: string, statement: Statement): string {
  return statement.aliases.get(name) ?? name;
}

/** Whether an index of the table begins with one of the columns. Undefined when the indexes are not known. */
function served(table: Table | undefined, columns: readonly string[]): boolean | undefined {
  if (table?.indexes === undefined || columns.length === 0) return undefined;
  const wanted = new Set(columns.map((column) => column.toLowerCase()));
  return table.indexes.some((index) => wanted.has(index.columns[0]?.toLowerCase() ?? ''));
}

/** The first table whose conditions no known index serves; else the first that has conditions. */
function unindexed(statement: Statement, tables: ReadonlyMap<string, Table>): string | undefined {
  const used = statement.columns.filter((one) => indexColumns(statement, one.table).length > 0).map((one) => one.table);
  const bare = used.find((table) => served(tables.get(bareName(table).toLowerCase()), indexColumns(statement, table)) === false);
  return bare ?? used[0] ?? statement.tables[0];
}

/** The row of the plan that reads a whole table or index for a condition. */
function worstOf(plan: readonly PlanRow[] | undefined, statement: Statement): PlanRow | undefined {
  return plan?.filter((row) => scans(row, statement)).toSorted((one, other) => other.rows - one.rows)[0];
}

/**
 * `ALL` without a key. Also `index`, a walk through a whole index, when a condition is checked row by row: with ORDER BY id LIMIT 1 the estimate
 * says 1 row and the walk is the whole table.
 */
function scans(row: PlanRow, statement: Statement): boolean {
  const type = row.type.toLowerCase();
  if (type === 'all') return row.rows >= MANY_ROWS;
  if (type !== 'index' || !/using where/i.test(row.extra)) return false;
  const use = statement.columns.find((one) => bareName(one.table) === bareName(aliasOf(row.table, statement)));
  const conditions = use === undefined ? [] : [...use.equal, ...use.range];
  return row.rows >= MANY_ROWS || (/limit/.test(statement.text) && conditions.some((column) => column !== 'id'));
}

function groundsOf(reading: Reading, facts: Facts): readonly Ground[] {
  const { seen, threads, table, columns, known, statement } = reading;
  const { finding } = seen;
  const signal = `threads of ${seen.from.check}`;
  const worst = worstOf(finding.plan, statement);
  const examined = finding.rowsExaminedPerCall ?? 0;
  const proof: Ground[] = [];
  if (finding.noIndexUsed === true) proof.push(ground('the server itself says: no index used', seen, 'mechanism', 'no index used'));
  if (worst !== undefined) proof.push(ground(planWords(worst, table), seen, 'mechanism', 'plan'));
  if (examined >= MANY_ROWS) {
    const strength = proof.length > 0 || served(known, columns) === false ? 'mechanism' : 'sign';
    proof.push(ground(`each call examines ${examined} rows`, seen, strength, 'rows examined'));
  }
  if (proof.length === 0 && (finding.plan !== undefined || served(known, columns) === true)) return [];
  if (proof.length === 0 && (/^(update|delete|insert|replace)$/.test(statement.verb) || statement.locks)) return [];
  const many = `${threads} of ${finding.threads} threads on one statement read rows${finding.longestSeconds === undefined ? '' : `, the longest for ${finding.longestSeconds} s`}`;
  return [
    ...proof,
    ground(many, seen, 'sign', signal),
    ...(served(known, columns) === false
      ? [ground(`no index of ${table} begins with ${columns.join(' or ')}`, seen, 'sign', 'schema')]
      : []),
    ...around(facts).processor,
  ];
}

const planWords = (row: PlanRow, table: string | undefined): string =>
  `its plan reads ${row.type.toLowerCase() === 'index' ? 'a whole index' : 'the whole table'}${on(table ?? row.table, ' of ')}: type ${row.type}, key ${row.key ?? 'none'}${row.rows >= MANY_ROWS ? `, ${row.rows} rows` : ''}`;

/** The same for all groups of a judgement. */
interface Around {
  /** A processor that is much busier than usual goes with reading too much. */
  processor: readonly Ground[];
  /** Statements that add an index already, and to which tables. */
  adding: readonly { group: QueryGroup; tables: readonly string[] }[];
  groups: readonly QueryGroup[];
}

const surroundings = new WeakMap<Facts, Around>();

function around(facts: Facts): Around {
  const known = surroundings.get(facts);
  if (known !== undefined) return known;
  const busy = facts
    .of('metric')
    .find(({ finding }) => /cpu/i.test(finding.name) && !/credit/i.test(finding.name) && finding.tone === 'bad');
  const groups = facts.of('query-group').map(({ finding }) => finding);
  const made: Around = {
    processor: busy === undefined ? [] : [ground(`${busy.finding.name} is far above its usual`, busy, 'sign', 'cpu')],
    adding: groups.flatMap(adding),
    groups,
  };
  surroundings.set(facts, made);
  return made;
}

function adding(group: QueryGroup): Around['adding'] {
  if (!/\b(?:alter|create)\b/i.test(group.fingerprint)) return [];
  const shape = fingerprint(group.fingerprint);
  const adds = /^(alter table .* add (unique )?(index|key)\b|create (unique )?index )/.test(shape);
  return adds ? [{ group, tables: readStatement(shape).tables.map(bareName) }] : [];
}

/** A statement that already adds an index to the table. */
function fixRunning(table: string | undefined, facts: Facts): QueryGroup | undefined {
  if (table === undefined) return undefined;
  return around(facts).adding.find(({ tables }) => tables.includes(bareName(table)))?.group;
}

function describe(reading: Reading, grounds: readonly Ground[], facts: Facts): Fit {
  const { seen, table, columns, known, shape, threads } = reading;
  const { finding } = seen;
  const running = fixRunning(table, facts);
  const target = table === undefined ? undefined : bareName(table);
  const wanted = target === undefined || columns.length === 0 ? '' : ` ${target}(${columns.join(', ')})`;
  const mechanism = grounds.some((one) => one.strength === 'mechanism');
  return {
    cause: `${threads} threads are stuck on one statement that reads too many rows${mechanism ? '' : ', perhaps'}: an index${wanted} is missing`,
    grounds,
    against: [
      ...(mechanism ? [] : ['no plan was seen: many threads in one state can also queue for a mutex, or read what they must']),
      ...(target === undefined || columns.length === 0 ? [] : [`an index of ${target} that begins with ${columns[0]}`]),
      ...(running === undefined ? [] : [`the index is being added already (thread ${running.sampleId ?? 'unknown'})`]),
    ],
    facts: {
      ...(target === undefined ? {} : { table: target }),
      ...(columns.length === 0 ? {} : { columns: columns.join(', ') }),
      ...(target === undefined || columns.length === 0 ? {} : { index: indexName(target, columns) }),
      statement: shape,
      threads: String(finding.threads),
      ...(finding.longestSeconds === undefined ? {} : { seconds: String(finding.longestSeconds) }),
      ...(finding.rowsExaminedPerCall === undefined ? {} : { rowsExaminedPerCall: String(finding.rowsExaminedPerCall) }),
      ...(finding.host === undefined ? {} : { host: finding.host }),
      ...(running === undefined ? {} : { fixInProgress: running.fingerprint }),
    },
    remedy: addIndex({ table: target, columns, known, group: finding, running }),
    next: [
      'shed load first: switch the feature off, scale down, or end the statements of this shape',
      running === undefined ? 'then add the index' : 'let the index that is being added finish; do not start another',
      'was this statement, or the migration that should have brought the index, part of a release?',
    ],
    chain: [
      target === undefined || columns.length === 0 ? 'a statement finds no index' : `${target} has no index on ${columns.join(', ')}`,
      oneStatement(finding, around(facts).groups),
    ],
    about: `${target ?? shape} ${columns.join(',')} ${finding.host ?? ''}`,
    ...(target === undefined ? {} : { touches: [target] }),
  };
}
