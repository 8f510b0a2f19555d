import type { Live } from './action.ts';
import type { Evidence, Finding, QueryGroup, Rollout } from './evidence.ts';
import { amount, metricName } from './metric-words.ts';
import { sameSha } from './same-sha.ts';
import { levelNow, type Symptom, symptomsUntil } from './symptoms.ts';
import { count, duration, secondsBetween } from './words.ts';

/** Whether an action helped, per symptom, judged from the minute it is live. */
export type RecoveryWord = 'not-live-yet' | 'recovered' | 'better' | 'unchanged' | 'worse' | 'cannot-tell';

export interface Recovery {
  word: RecoveryWord;
  /** When the fix was live, UTC ISO. */
  liveAt?: string;
  /** Since when all symptoms are quiet, UTC ISO. */
  quietSince?: string;
  /** Since when all symptoms but the machine's own numbers are quiet, UTC ISO. */
  peopleQuietSince?: string;
  symptoms: readonly Symptom[];
  /** What still fires, what is left over: one fact a line. */
  says: readonly string[];
}

/** What was done, and from when its effect can be judged. */
export interface Fix {
  /** UTC ISO. */
  at: string;
  live: Live;
}

/** How the line begins that names what no source has shown since. */
export const NOT_SEEN = 'not seen since: ';

const HELD_MS = 5 * 60_000;
const EARLY_MS = 4 * 60_000;
/** A machine's number that stays up while nobody feels it (a backup, a report) holds the word back for so long and no longer. */
const METRIC_HELD_MS = 15 * 60_000;

/**
 * Judges from the history alone. Symptoms are the bad findings that can recover, from the first look to the fix; each is compared with its
 * level before the onset. `before` is the judgement of the look before: it carries since when all is quiet.
 */
export function judgeRecovery(
  history: readonly Evidence[],
  fix: Fix,
  onset: string | undefined,
  before: Recovery | undefined,
  now: string,
): Recovery {
  const liveAt = liveSince(history, fix);
  const watched = symptomsUntil(history, fix.at, onset);
  const symptoms = watched.map((s) => levelNow(s, history, liveAt ?? now));
  if (liveAt === undefined) return { word: 'not-live-yet', symptoms, says: [] };
  const seen = symptoms.filter((s) => s.state !== 'unseen');
  const says = [...symptoms.filter(isLoud).map(stillFires), ...unseenLine(symptoms), ...leftovers(history, liveAt, now)];
  const common = { liveAt, symptoms, says };
  if (seen.length === 0) return { ...common, word: 'cannot-tell' };
  const same = before?.liveAt === liveAt ? before : undefined;
  if (symptoms.every((s) => s.state === 'quiet')) {
    const quietSince = same?.quietSince ?? now;
    return { ...common, quietSince, word: since(quietSince, now) >= HELD_MS ? 'recovered' : 'better' };
  }
  const people = symptoms.filter((s) => !isMetric(s));
  if (people.length > 0 && people.every((s) => s.state === 'quiet')) {
    const peopleQuietSince = same?.peopleQuietSince ?? now;
    return since(peopleQuietSince, now) >= METRIC_HELD_MS
      ? {
          ...common,
          peopleQuietSince,
          quietSince: peopleQuietSince,
          word: 'recovered',
          says: [...says, 'nobody feels it any more: not waited for'],
        }
      : { ...common, peopleQuietSince, word: 'better' };
  }
  // Old statements drain and numbers come late: "no better" in the first minutes would be a guess.
  const early = since(liveAt, now) < EARLY_MS && seen.length < symptoms.length;
  if (early && seen.every((s) => s.state === 'same' || s.state === 'worse')) return { ...common, word: 'cannot-tell' };
  if (seen.some((s) => s.state === 'worse')) return { ...common, word: 'worse' };
  return { ...common, word: seen.some((s) => s.state === 'quiet' || s.state === 'halved') ? 'better' : 'unchanged' };
}

