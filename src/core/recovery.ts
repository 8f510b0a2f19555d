import type { Live } from './action.ts';
import type { Evidence, Finding, QueryGroup, Rollout } from './evidence.ts';
import { amount, metricName } from './metric-words.ts';
import { count, duration, secondsBetween } from './words.ts';

/** Whether an action helped, per symptom, judged from the minute it is live. */
export type RecoveryWord = 'not-live-yet' | 'recovered' | 'better' | 'unchanged' | 'worse' | 'cannot-tell';

export interface Symptom {
  /** Stable over looks: check, kind and what tells it from its like. */
  key: string;
  /** As the card names it: `errors / min`, `CPUUtilization`, an error's title. */
  name: string;
  unit?: string;
  before?: number;
  worst: number;
  now?: number;
  state: 'quiet' | 'halved' | 'same' | 'worse' | 'unseen';
}

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

/** Fewer threads than this on one statement are no pile-up. */
const STUCK_THREADS = 5;
const HALVED = 0.5;
const WORSE = 1.25;
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
  return symptom.state !== 'quiet' && symptom.state !== 'unseen' && symptom.now !== 0;
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
  return unseen.length === 0 ? [] : [`not seen since: ${unseen.join(', ')}`];
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

/** Tags often carry a short sha. */
export function sameSha(one: string | undefined, other: string | undefined): boolean {
  if (!one || !other) return false;
  return one.length < other.length ? one.length >= 7 && other.startsWith(one) : other.length >= 7 && one.startsWith(other);
}

function rolloutsOf(evidence: Evidence): readonly Rollout[] {
  return (evidence.outcome.findings ?? []).filter((f): f is Rollout => f.kind === 'rollout');
}

/** A symptom as it was watched before the fix. */
interface Watched {
  key: string;
  check: string;
  name: string;
  unit?: string;
  before?: number;
  worst: number;
  /** At most this is quiet; at least, where too little is bad. */
  quiet: number;
  /** Too little is bad: free space, credits. */
  low?: true;
}

function symptomsUntil(history: readonly Evidence[], until: string, onset: string | undefined): readonly Watched[] {
  const watched = new Map<string, Watched>();
  for (const evidence of history) {
    if (evidence.at > until) continue;
    for (const finding of evidence.outcome.findings ?? []) {
      const level = finding.tone === 'bad' && finding.recovers !== false ? levelOf(finding) : undefined;
      if (level === undefined) continue;
      const key = symptomKey(evidence.check, finding);
      const was = watched.get(key);
      const low = was ? was.low : isLow(finding);
      const worst = low ? Math.min(was?.worst ?? level.now, level.now) : Math.max(was?.worst ?? 0, level.worst);
      const fresh = { key, check: evidence.check, worst, ...namesOf(finding), ...(low ? scarce(finding) : calm(finding, onset)) };
      watched.set(key, was ? { ...was, worst } : fresh);
    }
  }
  return [...watched.values()];
}

function levelNow(watched: Watched, history: readonly Evidence[], liveAt: string): Symptom {
  const { key, check, quiet, low, ...rest } = watched;
  const evidence = history.findLast((e) => e.check === check);
  const shown = { key, ...rest };
  if (!evidence || evidence.at <= liveAt || evidence.outcome.status === 'blind') return { ...shown, state: 'unseen' };
  const finding = (evidence.outcome.findings ?? []).find((f) => symptomKey(check, f) === key);
  if (!finding) return { ...shown, now: 0, state: 'quiet' };
  const points = pointsOf(finding)
    ?.filter((p) => p.at >= liveAt)
    .slice(-2);
  const now = points ? points.at(-1)?.value : levelOf(finding)?.now;
  if (now === undefined) return { ...shown, state: 'unseen' };
  const isCalm = (value: number) => (low ? value >= quiet : value <= quiet);
  const calmNow = points ? points.length === 2 && points.every((p) => isCalm(p.value)) : isCalm(now);
  return { ...shown, now, state: calmNow ? 'quiet' : low ? scarceState(now, watched) : stateOf(now, watched.worst) };
}

/** Halfway back to what it was counts as halved. */
function scarceState(now: number, { worst, before = worst }: Watched): 'halved' | 'same' | 'worse' {
  if (now * WORSE <= worst) return 'worse';
  return before > worst && now - worst >= (before - worst) * HALVED ? 'halved' : 'same';
}

