import type { Action, ActionRequest, ActionResult, Preview } from '../core/action.ts';
import type { Verification } from '../core/check.ts';
import { type KillTarget, killLine, killTargets, rdsLine, stillTarget } from '../core/kill-targets.ts';
import type { Kit } from '../core/kit/index.ts';
import { MysqlError, type MysqlRow, type MysqlServer } from '../core/kit/mysql.ts';
import { isMariadb, killGrant, quotedAccount } from '../core/mysql-rights.ts';
import type { Part } from '../core/part.ts';
import { type ProcessRow, processRows } from '../core/processlist.ts';

/** Ends the threads that the evidence names: those that block, or those that are stuck. Printed for copying unless KILL_QUERIES=run. */
export const killQueries: Part<Action, Pick<Kit, 'mysql'>> = {
  name: 'kill-queries',
  env: {
    MYSQL_URL: {
      about: 'The databases to look at, by commas',
      example: 'mysql://pulaski:password@db.example.com:3306/shop_production',
      switch: true,
      secret: true,
    },
    KILL_QUERIES: {
      about: 'print: KILL lines to copy. run: the bot ends the named threads itself; needs CONNECTION_ADMIN, on RDS nothing more',
      example: 'run',
      preset: 'print',
      oneOf: ['print', 'run'],
    },
  },
  make: (env, kit) => {
    const setting: Setting = { servers: () => kit.mysql.servers(env('MYSQL_URL')), runs: env('KILL_QUERIES') === 'run' };
    return {
      kind: 'kill-queries',
      preview: (request, signal) => preview(setting, request, signal),
      run: (_, shown, report, signal) => run(setting, shown, report, signal),
      settle: (_, shown, signal) => settle(setting, shown, signal),
      verify: async (signal) => (setting.runs ? Promise.all(setting.servers().map((server) => verify(server, signal))) : []),
    };
  },
};

interface Setting {
  servers: () => readonly MysqlServer[];
  runs: boolean;
}

/** Shown at most; the command has them all. */
const LINES = 8;

async function preview({ servers, runs }: Setting, request: ActionRequest, signal: AbortSignal): Promise<Preview> {
  const named = killTargets(request);
  const title = named.some((target) => target.lock !== undefined) ? 'End the thread that blocks' : 'End the stuck statements';
  if (named.length === 0) {
    return {
      possible: false,
      refusal: 'no evidence names a thread to end',
      title,
      lines: [],
      command: 'SHOW FULL PROCESSLIST;',
      safety: 'unchecked',
      unchecked: [],
      state: '',
    };
  }
  const lists = await readLists(servers(), named, signal);
  const unseen = named.filter((target) => !lists.has(target.host));
  const now = named.filter((target) => stillTarget(target, lists.get(target.host) ?? []));
  const shown = unseen.length > 0 ? named : now;
  const command = [
    ...shown.map(killLine),
    ...(shown.length === 0 ? ['SHOW FULL PROCESSLIST;'] : ['-- on RDS instead:', ...shown.map((target) => `-- ${rdsLine(target)}`)]),
  ].join('\n');
  const refusal = refusalOf(runs, now, unseen);
  return {
    possible: refusal === undefined,
    ...(refusal === undefined ? {} : { refusal }),
    title: `${title} (${shown.length})`,
    lines: [
      ...shown.slice(0, LINES).map(describe),
      ...(shown.length > LINES ? [`and ${shown.length - LINES} more of the same`] : []),
      ...(named.length > now.length && unseen.length === 0
        ? [`${named.length - now.length} of ${named.length} named threads are gone or do something else: left alone`]
        : []),
      'What an ended transaction changed is rolled back; that may take as long as the change did.',
    ],
    command,
    safety: 'needs-care',
    unchecked: ['whose session it is', ...(unseen.length > 0 ? ['whether these threads still run: the server did not answer'] : [])],
    state: now.map((target) => `${target.host} ${target.thread}`).join(', '),
    plan: now,
  };
}