function since(iso: string, now: string): number {
  return Date.parse(now) - Date.parse(iso);
}

/** Not yet two calm points is not quiet; at nothing a minute it is no longer said to fire. */
export function isLoud(symptom: Symptom): boolean {
  return symptom.state !== 'quiet' && symptom.state !== 'unseen' && !symptom.settling && symptom.now !== 0;
}

function isMetric(symptom: Symptom): boolean {
  return symptom.key.includes(' metric ');
}

function stillFires(symptom: Symptom): string {
  const level = (value: number) => (symptom.unit?.startsWith('/') ? `${count(value)} ${symptom.unit}` : amount(value, symptom.unit));
  return `${metricName(symptom.name)}: ${level(symptom.now ?? 0)} (worst ${level(symptom.worst)})`;
}

function unseenLine(symptoms: readonly Symptom[]): readonly string[] {
  const unseen = symptoms.filter((s) => s.state === 'unseen').map((s) => metricName(s.name));
  return unseen.length === 0 ? [] : [`${NOT_SEEN}${unseen.join(', ')}`];
}

/** Statements that began before the fix was live: whoever asked is gone, and the server works on. */
function leftovers(history: readonly Evidence[], liveAt: string, now: string): readonly string[] {
  const running = history
    .findLast((e) => (e.outcome.findings ?? []).some((f) => f.kind === 'query-group'))
    ?.outcome.findings?.filter((f): f is QueryGroup => f.kind === 'query-group' && f.tone === 'bad');
  const old = (running ?? []).filter((group) => (group.longestSeconds ?? 0) > secondsBetween(liveAt, now));
  const [first] = old.toSorted((a, b) => (b.longestSeconds ?? 0) - (a.longestSeconds ?? 0));
  if (!first) return [];
  const threads = old.reduce((sum, group) => sum + group.threads, 0);
  return [
    `left over: up to ${count(threads)} statements from before the fix, oldest ${duration(first.longestSeconds ?? 0)}; nobody waits for them: end them by the KILL list`,
  ];
}

/** When the fix reached the pods; undefined while it has not. Without any sight of the pods it is judged from the action itself. */
function liveSince(history: readonly Evidence[], fix: Fix): string | undefined {
  const { live } = fix;
  if (live.when === 'now') return fix.at;
  const carried = live.when === 'sha' ? carriedSince(history, live.sha, fix.at) : undefined;
  if (carried !== undefined) return carried;
  const withPods = history.filter((e) => rolloutsOf(e).length > 0);
  if (withPods.length === 0) return fix.at;
  const first = withPods.find((e) => e.at > fix.at && rolloutsOf(e).every((r) => isLive(r, live)));
  if (!first) return undefined;
  const times = rolloutsOf(first).map((r) => r.liveAt ?? first.at);
  return times.reduce((a, b) => (a > b ? a : b));
}

/** Others may push on top: then the pods carry our commit under another one's name, and the history of the branch says so. */
function carriedSince(history: readonly Evidence[], sha: string, after: string): string | undefined {
  const carries = (f: Finding) => f.kind === 'commit' && f.live === true && sameSha(f.sha, sha);
  return history.find((e) => e.at > after && (e.outcome.findings ?? []).some(carries))?.at;
}

function isLive(rollout: Rollout, live: Exclude<Live, { when: 'now' }>): boolean {
  if (rollout.state !== undefined && rollout.state !== 'complete') return false;
  if (live.when === 'sha') return sameSha(rollout.sha, live.sha);
  if (live.when === 'image') return rollout.image === live.image;
  // Scaled to zero: no process of it is left that could be older.
  if (rollout.pods?.wanted === 0) return true;
  return rollout.oldestPodStartedAt !== undefined && rollout.oldestPodStartedAt > live.than;
}

function rolloutsOf(evidence: Evidence): readonly Rollout[] {
  return (evidence.outcome.findings ?? []).filter((f): f is Rollout => f.kind === 'rollout');
}
