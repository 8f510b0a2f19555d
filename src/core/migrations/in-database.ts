/** The migrations of a stretch of history, compared with what is in the database. */
import type { Look } from '../check.ts';
import type { Migration, Outcome } from '../evidence.ts';
import type { GitMirror } from '../kit/git.ts';
import { MysqlError, type MysqlServer } from '../kit/mysql.ts';
import { everyTableOf, quotedAccount } from '../mysql-rights.ts';
import type { History } from '../repository/history.ts';
import { appliedVersions } from './applied-versions.ts';
import { compare } from './compare.ts';
import { type ShippedMigration, shippedMigration } from './in-range.ts';
import { mayBeMigration } from './layout.ts';
import { oldCodeSafety } from './old-code.ts';
import { schemaTables } from './schema-tables.ts';
import { tablesOf, words } from './statement.ts';

/** Enough to find one that was forgotten some releases ago. */
const NEWEST = 20;
const MOST = 60;
const STATEMENTS = 40;

export interface FoundMigration extends ShippedMigration {
  /** Commit of the range that added or changed it; absent for an older one. */
  sha?: string;
  live: boolean;
}

/** Migrations of the commits in view, and the newest ones of the tree: one may have been forgotten releases ago. */
export async function shippedIn(mirror: GitMirror, history: History, signal: AbortSignal): Promise<readonly FoundMigration[]> {
  const at = history.running ?? history.head;
  const added = new Map<string, { sha: string; live: boolean }>();
  for (const commit of [...history.live].reverse()) for (const path of commit.files) added.set(path, { sha: commit.sha, live: true });
  for (const commit of [...history.waiting].reverse())
    for (const path of commit.files) if (!added.has(path)) added.set(path, { sha: commit.sha, live: false });
  const inView = [...added.keys()].filter(mayBeMigration);
  const older = (await mirror.tree(at, [], signal))
    .filter((path) => mayBeMigration(path) && !added.has(path))
    .toSorted(byVersion)
    .slice(-NEWEST);
  const found: FoundMigration[] = [];
  for (const path of [...inView.slice(-MOST), ...older]) {
    const by = added.get(path);
    const text = await mirror.file(by?.live === false ? history.head : at, path, signal);
    // Taken back again, or renamed within the range.
    if (text === undefined) continue;
    const migration = shippedMigration(path, text);
    if (migration) found.push({ ...migration, live: by?.live ?? true, ...(by && history.running !== undefined ? { sha: by.sha } : {}) });
  }
  return found;
}

function byVersion(a: string, b: string): number {
  const name = (path: string) =>
    path
      .split('/')
      .slice(-2)
      .join('/')
      .replace(/^[^\d]*/, '');
  return name(a).localeCompare(name(b), 'en', { numeric: true });
}

/**
 * States by the database; without it blind, with what the files say. Where no migration came with what a revert would take back, the database
 * is not missed: that it cannot be asked is for the check of the database to say. Throws nothing for a database in trouble.
 */
export async function migrationsInDatabase(
  all: readonly FoundMigration[],
  history: History,
  servers: readonly MysqlServer[],
  signal: AbortSignal,
): Promise<Look> {
  try {
    return await compared(all, history, servers, signal);
  } catch (error) {
    if (!(error instanceof MysqlError)) throw error;
    const findings = all.filter((f) => isNew(f, history)).map((f) => unasked(f));
    return findings.length === 0 && history.running !== undefined
      ? { outcome: { status: 'quiet' } }
      : { outcome: { ...(await mysqlBlind(error, servers, signal)), findings } };
  }
}

