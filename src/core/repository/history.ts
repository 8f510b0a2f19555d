import type { Scope } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { GitCommit, GitMirror } from '../kit/git.ts';
import { type LiveRelease, liveReleases, quietIndex, timeOf } from './live-releases.ts';

/** What the branch went through around the onset, as git and the releases tell it together. */
export interface History {
  head: string;
  /** Full sha of what runs now. Absent: no check knows. */
  running?: string;
  /** As named by the source, when it is in no branch of the remote. */
  lost?: string;
  /** Oldest first, full shas. */
  releases: readonly LiveRelease[];
  quiet?: LiveRelease;
  /** Newest first: what runs, back to the last quiet release and a day beyond. */
  live: readonly (GitCommit & { liveAt?: string })[];
  /** Shas among `live` that the last quiet release did not have. Empty when none is known. */
  since: readonly string[];
  /** On the branch, not running. Newest first. */
  waiting: readonly GitCommit[];
}

const LIVE_COMMITS = 60;
const WAITING_COMMITS = 20;
const RELEASES = 12;
const DAY_MS = 24 * 3_600_000;

export async function readHistory(
  mirror: GitMirror,
  branch: string,
  known: readonly Evidence[],
  onset: string,
  signal: AbortSignal,
): Promise<History> {
  const head = await mirror.update(branch, signal);
  const named = liveReleases(known).slice(-RELEASES);
  const resolved = await Promise.all(named.map(async (r) => ({ release: r, sha: await mirror.resolve(r.sha, signal) })));
  const releases = resolved.flatMap(({ release, sha }) => (sha === undefined ? [] : [{ ...release, sha }]));
  const running = releases.at(-1)?.sha;
  const newest = named.at(-1);
  const lost = newest && resolved.at(-1)?.sha === undefined ? { lost: newest.sha } : {};
  if (running === undefined) {
    return { head, ...lost, releases, live: [], since: [], waiting: await mirror.log({ to: head, limit: WAITING_COMMITS }, signal) };
  }
  const [line, waiting] = await Promise.all([
    mirror.log({ to: running, limit: LIVE_COMMITS }, signal),
    running === head ? [] : mirror.log({ after: running, to: head, limit: WAITING_COMMITS }, signal),
  ]);
  const quiet = releases[quietIndex(releases, onset)];
  const live = withLiveAt(line, releases);
  const quietAt = quiet ? live.findIndex((c) => c.sha === quiet.sha) : -1;
  const since = quiet ? await sinceQuiet(mirror, line, quiet, quietAt, running, signal) : [];
  return {
    head,
    running,
    ...lost,
    releases,
    ...(quiet ? { quiet } : {}),
    // The quiet release's own commit stands at the end, as what a revert goes back to.
    live: live.slice(0, Math.max(since.length + 1, recent(live, onset))),
    since,
    waiting,
  };
}

/** Off the branch's own line (a rewritten or another branch was deployed) git says what is not in the quiet release. */
async function sinceQuiet(
  mirror: GitMirror,
  line: readonly GitCommit[],
  quiet: LiveRelease,
  at: number,
  running: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (at >= 0) return line.slice(0, at).map((c) => c.sha);
  return (await mirror.log({ after: quiet.sha, to: running, limit: LIVE_COMMITS }, signal)).map((c) => c.sha);
}

/** A commit went live with the first release that has it: one that is at it or newer on the line. */
function withLiveAt(line: readonly GitCommit[], releases: readonly LiveRelease[]): readonly (GitCommit & { liveAt?: string })[] {
  const places = releases.map((release) => ({ release, place: line.findIndex((c) => c.sha === release.sha) }));
  return line.map((commit, i) => {
    const first = places.find(({ place }) => place >= 0 && place <= i);
    const at = first ? timeOf(first.release) : '';
    return at === '' ? commit : { ...commit, liveAt: at };
  });
}

/** How many of the newest commits went live, or were made, less than a day before the onset: delayed trouble is theirs, too. */
function recent(live: readonly (GitCommit & { liveAt?: string })[], onset: string): number {
  const from = new Date(Date.parse(onset) - DAY_MS).toISOString();
  const old = live.findIndex((c) => (c.liveAt ?? c.at) < from);
  return old < 0 ? live.length : old;
}

/** What is known of the pods, kept over the lean looks of one process: a cluster that goes blind in the middle changes nothing that ran before. */
export function rememberingWhatRuns(): (scope: Scope) => readonly Evidence[] {
  let knew: readonly Evidence[] = [];
  return (scope) => {
    if (!scope.lean || liveReleases(scope.known).length > 0) knew = scope.known;
    return knew;
  };
}
