import type { Check, Look, Scope } from '../core/check.ts';
import type { Commit, Evidence, Finding, Release, Table } from '../core/evidence.ts';
import type { GitCommit, GitMirror } from '../core/kit/git.ts';
import type { Kit } from '../core/kit/index.ts';
import type { Part } from '../core/part.ts';
import { declarationTexts, declaredReferences } from '../core/repository/code-references.ts';
import { type History, readHistory, rememberingWhatRuns } from '../core/repository/history.ts';
import { liveReleases, timeOf } from '../core/repository/live-releases.ts';
import { gitSettings, mirrorOf } from '../core/repository/settings.ts';
import { isBulky, isHarmless } from '../core/suspects/file-kind.ts';
import { blindBy, verifyBranch } from './git-blind.ts';
import { counted } from './git-cost.ts';

/** Bounds of what one look may carry: the journal keeps every answer. */
const DIFF_BYTES = 24_000;
const ALL_DIFFS_BYTES = 240_000;
const DIFF_FILES = 60;
const AT_ONCE = 6;
const SHOWN_RELEASES = 6;
const REFERENCES = 100;
const DAY_MS = 24 * 3_600_000;

/** Which commits run, which are new since the last quiet release, and what they change. */
export const releases: Part<Check, Pick<Kit, 'git'>> = {
  name: 'releases',
  env: gitSettings,
  make: (env, kit) => releasesCheck(mirrorOf(env, kit), env('GIT_BRANCH')),
};

export function releasesCheck(remote: GitMirror, branch: string): Check {
  // While neither the branch nor the pods move, a look each minute costs one question to the remote.
  let last: { key: string; look: Look } | undefined;
  const remembered = rememberingWhatRuns();
  return {
    name: 'releases',
    question: 'Which commits are live, and what do they change?',
    budgetMs: 15_000,
    ready: knowsWhatRuns,
    look: async (asked, signal) => {
      const scope = { ...asked, known: remembered(asked) };
      const { mirror, cost } = counted(remote);
      try {
        const key = `${await mirror.head(branch, signal)} ${onsetOf(scope)} ${JSON.stringify(liveReleases(scope.known))} ${asksForKeys(scope.known)}`;
        if (scope.lean && last?.key === key) return { ...last.look, asOf: scope.now, cost };
        const history = await readHistory(mirror, branch, scope.known, onsetOf(scope), signal);
        const look = { ...(await tell(mirror, branch, history, scope, signal)), asOf: scope.now, scope: `${branch} of ${mirror.name}` };
        last = { key, look };
        return { ...look, cost };
      } catch (error) {
        return { outcome: blindBy(error), scope: `${branch} of ${mirror.name}`, cost };
      }
    },
    verify: async (signal) => [await verifyBranch(remote, branch, signal)],
  };
}

/** A rollout names the running commit; without one the walk starts us when all others have answered: a tracker may know. */
export function knowsWhatRuns(known: readonly Evidence[]): boolean {
  return known.some((e) => (e.outcome.findings ?? []).some((f) => f.kind === 'rollout' && f.sha !== undefined));
}

export function onsetOf(scope: Scope): string {
  return scope.onset ?? scope.openedAt;
}

async function tell(mirror: GitMirror, branch: string, history: History, scope: Scope, signal: AbortSignal): Promise<Look> {
  const onset = onsetOf(scope);
  const commits = await commitFindings(mirror, branch, history, onset, signal);
  const at = history.running ?? history.head;
  const references = asksForKeys(scope.known) ? await referenceFindings(mirror, at, signal) : [];
  const findings: readonly Finding[] = [...releaseFindings(history, onset), ...commits, ...references];
  if (history.running !== undefined)
    return { outcome: { status: findings.some((f) => f.tone === 'changed') ? 'found' : 'quiet', findings } };
  const why = history.lost
    ? `commit ${history.lost} runs, but ${mirror.name} does not have it`
    : 'nothing says which commit is running, so no commit can be called live';
  const fix = history.lost
    ? 'Set GIT_REMOTE to the repository that is deployed, and push the deployed commit to it.'
    : 'Set KUBE_DEPLOYMENTS and tag images with the commit sha (or label pods app.kubernetes.io/version), or report deploys to Rollbar or Sentry.';
  return { outcome: { status: 'blind', why, fix, findings } };
}