async function compared(
  all: readonly FoundMigration[],
  history: History,
  servers: readonly MysqlServer[],
  signal: AbortSignal,
): Promise<Look> {
  const shown = (f: FoundMigration) => f.sha !== undefined;
  if (!all.some((f) => f.file || shown(f))) return { outcome: { status: 'quiet' } };
  const understood = all.filter((f) => f.file !== undefined);
  const applied = await appliedVersions(servers, understood, signal);
  if (applied.status === 'blind') {
    const findings = all.filter((f) => isNew(f, history)).map((f) => unasked(f));
    return { outcome: findings.length === 0 && history.running !== undefined ? { status: 'quiet' } : { ...applied, findings } };
  }
  const named = [...new Set(understood.flatMap((f) => tablesOf(f.statements)))];
  const tables = await schemaTables(applied.server, named, signal);
  const findings = all.flatMap((f): readonly Migration[] => {
    if (!f.file) return shown(f) ? [unasked(f)] : [];
    const listed = applied.paths.has(f.path);
    // An old migration that is noted is history: later ones have changed the schema since.
    if (!shown(f) && listed) return [];
    const { state, done, why } = compare(f.statements, listed, tables);
    const old = oldCodeSafety(done.length > 0 ? done : state === 'applied' ? f.statements : [], state);
    const tone = f.live
      ? state === 'applied'
        ? isNew(f, history)
          ? 'changed'
          : 'normal'
        : 'bad'
      : state === 'absent'
        ? 'normal'
        : 'changed';
    return [{ ...described(f), state, oldCode: old.safety, why: `${why}; ${old.why}`, tone }];
  });
  const status = findings.some((f) => f.tone !== 'normal') ? 'found' : 'quiet';
  return { outcome: { status, findings }, cost: { statements: applied.statements + (named.length === 0 ? 0 : 3) } };
}

/** Came with what a revert would take back; without a known quiet release, with anything in view. */
function isNew(f: FoundMigration, history: History): boolean {
  return f.sha !== undefined && (history.quiet === undefined || history.since.includes(f.sha));
}

/** The database could not be asked, or the layout is not understood: said, never left out. */
function unasked(f: FoundMigration): Migration {
  if (!f.file)
    return {
      ...described(f),
      oldCode: 'unchecked',
      why: 'this layout of migrations is not understood: read the file before a revert',
      tone: 'changed',
    };
  const old = oldCodeSafety(f.statements, undefined);
  return { ...described(f), oldCode: old.safety, why: old.why, tone: 'changed' };
}

function described(f: FoundMigration): Migration {
  return {
    kind: 'migration',
    version: f.file?.version ?? f.path,
    name: f.file?.name ?? f.path,
    file: f.path,
    statements: f.statements.slice(0, STATEMENTS).map(words),
    ...(f.sha === undefined ? {} : { inRelease: f.sha }),
  };
}

const DENIED = new Set([1044, 1142, 1143]);

async function mysqlBlind(
  error: MysqlError,
  servers: readonly MysqlServer[],
  signal: AbortSignal,
): Promise<Extract<Outcome, { status: 'blind' }>> {
  const fix = DENIED.has(error.errno ?? 0)
    ? await grantOf(error, servers, signal)
    : 'See what the mysql check says of this server, and mend that.';
  return { status: 'blind', why: `the database could not be compared with the migrations: ${error.message}`, fix };
}

/** Of the one table that the error names. Its account is not the one to grant to: it names the client's address. */
async function grantOf(error: MysqlError, servers: readonly MysqlServer[], signal: AbortSignal): Promise<string> {
  const server = servers.find(({ host }) => error.message.startsWith(`${host} `)) ?? servers[0];
  let account = '';
  try {
    // Needs no right on any database.
    const [row] = (await server?.query('SELECT CURRENT_USER() AS account', [], signal, '')) ?? [];
    account = String(row?.account ?? '');
  } catch (refused) {
    if (!(refused instanceof MysqlError)) throw refused;
  }
  const table = /for table .*?([^`'".\s]+)[`'"]?$/.exec(error.message)?.[1];
  const all = everyTableOf(server?.db ?? '');
  const where = table === undefined || server?.db === '' ? all : all.replace(/\*$/, `\`${table}\``);
  return `GRANT SELECT ON ${where} TO ${quotedAccount(account)};`;
}
