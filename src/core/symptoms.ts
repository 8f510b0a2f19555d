import type { Evidence, Finding } from './evidence.ts';

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
  /** The newest point is calm, the one before was not: on its way to quiet. */
  settling?: true;
}

/** Fewer threads than this on one statement are no pile-up. */
const STUCK_THREADS = 5;
const HALVED = 0.5;
const WORSE = 1.25;

/** A symptom as it was watched before the fix. */
export interface Watched {
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
  /** Measured in points over time; a plain count of another look cannot be compared with that. */
  pointed?: true;
}

/** What was bad until then and can recover, each with its level before the onset. */
export function symptomsUntil(history: readonly Evidence[], until: string, onset: string | undefined): readonly Watched[] {
  const watched = new Map<string, Watched>();
  for (const evidence of history) {
    if (evidence.at > until) continue;
    for (const finding of evidence.outcome.findings ?? []) {
      const level = finding.tone === 'bad' && finding.recovers !== false ? levelOf(finding) : undefined;
      if (level === undefined) continue;
      const key = symptomKey(evidence.check, finding);
      const pointed = pointsOf(finding) !== undefined;
      const known = watched.get(key);
      if (known?.pointed && !pointed) continue;
      const was = known?.pointed === true || !pointed ? known : undefined;
      const low = was ? was.low : isLow(finding);
      const worst = low ? Math.min(was?.worst ?? level.now, level.now) : Math.max(was?.worst ?? 0, level.worst);
      const measured = { ...(low ? scarce(finding) : calm(finding, onset)), ...(pointed ? ({ pointed } as const) : {}) };
      const fresh = { key, check: evidence.check, worst, ...namesOf(finding), ...measured };
      watched.set(key, was ? { ...was, worst } : fresh);
    }
  }
  return [...watched.values()];
}

/** How a symptom stands now, by the newest answer of its check; what was measured before `liveAt` does not count. */
export function levelNow(watched: Watched, history: readonly Evidence[], liveAt: string): Symptom {
  const { key, check, quiet, low, pointed, ...rest } = watched;
  const evidence = history.findLast((e) => e.check === check);
  const shown = { key, ...rest };
  if (!evidence || evidence.at <= liveAt || evidence.outcome.status === 'blind') return { ...shown, state: 'unseen' };
  const finding = (evidence.outcome.findings ?? []).find((f) => symptomKey(check, f) === key);
  if (!finding) return { ...shown, now: 0, state: 'quiet' };
  // Some trackers tell the minutes of loud groups alone: the count that is left is of a day, not of a minute.
  if (pointed && !pointsOf(finding)) return { ...shown, state: 'unseen' };
  const points = pointsOf(finding)
    ?.filter((p) => p.at >= liveAt)
    .slice(-2);
  const now = points ? points.at(-1)?.value : levelOf(finding)?.now;
  if (now === undefined) return { ...shown, state: 'unseen' };
  const isCalm = (value: number) => (low ? value >= quiet : value <= quiet);
  const calmNow = points ? points.length === 2 && points.every((p) => isCalm(p.value)) : isCalm(now);
  return {
    ...shown,
    now,
    ...(!calmNow && isCalm(now) ? ({ settling: true } as const) : {}),
    state: calmNow ? 'quiet' : low ? scarceState(now, watched) : stateOf(now, watched.worst),
  };
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

function symptomKey(check: string, finding: Finding): string {
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
      return {
        name: finding.transaction === undefined ? finding.title : `${finding.transaction}: ${finding.title}`,
        ...(finding.points ? { unit: '/ min' } : {}),
      };
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
