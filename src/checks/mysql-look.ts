import { type DigestGroup, type DigestResult, digest } from '../core/digest.ts';
import { queryGroup } from '../core/digest-findings.ts';
import type { Connections, Finding, Note, QueryGroup } from '../core/evidence.ts';
import type { MysqlServer } from '../core/kit/mysql.ts';
import { everyTableOf, replicationGrant } from '../core/mysql-rights.ts';
import { type ProcessRow, processRows } from '../core/processlist.ts';
import { type Asker, asker, refusalOf, rowsOf } from './mysql-ask.ts';
import { type Blindness, blindness } from './mysql-blind.ts';
import { lockFindings, TRANSACTIONS, type Transaction, transactionsOf } from './mysql-locks.ts';
import { replication } from './mysql-replication.ts';
import {
  digestFigures,
  explainable,
  type Learned,
  livePlan,
  noIndexOf,
  noIndexThreads,
  planOf,
  suspects,
  tablesOfGroups,
} from './mysql-statements.ts';
import { TRAITS, type Traits, traitsOf } from './mysql-traits.ts';
import { schemaGrant } from './mysql-verify.ts';

/** What one server showed. */
export type ServerLook = { seen: readonly Finding[]; asked: number } | { blind: Blindness; findings: readonly Finding[]; asked: number };

const APART_MS = 1_000;
const LIST = 'SHOW FULL PROCESSLIST';
/** Where the statements are too long to take them all: their beginnings, as many characters as performance_schema keeps. */
const BEGINNINGS = `SELECT ID, USER, HOST, DB, COMMAND, TIME, STATE, LEFT(INFO, 1024) AS INFO
  FROM information_schema.PROCESSLIST ORDER BY TIME DESC LIMIT 20000`;
/** A global right is missing. */
const NEEDS_RIGHT = 1227;
const SHOWN = 20;
/** The server is full: it refuses us like everybody. */
const FULL = new Set([1040, 1203, 1226]);

/** One look at one server: the list twice, then what explains it, within ten statements. */
export async function lookAt(server: MysqlServer, at: string, lean: boolean, signal: AbortSignal): Promise<ServerLook> {
  const ask = asker(server, signal);
  const first = await ask.ask(TRAITS);
  const refused = refusalOf(first);
  if (refused !== undefined) {
    const findings: readonly Finding[] = FULL.has(refused.errno ?? 0) ? [{ kind: 'connections', refused: true, tone: 'bad' }] : [];
    return { blind: blindness(refused), findings, asked: ask.asked() };
  }
  const traits = traitsOf(first);
  if (traits === undefined) return unknown(ask);
  const earlier = await listOf(ask, traits);
  if ('blind' in earlier) return earlier;
  const transactions = await ask.ask(TRANSACTIONS);
  if (refusalOf(transactions)?.errno === NEEDS_RIGHT) {
    const fix = `GRANT PROCESS ON *.* TO ${traits.account};`;
    return {
      blind: { why: `${server.host} shows only our own session: the PROCESS right is missing`, fix },
      findings: [],
      asked: ask.asked(),
    };
  }
  if (lean)
    return explain(ask, traits, { rows: earlier.rows, before: undefined, transactions: transactionsOf(rowsOf(transactions)), at, lean });
  await pause(APART_MS, signal);
  const later = await listOf(ask, traits);
  const rows = 'blind' in later ? earlier.rows : later.rows;
  const before = 'blind' in later ? undefined : earlier.rows;
  return explain(ask, traits, { rows, before, transactions: transactionsOf(rowsOf(transactions)), at, lean });
}

async function listOf(ask: Asker, traits: Traits): Promise<{ rows: readonly ProcessRow[] } | Extract<ServerLook, { blind: Blindness }>> {
  const whole = await ask.ask(LIST);
  const answer = refusalOf(whole)?.code === 'ANSWER_TOO_LARGE' ? await ask.ask(BEGINNINGS) : whole;
  const refused = refusalOf(answer);
  if (refused !== undefined) return { blind: blindness(refused, traits.account), findings: [], asked: ask.asked() };
  const rows = processRows(rowsOf(answer));
  return rows === undefined || rows.length === 0 ? unknown(ask) : { rows };
}

const unknown = (ask: Asker): Extract<ServerLook, { blind: Blindness }> => ({
  blind: {
    why: `${ask.server.host} answered in a form that is not known`,
    fix: 'Compare with: SHOW FULL PROCESSLIST; is this a MySQL or MariaDB server?',
  },
  findings: [],
  asked: ask.asked(),
});

/** What is learned beside the list, and the rights that were missing for it. */
interface Beside {
  learned: ReadonlyMap<string, Learned>;
  findings: readonly Finding[];
  missing: readonly string[];
}

/** What the look has gathered when it begins to ask why. */
interface Gathered {
  rows: readonly ProcessRow[];
  /** The list a second before. */
  before: readonly ProcessRow[] | undefined;
  transactions: readonly Transaction[];
  at: string;
  lean: boolean;
}

