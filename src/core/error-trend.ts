import type { ErrorGroup, ErrorRate, Evidence, Tone } from './evidence.ts';
import { isClientError } from './http-status.ts';
import { asPoints, type Minute, minutesBefore } from './minutes.ts';
import { type Rise, riseIn } from './onset.ts';
import { sum } from './stats.ts';

/** A group as its tracker tells it, before it is compared with the time before. */
export interface RawGroup extends Omit<ErrorGroup, 'kind' | 'tone' | 'trend' | 'isNew' | 'points'> {
  minutes?: readonly Minute[];
  /** Occurrences of each whole hour, oldest first, the running one last: where minutes are not known. */
  hours?: readonly number[];
  /** The tracker itself says that it is new or came back in the running version. */
  fresh?: boolean;
  /** It had been resolved and came back: its first time does not count. */
  returned?: boolean;
}

/** Fewer occurrences of a new group than this are a change, no trouble yet. */
const FEW = 3;
/** An error that began this long before the total rose belongs to the rise. */
const LEAD_MINUTES = 15;
const LOUDER = 3;
/** Minutes of a group that is only context: every look is kept in the journal. */
const CONTEXT = 30;

/**
 * The total per minute without the groups that are the client's own fault, as a finding with its onset. An earlier look of the same incident lends
 * its onset and its usual level once they have left the tracker's window.
 */
export function errorRate(tracker: string, total: readonly Minute[], groups: readonly RawGroup[], known: readonly Evidence[]): ErrorRate {
  const points = withoutClientErrors(total, groups);
  const before = knownRate(tracker, known);
  const late = before?.onset !== undefined && points[0] !== undefined && points[0].at >= before.onset;
  const rise = riseIn(asPoints(points), late && before?.usual !== undefined ? { usual: before.usual } : {});
  const onset = earliest(before?.onset, rise.onset);
  const usual = late && before?.usual !== undefined ? before.usual : rise.usual;
  return {
    kind: 'error-rate',
    tracker,
    points,
    usual: Math.round(usual * 10) / 10,
    ...(onset === undefined ? {} : { onset }),
    tone: rises(rise) ? 'bad' : 'normal',
  };
}

function rises(rise: Rise): boolean {
  return rise.onset !== undefined && rise.until === undefined;
}

function earliest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function knownRate(tracker: string, known: readonly Evidence[]): ErrorRate | undefined {
  const rates = known.flatMap((e) => e.outcome.findings ?? []).filter((f): f is ErrorRate => f.kind === 'error-rate');
  return rates.find((rate) => rate.tracker === tracker);
}

function withoutClientErrors(total: readonly Minute[], groups: readonly RawGroup[]): readonly Minute[] {
  const client = new Map<string, number>();
  for (const group of groups.filter((g) => isClientError(g.httpStatus)))
    for (const minute of group.minutes ?? []) client.set(minute.at, (client.get(minute.at) ?? 0) + minute.count);
  return total.map(({ at, count }) => ({ at, count: Math.max(0, count - (client.get(at) ?? 0)) }));
}

/**
 * A group as a finding: new, louder or as always against the time before the onset, and whether that is bad by itself. Where minutes are known its
 * count is that since the onset (of the last hour, without one).
 */
export function judgedGroup(raw: RawGroup, onset: string | undefined, openedAt: string): ErrorGroup {
  const { minutes, hours, fresh, returned, ...group } = raw;
  const since = minutesBefore(onset ?? openedAt, onset === undefined ? 60 : LEAD_MINUTES);
  const rise = minutes ? riseIn(asPoints(minutes)) : undefined;
  const trend = trendOf(raw, since, rise);
  const recent = minutes ? sum(minutes.filter((m) => m.at >= since).map((m) => m.count)) : group.count;
  const still = minutes === undefined || rise?.until === undefined;
  const tone = toneOf(trend, recent ?? 0, still, isClientError(group.httpStatus));
  return {
    ...group,
    kind: 'error-group',
    trend,
    isNew: trend === 'new',
    tone,
    ...(minutes === undefined ? {} : { points: tone === 'normal' ? minutes.slice(-CONTEXT) : minutes, count: recent ?? 0 }),
  };
}

function trendOf(group: RawGroup, since: string, rise: Rise | undefined): 'new' | 'louder' | 'as-always' {
  const began = group.firstSeen !== undefined && group.firstSeen >= since;
  if (group.fresh || began || ((group.firstSeen === undefined || group.returned) && silentBefore(group, since))) return 'new';
  if (rise) return rise.onset === undefined ? 'as-always' : 'louder';
  const [before, now] = [group.hours?.slice(0, -1) ?? [], group.hours?.at(-1) ?? 0];
  const usual = before.length === 0 ? now : sum(before) / before.length;
  return now >= LOUDER * Math.max(1, usual) ? 'louder' : 'as-always';
}

/** Nothing of it in all that we can see before `since`: at least two hours, or half an hour in minutes. */
function silentBefore(group: RawGroup, since: string): boolean {
  const earlier = group.minutes?.filter((m) => m.at < since) ?? [];
  const hours = group.hours?.slice(0, -2) ?? [];
  if (earlier.length < 30 && hours.length < 2) return false;
  return earlier.every((m) => m.count === 0) && hours.every((count) => count === 0);
}

function toneOf(trend: 'new' | 'louder' | 'as-always', recent: number, still: boolean, client: boolean): Tone {
  if (trend === 'as-always' || !still) return 'normal';
  return client || (trend === 'new' && recent < FEW) ? 'changed' : 'bad';
}