function refusalOf(runs: boolean, now: readonly KillTarget[], unseen: readonly KillTarget[]): string | undefined {
  if (!runs) return 'KILL_QUERIES is print: copy the lines, or set KILL_QUERIES=run and grant CONNECTION_ADMIN';
  if (now.length > 0) return undefined;
  return unseen.length > 0
    ? 'the server did not answer: nothing could be checked again'
    : 'none of the named threads is still there: nothing to end';
}

function describe(target: KillTarget): string {
  const what =
    target.shape === '' ? 'sleeps in an open transaction' : target.shape.length > 140 ? `${target.shape.slice(0, 139)}…` : target.shape;
  return `${target.whole ? 'session' : 'statement of'} ${target.thread}${target.lock === undefined ? '' : `, holds a ${target.lock} lock`}: ${what}`;
}

/** The process list of each server that a target names; servers that do not answer are left out. */
async function readLists(
  servers: readonly MysqlServer[],
  targets: readonly KillTarget[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly ProcessRow[]>> {
  const hosts = [...new Set(targets.map((target) => target.host))];
  const lists = await Promise.all(
    hosts.map(async (host) => {
      const server = serverOf(servers, host);
      const rows = server === undefined ? undefined : await listOf(server, signal);
      return rows === undefined ? [] : [[host, rows] as const];
    }),
  );
  return new Map(lists.flat());
}

function serverOf(servers: readonly MysqlServer[], host: string): MysqlServer | undefined {
  return servers.find((server) => server.host === host) ?? (servers.length === 1 ? servers[0] : undefined);
}

async function listOf(server: MysqlServer, signal: AbortSignal): Promise<readonly ProcessRow[] | undefined> {
  try {
    return processRows(await server.query('SHOW FULL PROCESSLIST', [], signal));
  } catch (error) {
    if (error instanceof MysqlError) return undefined;
    throw error;
  }
}

/** The preview's own data, read back: it may come from the journal. */
function planOf(shown: Preview): readonly KillTarget[] {
  return Array.isArray(shown.plan) ? shown.plan.filter(isTarget) : [];
}

function isTarget(value: unknown): value is KillTarget {
  return (
    typeof value === 'object' &&
    value !== null &&
    'thread' in value &&
    typeof value.thread === 'number' &&
    'shape' in value &&
    typeof value.shape === 'string' &&
    'host' in value
  );
}

async function run({ servers, runs }: Setting, shown: Preview, report: (line: string) => void, signal: AbortSignal): Promise<ActionResult> {
  const plan = planOf(shown);
  if (!runs) return { status: 'refused', text: 'KILL_QUERIES is print: nothing was ended', moved: false };
  const lists = await readLists(servers(), plan, signal);
  if (lists.size === 0) return { status: 'failed', text: 'the server did not answer: nothing was ended', fix: shown.command };
  const now = plan.filter((target) => stillTarget(target, lists.get(target.host) ?? []));
  if (now.length === 0)
    return { status: 'refused', text: 'none of these threads is still what the preview showed: nothing was ended', moved: true };
  const failed: string[] = [];
  let ended = 0;
  for (const target of now) {
    const server = serverOf(servers(), target.host);
    const fault = server === undefined ? 'its server is not configured any more' : await kill(server, target, signal);
    if (fault === undefined) {
      ended++;
      if (now.length <= LINES || ended % 50 === 0)
        report(now.length <= LINES ? `ended ${target.thread}` : `ended ${ended} of ${now.length}`);
    } else failed.push(`${target.thread}: ${fault}`);
  }
  if (ended === 0)
    return {
      status: 'failed',
      text: `nothing was ended: ${failed[0] ?? ''}`,
      fix: await grantOn(serverOf(servers(), now[0]?.host ?? ''), signal),
    };
  const rest = failed.length === 0 ? '' : `; ${failed.length} could not be ended (${failed[0]})`;
  const moved = plan.length - now.length;
  return {
    status: 'done',
    text: `ended ${ended} of ${plan.length} ${plan.length === 1 ? 'thread' : 'threads'}${moved === 0 ? '' : `, ${moved} had moved on`}${rest}`,
    links: [],
    live: { when: 'now' },
  };
}

const NO_THREAD = 1094;
const NOT_OWNER = new Set([1095, 1227]);

/** Undefined when the thread is ended, or was gone already. Without the right to KILL, RDS has its own procedure. */
async function kill(server: MysqlServer, target: KillTarget, signal: AbortSignal): Promise<string | undefined> {
  const bare = (line: string): string => line.replace(/;$/, '');
  const first = await attempt(server, bare(killLine(target)), signal);
  if (first === undefined || first.errno === NO_THREAD) return undefined;
  if (!NOT_OWNER.has(first.errno ?? 0)) return first.message;
  const second = await attempt(server, bare(rdsLine(target)), signal);
  return second === undefined || second.errno === NO_THREAD ? undefined : first.message;
}

async function attempt(server: MysqlServer, sql: string, signal: AbortSignal): Promise<MysqlError | undefined> {
  try {
    await server.query(sql, [], signal);
    return undefined;
  } catch (error) {
    if (error instanceof MysqlError) return error;
    throw error;
  }
}

/** After a crash: done when none of the threads is what it was. A thread that is still there was not reached; the action is asked again. */
async function settle({ servers }: Setting, shown: Preview, signal: AbortSignal): Promise<ActionResult | undefined> {
  const plan = planOf(shown);
  const lists = await readLists(servers(), plan, signal);
  if (plan.some((target) => !lists.has(target.host) || stillTarget(target, lists.get(target.host) ?? []))) return undefined;
  return { status: 'done', text: `none of the ${plan.length} threads is there any more`, links: [], live: { when: 'now' } };
}

/** What to paste, with this server's words and the account as it is. MySQL lets nobody but its like end a session of root. */
async function grantOn(server: MysqlServer | undefined, signal: AbortSignal): Promise<string> {
  const [row] = server === undefined ? [] : await rowsOr(server, 'SELECT VERSION() AS version, CURRENT_USER() AS account', signal);
  const account = quotedAccount(String(row?.account ?? ''));
  return [
    `${killGrant(isMariadb(String(row?.version ?? '')))} ${account};`,
    `-- on RDS instead: GRANT EXECUTE ON PROCEDURE mysql.rds_kill TO ${account}; GRANT EXECUTE ON PROCEDURE mysql.rds_kill_query TO ${account};`,
  ].join('\n');
}

/** Nothing where the server does not answer. */
async function rowsOr(server: MysqlServer, sql: string, signal: AbortSignal): Promise<readonly MysqlRow[]> {
  try {
    return await server.query(sql, [], signal);
  } catch (error) {
    if (error instanceof MysqlError) return [];
    throw error;
  }
}

/** Looks for the right without using it. */
async function verify(server: MysqlServer, signal: AbortSignal): Promise<Verification> {
  const line = { what: `kill-queries ${server.host}`, required: false } as const;
  try {
    const grants = (await server.query('SHOW GRANTS', [], signal)).flatMap((row) => Object.values(row)).join('\n');
    if (/CONNECTION[_ ]ADMIN|\bSUPER\b|ALL PRIVILEGES ON \*\.\*|rds_superuser_role/.test(grants))
      return { ...line, ok: true, says: 'may end threads' };
    const fix = await grantOn(server, signal);
    return { ...line, ok: false, says: 'may end only its own threads; on RDS its procedures are tried', fix };
  } catch (error) {
    if (error instanceof MysqlError) return { ...line, ok: false, says: error.message, fix: 'See the mysql check.' };
    throw error;
  }
}