async function explain(ask: Asker, traits: Traits, { rows, before, transactions, at, lean }: Gathered): Promise<ServerLook> {
  const result = digest(rows, { self: traits.self, limit: SHOWN });
  const locks = await lockFindings(ask, { digest: result, rows, traits, transactions });
  const beside = lean ? { learned: new Map<string, Learned>(), findings: [], missing: [] } : await learn(ask, traits, result, rows, at);
  const missing = [...(locks.denied ? ['GRANT SELECT ON performance_schema.* TO'] : []), ...beside.missing];
  const earlier = before === undefined ? undefined : digest(before, { self: traits.self, limit: 0 }).groups;
  const host = ask.server.host;
  const seen: Finding[] = [
    ...result.groups.map((group) => groupFinding(group, beside.learned.get(group.fingerprint), earlier, host)),
    ...locks.locks.map((lock) => ({ ...lock, host })),
    withMaximum(result.connections, traits.maxConnections),
    ...beside.findings,
    ...(traits.readOnly && !lean ? [readerNote(host)] : []),
    ...[...new Set(missing)].map(
      (grant): Note => ({ kind: 'note', text: `${host}: sees more with: ${grant} ${traits.account};`, tone: 'normal' }),
    ),
  ];
  return { seen, asked: ask.asked() };
}

/** What hurts the writer does not show here. */
const readerNote = (host: string): Note => ({
  kind: 'note',
  text: `${host} takes no writes: a replica or a reader endpoint. It shows its own threads, not those of the writer`,
  tone: 'normal',
});

async function learn(ask: Asker, traits: Traits, result: DigestResult, rows: readonly ProcessRow[], at: string): Promise<Beside> {
  const groups = suspects(result.groups).slice(0, 3);
  const missing: string[] = [];
  const learned = new Map<string, Learned>();
  const add = (group: DigestGroup, more: Learned): void =>
    void learned.set(group.fingerprint, { ...learned.get(group.fingerprint), ...more });
  const findings: Finding[] = [];
  const db = groups[0]?.db || ask.server.db;
  if (groups.length > 0) {
    if (traits.performanceSchema) {
      const current = await noIndexThreads(ask, groups);
      if (current.denied) missing.push('GRANT SELECT ON performance_schema.* TO');
      for (const group of groups) {
        const none = noIndexOf(group, current.threads);
        if (none !== undefined) add(group, { noIndexUsed: none });
      }
    }
    const tables = await tablesOfGroups(ask, db, groups);
    findings.push(...tables.tables);
    if (tables.tables.length === 0 && tables.asked.length > 0) missing.push(schemaGrant(db));
    missing.push(...(await explainFirst(ask, traits, groups, rows, add)));
    if (traits.performanceSchema) {
      const figures = await digestFigures(ask, db, groups);
      for (const group of groups) {
        const figure = figures.figures.get(group.fingerprint);
        if (figure !== undefined) add(group, figure);
      }
    }
  }
  const replica = await replication(ask, at);
  if (replica.denied) missing.push(replicationGrant(traits.mariadb));
  return { learned, findings: [...findings, ...replica.findings], missing };
}

/** The plan of the largest group that can be explained. A table with a pending change lets EXPLAIN hang until the guard ends it: that is lost, no more. */
async function explainFirst(
  ask: Asker,
  traits: Traits,
  groups: readonly DigestGroup[],
  rows: readonly ProcessRow[],
  add: (group: DigestGroup, more: Learned) => void,
): Promise<readonly string[]> {
  const able = groups.flatMap((group) => {
    const row = group.threadIds.map((id) => rows.find((one) => one.id === id)).find((one) => explainable(group, one));
    return explainable(group, row) ? [{ group, row }] : [];
  })[0];
  const asked = able === undefined ? undefined : await planOf(ask, able.row);
  if (able !== undefined && asked?.plan !== undefined) {
    add(able.group, { plan: asked.plan });
    return [];
  }
  const first = groups[0];
  if (traits.mariadb && first !== undefined) {
    const { plan } = await livePlan(ask, first.sampleId);
    if (plan !== undefined) {
      add(first, { plan });
      return [];
    }
  }
  return able !== undefined && asked?.denied ? [`GRANT SELECT ON ${everyTableOf(able.row.db ?? ask.server.db)} TO`] : [];
}

function groupFinding(
  group: DigestGroup,
  learned: Learned | undefined,
  before: readonly DigestGroup[] | undefined,
  host: string,
): QueryGroup {
  const finding = { ...queryGroup(group), ...learned, host };
  // Seen once, for a moment: a statement that runs often is not a statement that is stuck.
  const again = before === undefined || before.some((one) => one.fingerprint === group.fingerprint && one.threads * 2 >= group.threads);
  return finding.tone === 'bad' && group.longestSeconds < 2 && !again ? { ...finding, tone: 'normal' } : finding;
}

/** Nine of ten connections in use: the next rush is refused. */
const FULL_SHARE = 0.9;

function withMaximum(connections: Connections, max: number | undefined): Connections {
  if (max === undefined || max <= 0) return connections;
  return { ...connections, max, ...((connections.used ?? 0) >= max * FULL_SHARE ? { tone: 'bad' } : {}) };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
