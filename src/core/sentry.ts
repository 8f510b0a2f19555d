import { chainMessage, safeText, type Thrown } from './error-message.ts';
import type { RawGroup } from './error-trend.ts';
import type { Details } from './errors-look.ts';
import type { Commit, Frame, Release } from './evidence.ts';
import { looksOwn, withoutRoot, worthShowing } from './frames.ts';
import { statusOfClass } from './http-status.ts';
import { at, listAt, numberAt, optional, textAt, timeAt } from './json.ts';

/** Readers of Sentry's answers, https://docs.sentry.io/api/. Undefined: a shape that we do not know. */

const HOUR = 3_600;

/** An issue, with its ids for further questions. */
export interface Issue extends RawGroup {
  id: string;
  shortId: string | undefined;
}

/** GET organizations/ORG/issues/. Counts are texts, stats are pairs of seconds and counts. */
export function readIssues(body: unknown, now: string): readonly Issue[] | undefined {
  const rows = listAt(body);
  if (!rows?.every((row) => textAt(row, 'id') !== undefined && textAt(row, 'title') !== undefined)) return undefined;
  return rows
    .filter((row) => (textAt(row, 'issueCategory') ?? 'error') === 'error')
    .map((row): Issue => {
      const name = textAt(row, 'metadata', 'type');
      const message = textAt(row, 'metadata', 'value');
      const culprit = textAt(row, 'culprit');
      return {
        id: textAt(row, 'id') ?? '',
        shortId: textAt(row, 'shortId'),
        title: safeText(textAt(row, 'title') ?? ''),
        tracker: 'sentry',
        ...optional('class', name),
        ...(message === undefined ? {} : { message: safeText(message) }),
        ...(culprit === undefined ? {} : { transaction: safeText(culprit) }),
        ...optional('httpStatus', statusOfClass(name ?? '')),
        ...optional('count', numberAt(row, 'count')),
        ...optional('users', numberAt(row, 'userCount')),
        ...optional('firstSeen', timeAt(row, 'firstSeen')),
        ...optional('lastSeen', timeAt(row, 'lastSeen')),
        ...optional('url', textAt(row, 'permalink')),
        ...optional('hours', hoursOf(listAt(row, 'stats', '24h'), now)),
        returned: textAt(row, 'substatus') === 'regressed',
      };
    });
}

/** Whatever its buckets are: a count for each of the last 24 hours, the running one last. */
function hoursOf(stats: readonly unknown[] | undefined, now: string): readonly number[] | undefined {
  if (!stats || stats.length === 0) return undefined;
  const last = Math.floor(Date.parse(now) / 1000 / HOUR);
  const hours = Array.from({ length: 24 }, () => 0);
  for (const pair of stats) {
    const hour = 23 - (last - Math.floor((numberAt(pair, 0) ?? 0) / HOUR));
    if (hour >= 0 && hour < 24) hours[hour] = (hours[hour] ?? 0) + (numberAt(pair, 1) ?? 0);
  }
  return hours;
}

/** GET events-timeseries, or the older events-stats: name of each series ('' for the total) → milliseconds → count, without the bucket that still fills. */
export function readSeries(body: unknown): ReadonlyMap<string, ReadonlyMap<number, number>> | undefined {
  const series = listAt(body, 'timeSeries');
  if (series) {
    const named = series.map((one) => [textAt(one, 'groupBy', 0, 'value') ?? '', counts(listAt(one, 'values') ?? [])] as const);
    return new Map(named);
  }
  const data = listAt(body, 'data');
  if (data)
    return new Map([['', counts(data.map((pair) => ({ timestamp: (numberAt(pair, 0) ?? 0) * 1000, value: at(pair, 1, 0, 'count') })))]]);
  return undefined;
}

function counts(values: readonly unknown[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const value of values) {
    const time = numberAt(value, 'timestamp');
    if (time !== undefined && at(value, 'incomplete') !== true) found.set(time, numberAt(value, 'value') ?? 0);
  }
  return found;
}

