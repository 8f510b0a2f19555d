/** What ran when, from every check that knows something about it; and which release was the last quiet one. */
import type { Evidence, Finding } from '../evidence.ts';

export interface LiveRelease {
  /** As the source names it, often short. */
  sha: string;
  /** When its first pods may have answered, where it is known. */
  startedAt?: string;
  /** When it served alone. Absent: it ran before the oldest time that anybody knows. */
  liveAt?: string;
  source: string;
}

/** A release that served this long without the symptom is quiet, even if it is still the one that runs. */
const SETTLED_MS = 24 * 3_600_000;
/** Shorter service than this says nothing about a symptom that comes with traffic. */
const SERVED_MS = 5 * 60_000;
/** The check that reads this file's answers. */
const OWN = 'releases';
const SHA = /^[0-9a-f]{7,40}$/;

/**
 * Oldest first. The same commit rolled out to several deployments is one release; the same commit again after another is a new one.
 * What we said ourselves is left out: it would come back as if somebody else knew it.
 */
export function liveReleases(known: readonly Evidence[]): readonly LiveRelease[] {
  const others = known.filter((e) => e.check !== OWN);
  const all = others.flatMap((e) => (e.outcome.findings ?? []).flatMap((f) => read(f, e.check)));
  const dated = all.filter((r) => timeOf(r) !== '').toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)) || (a.sha < b.sha ? -1 : 1));
  const list: LiveRelease[] = [];
  for (const one of dated) {
    const last = list.at(-1);
    if (last && same(last.sha, one.sha)) list[list.length - 1] = joined(last, one);
    else list.push(one);
  }
  return withPrevious(list, others);
}

/** What a rollout says ran before it, where no source has its time: it stands right before that rollout. */
function withPrevious(list: readonly LiveRelease[], known: readonly Evidence[]): readonly LiveRelease[] {
  const found = [...list];
  for (const rollout of known.flatMap((e) => (e.outcome.findings ?? []).filter((f) => f.kind === 'rollout'))) {
    const { sha, previousSha } = rollout;
    if (sha === undefined || previousSha === undefined || !SHA.test(previousSha) || same(sha, previousSha)) continue;
    const at = found.findLastIndex((r) => same(r.sha, sha));
    if (at < 0 || found.slice(0, at).some((r) => same(r.sha, previousSha))) continue;
    found.splice(at, 0, { sha: previousSha, source: 'rollout' });
  }
  return found;
}

export function timeOf(release: LiveRelease): string {
  return release.liveAt ?? release.startedAt ?? '';
}

/** Index of the last quiet release among the oldest-first list; -1 when none is known. */
export function quietIndex(releases: readonly LiveRelease[], onset: string): number {
  const at = Date.parse(onset);
  const began = releases.findLastIndex((r) => (r.startedAt ?? r.liveAt ?? '') <= onset);
  const start = releases[began];
  if (!start) return -1;
  if (timeOf(start) !== '' && at - Date.parse(timeOf(start)) >= SETTLED_MS) return began;
  for (let i = began - 1; i >= 0; i -= 1) {
    const release = releases[i];
    const next = releases[i + 1];
    if (!release || !next) continue;
    const from = timeOf(release);
    const until = next.startedAt ?? timeOf(next);
    if (from === '' || until === '' || Date.parse(until) - Date.parse(from) >= SERVED_MS) return i;
  }
  return -1;
}

function read(finding: Finding, check: string): readonly LiveRelease[] {
  if (finding.kind === 'rollout' && finding.sha !== undefined && SHA.test(finding.sha)) {
    const { sha, startedAt, liveAt, state } = finding;
    // A rollout that is stuck serves some requests all the same: its start counts.
    const times = { ...(startedAt ? { startedAt } : {}), ...(liveAt && state !== 'stalled' ? { liveAt } : {}) };
    return [{ sha, ...times, source: check }];
  }
  if (finding.kind !== 'release') return [];
  const sha = [finding.sha, finding.version].find((s) => s !== undefined && SHA.test(s));
  if (sha === undefined || /fail|abort|cancel|timed/i.test(finding.status ?? '')) return [];
  return [{ sha, liveAt: finding.at, source: finding.source ?? check }];
}

function joined(a: LiveRelease, b: LiveRelease): LiveRelease {
  const startedAt = [a.startedAt, b.startedAt].filter((t) => t !== undefined).toSorted()[0];
  const liveAt = a.liveAt ?? b.liveAt;
  const sha = a.sha.length >= b.sha.length ? a.sha : b.sha;
  return { sha, source: a.source, ...(startedAt ? { startedAt } : {}), ...(liveAt ? { liveAt } : {}) };
}

function same(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