function releaseFindings(history: History, onset: string): readonly Release[] {
  const from = new Date(Date.parse(onset) - DAY_MS).toISOString();
  const commits = new Map(history.live.map((c) => [c.sha, c]));
  const shown = history.releases.filter((r) => timeOf(r) !== '' || commits.has(r.sha)).slice(-SHOWN_RELEASES);
  return shown.map((r) => {
    const commit = commits.get(r.sha);
    const quiet = r === history.quiet;
    const lead = commit && r.liveAt ? (Date.parse(r.liveAt) - Date.parse(commit.at)) / 1000 : undefined;
    return {
      kind: 'release',
      at: timeOf(r) || (commit?.at ?? ''),
      sha: r.sha,
      source: r.source,
      tone: !quiet && timeOf(r) >= from ? 'changed' : 'normal',
      ...(commit ? { by: commit.author } : {}),
      ...(quiet ? { quiet } : {}),
      ...(lead !== undefined && lead >= 0 ? { leadSeconds: Math.round(lead) } : {}),
    };
  });
}

async function commitFindings(
  mirror: GitMirror,
  branch: string,
  history: History,
  onset: string,
  signal: AbortSignal,
): Promise<readonly Commit[]> {
  const from = new Date(Date.parse(onset) - DAY_MS).toISOString();
  const since = new Set(history.since);
  const all = [
    ...history.waiting.map((commit) => ({ commit, live: history.running === undefined ? undefined : false, liveAt: undefined })),
    ...history.live.map((commit) => ({ commit, live: true, liveAt: commit.liveAt })),
  ];
  // Those that a revert would take back are told first when room runs out.
  const order = all.toSorted((a, b) => Number(since.has(b.commit.sha)) - Number(since.has(a.commit.sha)));
  const diffs = await diffsOf(
    mirror,
    order.map(({ commit }) => commit),
    signal,
  );
  return all.map(({ commit, live, liveAt }) => ({
    kind: 'commit',
    sha: commit.sha,
    at: commit.at,
    author: commit.author,
    message: commit.message.slice(0, 2000),
    files: commit.files.slice(0, 300),
    tone: live === true && (since.has(commit.sha) || (liveAt ?? commit.at) >= from) ? 'changed' : 'normal',
    ...(diffs.has(commit.sha) ? { diff: diffs.get(commit.sha) ?? '' } : {}),
    ...(commit.parents.length > 1 ? { merge: true } : {}),
    branch,
    ...(live === undefined ? {} : { live }),
    ...(liveAt === undefined ? {} : { liveAt }),
  }));
}

async function diffsOf(mirror: GitMirror, commits: readonly GitCommit[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const diffs = new Map<string, string>();
  let room = ALL_DIFFS_BYTES;
  for (let i = 0; i < commits.length && room > 0; i += AT_ONCE) {
    const some = commits.slice(i, i + AT_ONCE);
    const texts = await Promise.all(some.map((commit) => diffOf(mirror, commit, DIFF_BYTES, signal)));
    for (const [j, commit] of some.entries()) {
      const diff = texts[j] ?? '';
      if (diff === '' || diff.length > room) continue;
      diffs.set(commit.sha, diff);
      room -= diff.length;
    }
  }
  return diffs;
}

/** Only files that can do something; lock files are named, their thousands of lines are not told. */
async function diffOf(mirror: GitMirror, commit: GitCommit, maxBytes: number, signal: AbortSignal): Promise<string> {
  const paths = commit.files.filter((path) => !isHarmless(path) && !isBulky(path)).slice(0, DIFF_FILES);
  return paths.length === 0 ? '' : mirror.diff(commit.sha, { maxBytes, paths }, signal);
}

/** An id that outgrew its column: then columns that the code alone declares are worth reading. */
function asksForKeys(known: readonly Evidence[]): boolean {
  const words = /out of range|Out of range value|2147483647|integer overflow/i;
  const texts = (f: Finding): readonly (string | undefined)[] =>
    f.kind === 'error-group'
      ? [f.title, f.message]
      : f.kind === 'log-group'
        ? [f.message, f.sample]
        : f.kind === 'workload'
          ? (f.log ?? [])
          : [];
  return known.some((e) => (e.outcome.findings ?? []).some((f) => texts(f).some((text) => text !== undefined && words.test(text))));
}

async function referenceFindings(mirror: GitMirror, sha: string, signal: AbortSignal): Promise<readonly Table[]> {
  const declared = declaredReferences(await mirror.grep(sha, declarationTexts, signal)).slice(0, REFERENCES);
  const tables = Map.groupBy(declared, (d) => d.table);
  return [...tables].map(([table, found]) => ({ kind: 'table', table, references: found.map((d) => d.reference), tone: 'normal' }));
}