/** GET issues/{id}/events/latest/. Variables, user and request are left where they are. */
export function readEvent(event: unknown): Details | undefined {
  const entries = listAt(event, 'entries');
  if (!entries) return undefined;
  // Most SDKs put the root cause first.
  const rootFirst =
    listAt(
      entries.find((entry) => at(entry, 'type') === 'exception'),
      'data',
      'values',
    ) ?? [];
  const chain = rootFirst
    .toReversed()
    .map((thrown): Thrown => ({ ...optional('class', textAt(thrown, 'type')), ...optional('message', textAt(thrown, 'value')) }));
  const message = chain.length > 0 ? chainMessage(chain) : safeText(textAt(event, 'message') ?? '');
  const stacks = rootFirst.map(framesOf);
  const frames = stacks.find((stack) => stack.some((frame) => frame.inApp)) ?? stacks[0] ?? [];
  const status =
    numberAt(event, 'contexts', 'response', 'status_code') ?? numberAt(tag(event, 'http.status_code') ?? tag(event, 'status_code'));
  const transaction = transactionOf(event, entries);
  return {
    ...optional('class', chain[0]?.class),
    ...(message === '' ? {} : { message }),
    ...(frames.length === 0 ? {} : { frames: worthShowing(frames) }),
    ...(transaction === undefined ? {} : { transaction: safeText(transaction) }),
    ...optional('httpStatus', status ?? chain.map((thrown) => statusOfClass(thrown.class ?? '')).find((found) => found !== undefined)),
    ...optional('release', textAt(event, 'release', 'version') ?? tag(event, 'release')),
    ...optional('lastSeen', timeAt(event, 'dateCreated')),
  };
}

function tag(event: unknown, key: string): string | undefined {
  return textAt(
    (listAt(event, 'tags') ?? []).find((one) => at(one, 'key') === key),
    'value',
  );
}

/** `POST /threads` when the transaction is a bare path. */
function transactionOf(event: unknown, entries: readonly unknown[]): string | undefined {
  const name = tag(event, 'transaction');
  const method = textAt(
    entries.find((entry) => at(entry, 'type') === 'request'),
    'data',
    'method',
  );
  return name?.startsWith('/') && method !== undefined ? `${method} ${name}` : name;
}

/** Sentry lists them oldest first. */
function framesOf(thrown: unknown): readonly Frame[] {
  return (listAt(thrown, 'stacktrace', 'frames') ?? []).toReversed().flatMap((frame): readonly Frame[] => {
    const path = textAt(frame, 'filename') ?? textAt(frame, 'absPath');
    if (path === undefined) return [];
    const told = at(frame, 'inApp');
    const file = withoutRoot(path, undefined);
    const inApp = typeof told === 'boolean' ? told : looksOwn(file);
    return [{ file, ...optional('line', numberAt(frame, 'lineNo')), ...optional('function', textAt(frame, 'function')), inApp }];
  });
}

/** GET releases/: those that were deployed to this environment, or whose deploys are not told. */
export function readReleases(body: unknown, environment: string): readonly Release[] | undefined {
  return listAt(body)?.flatMap((release): readonly Release[] => {
    const version = textAt(release, 'version');
    const when = timeAt(release, 'lastDeploy', 'dateFinished') ?? timeAt(release, 'dateReleased') ?? timeAt(release, 'dateCreated');
    if (version === undefined || when === undefined || (textAt(release, 'lastDeploy', 'environment') ?? environment) !== environment)
      return [];
    const sha = /(?:^|[+@-])([0-9a-f]{40}|[0-9a-f]{7,12})$/.exec(textAt(release, 'ref') ?? version)?.[1];
    const service = textAt(release, 'projects', 0, 'slug');
    return [{ kind: 'release', at: when, version, source: 'sentry', ...optional('sha', sha), ...optional('service', service) }];
  });
}

/** GET releases/{version}/commits/. */
export function readCommits(body: unknown): readonly Commit[] | undefined {
  return listAt(body)?.flatMap((commit): readonly Commit[] => {
    const sha = textAt(commit, 'id');
    const message = textAt(commit, 'message');
    if (sha === undefined) return [];
    return [
      {
        kind: 'commit',
        sha,
        tone: 'changed',
        ...(message === undefined ? {} : { message: safeText(message) }),
        ...optional('at', timeAt(commit, 'dateCreated')),
        ...optional('author', textAt(commit, 'author', 'name')),
      },
    ];
  });
}

/** GET events/ with transaction and failure_rate(): share of each route's requests that fail, 0..1. */
export function readShares(body: unknown): ReadonlyMap<string, number> | undefined {
  const rows = listAt(body, 'data');
  return (
    rows &&
    new Map(
      rows.flatMap((row) => {
        const [name, share] = [textAt(row, 'transaction'), numberAt(row, 'failure_rate()')];
        return name === undefined || share === undefined ? [] : [[name, share] as const];
      }),
    )
  );
}

/** Cursor of the next page; both links are always there, only `results` tells. */
export function nextCursor(link: string | undefined): string | undefined {
  const next = link?.split(',').find((part) => /rel="next"/.test(part) && /results="true"/.test(part));
  return next === undefined ? undefined : /cursor="([^"]+)"/.exec(next)?.[1];
}