/** Bad because it fell: a bad number below what is usual. */
function isLow(finding: Finding): true | undefined {
  if (finding.kind !== 'metric' || finding.baseline === undefined) return undefined;
  const now = finding.points.at(-1)?.value;
  return now !== undefined && now < finding.baseline.mean ? true : undefined;
}

function scarce(finding: Finding): { before?: number; quiet: number; low: true } {
  const mean = finding.kind === 'metric' ? (finding.baseline?.mean ?? 0) : 0;
  return { before: mean, quiet: mean / 1.5, low: true };
}

function stateOf(now: number, worst: number): 'halved' | 'same' | 'worse' {
  if (now >= worst * WORSE) return 'worse';
  return now <= worst * HALVED ? 'halved' : 'same';
}

export function symptomKey(check: string, finding: Finding): string {
  switch (finding.kind) {
    case 'error-group':
      return `${check} error-group ${finding.title} ${finding.transaction ?? ''}`;
    case 'error-rate':
      return `${check} error-rate`;
    case 'metric':
      return `${check} metric ${finding.name} ${finding.source ?? ''}`;
    case 'query-group':
      return `${check} query-group ${finding.db ?? ''} ${finding.fingerprint}`;
    case 'lock-wait':
      return `${check} lock-wait ${finding.lock} ${finding.table ?? ''}`;
    case 'workload':
      return `${check} workload ${finding.workload} ${finding.owner ?? finding.name}`;
    case 'log-group':
      return `${check} log-group ${finding.service ?? ''} ${finding.message}`;
    default:
      return `${check} ${finding.kind}`;
  }
}

function namesOf(finding: Finding): { name: string; unit?: string } {
  switch (finding.kind) {
    case 'error-group':
      return { name: finding.transaction === undefined ? finding.title : `${finding.transaction}: ${finding.title}`, unit: '/ min' };
    case 'error-rate':
      return { name: 'errors', unit: '/ min' };
    case 'metric':
      return { name: finding.name, ...(finding.unit === undefined ? {} : { unit: finding.unit }) };
    case 'query-group':
      return { name: 'stuck queries' };
    case 'lock-wait':
      return { name: `${finding.lock} lock waits` };
    case 'workload':
      return { name: `${finding.workload} ${finding.owner ?? finding.name}` };
    case 'log-group':
      return { name: finding.message };
    default:
      return { name: finding.kind };
  }
}

function pointsOf(finding: Finding): readonly { at: string; value: number }[] | undefined {
  if (finding.kind === 'metric') return finding.points;
  if (finding.kind === 'error-rate' || finding.kind === 'error-group') return finding.points?.map((p) => ({ at: p.at, value: p.count }));
  return undefined;
}

/** How strong a finding is in its look; undefined for what has no strength (a release, a note). */
function levelOf(finding: Finding): { worst: number; now: number } | undefined {
  const points = pointsOf(finding);
  if (points) {
    const values = points.map((p) => p.value);
    const now = values.at(-1);
    return now === undefined ? undefined : { worst: values.reduce((a, b) => Math.max(a, b), 0), now };
  }
  const now = plainLevel(finding);
  return now === undefined ? undefined : { worst: now, now };
}

function plainLevel(finding: Finding): number | undefined {
  switch (finding.kind) {
    case 'error-group':
    case 'log-group':
      return finding.count ?? 1;
    case 'query-group':
      return finding.threads;
    case 'lock-wait':
      return finding.waiters ?? 1;
    case 'connections':
      return finding.refused ? 1 : finding.used;
    case 'workload':
      return 1;
    default:
      return undefined;
  }
}

/** The level before the onset, and the highest level that counts as quiet. */
function calm(finding: Finding, onset: string | undefined): { before?: number; quiet: number } {
  const points = pointsOf(finding);
  if (!points) return finding.kind === 'query-group' ? { before: 0, quiet: STUCK_THREADS - 1 } : { quiet: 0 };
  const earlier = points.filter((p) => onset !== undefined && p.at < onset).map((p) => p.value);
  const mean =
    earlier.length > 0
      ? earlier.reduce((a, b) => a + b, 0) / earlier.length
      : finding.kind === 'metric'
        ? finding.baseline?.mean
        : undefined;
  if (mean === undefined) return { quiet: 0 };
  const sigma = Math.sqrt(earlier.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, earlier.length));
  return { before: mean, quiet: Math.max(mean + 3 * sigma, 1.5 * mean) };
}
