import type { ActionRequest } from '../core/action.ts';
import type { Safety } from '../core/diagnosis.ts';
import type { Migration } from '../core/evidence.ts';
import type { GitCommit, GitMirror, Reverted } from '../core/kit/git.ts';
import { GithubTrouble } from '../core/kit/github.ts';
import { type FoundMigration, migrationsInDatabase, shippedIn } from '../core/migrations/in-database.ts';
import { shippedMigration } from '../core/migrations/in-range.ts';
import { mayBeMigration } from '../core/migrations/layout.ts';
import { newCodeSafety } from '../core/migrations/new-code.ts';
import { worstOf } from '../core/migrations/old-code.ts';
import { type History, readHistory } from '../core/repository/history.ts';
import { isRevert, type PlannedCommit, planRevert, type RevertPlan, revertMessage } from '../core/revert-plan.ts';
import type { RevertTools } from './revert.ts';

/** How much of the branch is read to find the range and what came after it. */
const LINE = 120;
/** Offered where nothing names the commit. */
const RECENT = 20;

/** Everything the preview tells, looked up afresh. Read-only: the dry run lives in a scratch clone. */
export interface Preflight {
  head: string;
  history: History;
  plan: RevertPlan;
  /** The branch's newest commits, for a person to choose from. */
  recent: readonly PlannedCommit[];
  /** In the range, but not among the branch's newest commits. */
  unknown: readonly string[];
  /** Commits of others on the branch that are newer than the newest step and stay. */
  after: number;
  dry: Reverted;
  migrations: readonly Migration[];
  safety: Safety;
  safetyWhy: string;
  /** It takes a revert back: what was released before is released again. */
  comesBack: boolean;
  ci?: { state: string; failed: readonly string[] };
  isProtected?: boolean;
  /** What GitHub could not say. */
  hostTrouble?: string;
}

export async function preflight(tools: RevertTools, request: ActionRequest, signal: AbortSignal): Promise<Preflight> {
  const { mirror, branch } = tools;
  const onset = request.incident.onset ?? request.incident.openedAt;
  const history = await readHistory(mirror, branch, request.evidence, onset, signal);
  const line = (await mirror.log({ to: history.head, limit: LINE }, signal)).map(planned);
  const { shas, unknown } = await onLine(mirror, await wished(mirror, request, history, signal), line, signal);
  const plan = planRevert(shas, line);
  const [dry, old, host] = await Promise.all([
    dryRun(mirror, request, history.head, plan, signal),
    schemaOf(tools, history, plan, signal),
    hostSays(tools, history.head, signal),
  ]);
  const schema = (await comingBack(tools, request, history, { plan, dry }, signal)) ?? { ...old, comesBack: false };
  if (tools.mode === 'push' && dry.status === 'done') await mirror.mayPush(dry.sha, branch, signal);
  const newest = line.findIndex((c) => c.sha === plan.steps[0]?.sha);
  return { head: history.head, history, plan, recent: line.slice(0, RECENT), unknown, after: Math.max(0, newest), dry, ...schema, ...host };
}

/** What the person chose, else what the diagnosis recommends, else everything since the last quiet release. */
async function wished(mirror: GitMirror, request: ActionRequest, history: History, signal: AbortSignal): Promise<readonly string[]> {
  const { range, sha, undo } = request.choice ?? {};
  const chosen = (range ?? sha ?? undo ?? '').split(/[\s,]+/).filter(Boolean);
  const asked = chosen.length > 0 ? chosen : (request.diagnosis?.hypotheses[0]?.remedy.range ?? []);
  if (asked.length === 0) return history.since;
  const found = await Promise.all(asked.map(async (sha) => (await mirror.resolve(sha, signal)) ?? sha));
  return [...new Set(found)];
}

/** A commit that a merge brought is taken back with that merge: on the branch itself it does not stand. */
async function onLine(
  mirror: GitMirror,
  wanted: readonly string[],
  line: readonly PlannedCommit[],
  signal: AbortSignal,
): Promise<{ shas: readonly string[]; unknown: readonly string[] }> {
  const shas = new Set<string>();
  const unknown: string[] = [];
  for (const sha of wanted) {
    const at = line.some((c) => c.sha === sha) ? sha : await broughtBy(mirror, sha, line, signal);
    if (at === undefined) unknown.push(sha);
    else shas.add(at);
  }
  return { shas: [...shas], unknown };
}

async function broughtBy(mirror: GitMirror, sha: string, line: readonly PlannedCommit[], signal: AbortSignal): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha) || (await mirror.resolve(sha, signal)) === undefined) return undefined;
  // Once contained, contained for ever: the oldest commit of the line that has it is the merge that brought it.
  let low = 0;
  let high = line.length - 1;
  if (!(await holds(mirror, sha, line[0], signal)) || (await holds(mirror, sha, line[high], signal))) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (await holds(mirror, sha, line[middle], signal)) low = middle;
    else high = middle;
  }
  return line[low]?.sha;
}

