import { Blind } from './blind.ts';
import type { Look, Scope } from './check.ts';
import { errorRate, judgedGroup, type RawGroup } from './error-trend.ts';
import type { Commit, ErrorGroup, Finding, Note, Release } from './evidence.ts';
import { type Minute, minutesBefore } from './minutes.ts';
import { releasesNear } from './releases-near.ts';

/** What an error tracker answered, in one shape for all of them. */
export interface Answered {
  tracker: string;
  total: readonly Minute[];
  groups: readonly RawGroup[];
  releases: readonly Release[];
  commits?: readonly Commit[];
  notes: readonly Note[];
  /** Milliseconds: start of the newest bucket that the tracker gave. */
  newest: number;
}

/** Counts that end this long before the incident was opened say nothing about it. */
const STALE_MINUTES = 10;

const ORDER = { bad: 0, changed: 1, normal: 2 };

/** The findings of an error tracker: the total with its onset, the groups that matter first, releases, notes. */
export function errorsLook(answered: Answered, scope: Scope): Look {
  const { tracker } = answered;
  const asOf = new Date(answered.newest).toISOString();
  if (asOf < minutesBefore(scope.openedAt, STALE_MINUTES))
    throw new Blind(
      `${tracker}: its newest counts are of ${asOf.slice(11, 16)} UTC, too early to show this trouble`,
      `Look again in a few minutes, or see the status page of ${tracker}`,
    );
  const rate = errorRate(tracker, answered.total, answered.groups, scope.known);
  const onset = rate.onset ?? scope.onset;
  const groups = answered.groups
    .map((group) => judgedGroup({ ...group, fresh: group.fresh || wasNew(group, scope) }, onset, scope.openedAt))
    .toSorted((a, b) => ORDER[a.tone ?? 'bad'] - ORDER[b.tone ?? 'bad'] || (b.count ?? 0) - (a.count ?? 0));
  const releases = releasesNear(answered.releases, onset ?? scope.openedAt);
  const findings: readonly Finding[] = [rate, ...groups, ...releases, ...(answered.commits ?? []), ...answered.notes];
  const found = findings.some((f) => f.tone !== 'normal');
  return {
    outcome: found ? { status: 'found', findings } : { status: 'quiet', findings },
    asOf,
    scope: scope.environment,
  };
}

/** The groups of which it is worth asking more, in order: new and louder ones; when nothing stands out, the loudest alone. */
export function worthAsking<G extends RawGroup>(
  tracker: string,
  total: readonly Minute[],
  groups: readonly G[],
  scope: Scope,
): readonly G[] {
  const onset = errorRate(tracker, total, groups, scope.known).onset ?? scope.onset;
  const toned = groups.map((group) => ({ group, tone: judgedGroup(group, onset, scope.openedAt).tone ?? 'bad' }));
  const standing = toned.filter(({ tone }) => tone !== 'normal').toSorted((a, b) => ORDER[a.tone] - ORDER[b.tone]);
  return (standing.length > 0 ? standing : toned.slice(0, 1)).map(({ group }) => group);
}

/** What an earlier look of this incident called new stays new, although it is old by now. */
function wasNew(group: RawGroup, scope: Scope): boolean {
  return knownGroup(group, scope)?.isNew === true;
}

/** Whose minutes an earlier look of this incident read: they are followed until its end, also when they no longer stand out. */
export function isFollowed(group: RawGroup, scope: Scope): boolean {
  return knownGroup(group, scope)?.points !== undefined;
}

/** What the newest occurrence of a group tells. */
export type Details = Pick<
  ErrorGroup,
  'class' | 'message' | 'frames' | 'transaction' | 'transactionShare' | 'transactionErrorShare' | 'httpStatus' | 'release' | 'lastSeen'
>;

/** What an earlier look of this incident read of the newest occurrence: it need not be asked again. */
export function knownDetails(group: RawGroup, scope: Scope): Details | undefined {
  const known = knownGroup(group, scope);
  return known?.frames === undefined && known?.message === undefined ? undefined : known && detailsOnly(known);
}

function knownGroup(group: RawGroup, scope: Scope): ErrorGroup | undefined {
  const groups = scope.known.flatMap((e) => e.outcome.findings ?? []).filter((f): f is ErrorGroup => f.kind === 'error-group');
  return groups.find((g) => g.tracker === group.tracker && g.title === group.title && g.url === group.url);
}

function detailsOnly({
  kind,
  tone,
  recovers,
  trend,
  isNew,
  points,
  count,
  users,
  firstSeen,
  lastSeen,
  url,
  title,
  tracker,
  ...details
}: ErrorGroup): Details {
  return details;
}