async function holds(mirror: GitMirror, sha: string, commit: PlannedCommit | undefined, signal: AbortSignal): Promise<boolean> {
  return commit !== undefined && mirror.contains(sha, commit.sha, signal);
}

function dryRun(mirror: GitMirror, request: ActionRequest, head: string, plan: RevertPlan, signal: AbortSignal): Promise<Reverted> {
  if (plan.steps.length === 0) return Promise.resolve({ status: 'empty' });
  const { number, title } = request.incident;
  const message = revertMessage(plan.steps, { id: request.id, incident: `#${number} ${title}`, by: request.by.name ?? request.by.id });
  // The time of the request, not of the run: two runs of one request make one and the same commit.
  return mirror.revert({ onto: head, steps: plan.steps, message, at: request.now }, signal);
}

type Schema = Pick<Preflight, 'migrations' | 'safety' | 'safetyWhy'>;

/**
 * Taking a revert back is a release: the code comes back with its migrations, and they are compared like any other. Undefined where nothing comes
 * back.
 */
async function comingBack(
  tools: RevertTools,
  request: ActionRequest,
  history: History,
  { plan, dry }: Pick<Preflight, 'plan' | 'dry'>,
  signal: AbortSignal,
): Promise<(Schema & { comesBack: true }) | undefined> {
  const found = dry.status === 'done' ? await broughtBack(tools.mirror, history.head, dry, signal) : [];
  if (found.length === 0 && !plan.steps.some(isRevert)) return undefined;
  const { outcome } = await migrationsInDatabase(found, { ...history, since: found.flatMap((f) => f.sha ?? []) }, tools.servers, signal);
  const migrations = (outcome.findings ?? []).filter((f): f is Migration => f.kind === 'migration');
  const { safety, why } = newCodeSafety(migrations, request.takenBackFor);
  const blind = outcome.status === 'blind' ? `${outcome.why}. ` : '';
  return { migrations, safety, safetyWhy: `${blind}${why}`, comesBack: true };
}

/** The migrations that the tree has after it and not before. */
async function broughtBack(
  mirror: GitMirror,
  head: string,
  { sha, files }: Extract<Reverted, { status: 'done' }>,
  signal: AbortSignal,
): Promise<readonly FoundMigration[]> {
  const found: FoundMigration[] = [];
  for (const path of files.filter(mayBeMigration)) {
    const text = (await mirror.file(head, path, signal)) === undefined ? await mirror.file(sha, path, signal) : undefined;
    const migration = text === undefined ? undefined : shippedMigration(path, text);
    if (migration) found.push({ ...migration, sha, live: false });
  }
  return found;
}

async function schemaOf(tools: RevertTools, history: History, plan: RevertPlan, signal: AbortSignal): Promise<Schema> {
  const steps = new Set(plan.steps.map((s) => s.sha));
  const found = (await shippedIn(tools.mirror, history, signal)).filter((f) => f.sha !== undefined && steps.has(f.sha));
  if (found.length === 0) return { migrations: [], safety: 'safe', safetyWhy: 'no migration is in the range' };
  const { outcome } = await migrationsInDatabase(found, history, tools.servers, signal);
  const migrations = (outcome.findings ?? []).filter((f): f is Migration => f.kind === 'migration');
  const worst = worstOf(migrations.map((m) => ({ safety: m.oldCode ?? 'unchecked', why: m.why ?? '' })));
  if (outcome.status !== 'blind' && migrations.length > 0 && migrations.every((m) => m.state === 'absent')) {
    const which = migrations.length === 1 ? 'its migration' : `its ${migrations.length} migrations`;
    return { migrations, safety: 'safe', safetyWhy: `${which} left nothing in the database` };
  }
  const blind = outcome.status === 'blind' ? `${outcome.why}. ` : '';
  return { migrations, safety: worst?.safety ?? 'unchecked', safetyWhy: `${blind}${worst?.why ?? ''}`.trim() };
}

async function hostSays(
  { github, branch }: RevertTools,
  head: string,
  signal: AbortSignal,
): Promise<Pick<Preflight, 'ci' | 'isProtected' | 'hostTrouble'>> {
  if (!github) return {};
  try {
    const [ci, isProtected] = await Promise.all([github.ci(head, signal), github.isProtected(branch, signal)]);
    return { ci, isProtected };
  } catch (error) {
    if (!(error instanceof GithubTrouble)) throw error;
    return { hostTrouble: error.message };
  }
}

function planned(commit: GitCommit): PlannedCommit {
  return { sha: commit.sha, merge: commit.parents.length > 1, message: commit.message, author: commit.author, at: commit.at };
}
