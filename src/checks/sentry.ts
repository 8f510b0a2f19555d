import { orBlind, verified } from '../core/blind.ts';
import type { Check, Look, Scope } from '../core/check.ts';
import { type Details, errorsLook, knownDetails, worthAsking } from '../core/errors-look.ts';
import type { Commit, Note, Release } from '../core/evidence.ts';
import { optional } from '../core/json.ts';
import type { HttpCall, HttpKit } from '../core/kit/http.ts';
import { everyMinute, minutesBefore, startOfMinute } from '../core/minutes.ts';
import { list, type Part } from '../core/part.ts';
import { releasesNear } from '../core/releases-near.ts';
import { type Issue, nextCursor, readCommits, readEvent, readIssues, readReleases, readSeries, readShares } from '../core/sentry.ts';
import { type Asking, asking, Refused, type Source, side, strange } from './ask.ts';

/** Issues that are told. */
const ISSUES = 8;
/** Issues of which the newest event is read. */
const DETAILED = 4;
const MINUTES = 180;
/** Pages of new issues: a release that breaks everything makes hundreds. */
const PAGES = 2;
const LEVELS = 'level:[error,fatal]';

interface Place {
  source: Source;
  org: string;
  projects: readonly string[];
}

export const sentry: Part<Check, { http: HttpKit }> = {
  name: 'sentry',
  env: {
    SENTRY_TOKEN: {
      about: 'Token of an internal integration with event:read, org:read and project:read. Setting it switches Sentry on',
      example: 'sntrys_0123456789abcdef',
      switch: true,
      secret: true,
    },
    SENTRY_ORG: { about: 'Organization, as in its URL', example: 'acme' },
    SENTRY_PROJECT: { about: 'Projects by commas; all that the token sees when empty', example: 'web,worker', preset: '' },
    SENTRY_URL: {
      about: 'Where Sentry answers: its region or your own server',
      example: 'https://de.sentry.io',
      preset: 'https://sentry.io',
    },
  },
  make: (env, kit) => {
    const url = env('SENTRY_URL').replace(/(?:\/api\/0)?\/*$/, '');
    const place: Place = {
      source: sourceAt(url),
      org: `/organizations/${encodeURIComponent(env('SENTRY_ORG'))}`,
      projects: list(env('SENTRY_PROJECT')),
    };
    const ask = (now: string, signal: AbortSignal) =>
      asking(kit.http, place.source, `${url}/api/0`, { authorization: `Bearer ${env('SENTRY_TOKEN')}` }, now, signal);
    return {
      name: 'sentry',
      question: 'Which errors are new or louder in Sentry, and since when?',
      budgetMs: 8_000,
      look: async (scope, signal) => {
        const asks = ask(scope.now, signal);
        const answer = await orBlind(() => look(asks, place, scope));
        return { ...answer, cost: { requests: asks.requests() } };
      },
      verify: (signal) => {
        const may = (what: string, path: string, query: HttpCall['query'], says: string, required: boolean) =>
          verified(
            what,
            async () => {
              await ask('', signal).get(place.org + path, query);
              return says;
            },
            required,
          );
        return Promise.all([
          may('sentry issues', '/issues/', { limit: 1 }, 'the token can read issues (event:read)', true),
          may(
            'sentry counts',
            '/events-timeseries/',
            { dataset: 'errors', yAxis: 'count()', statsPeriod: '1h', interval: 60 },
            'and counts (org:read)',
            false,
          ),
          may('sentry releases', '/releases/', { per_page: 1 }, 'and releases (project:read)', false),
        ]);
      },
    };
  },
};

function sourceAt(url: string): Source {
  const token =
    'Set SENTRY_TOKEN to the token of an internal integration with event:read, org:read and project:read (Sentry: Settings, Developer Settings)';
  return {
    name: 'Sentry',
    renew: token,
    grant: `${token}, and SENTRY_ORG and SENTRY_PROJECT to the names in Sentry's URL`,
    reach: `See whether Sentry answers here: curl -sS ${url}/api/0/`,
    limitEnds: (headers) => Number(headers['x-sentry-rate-limit-reset']) || undefined,
  };
}

async function look(ask: Asking, place: Place, scope: Scope): Promise<Look> {
  const { source, org } = place;
  const where = { environment: scope.environment, ...(place.projects.length > 0 ? { project: place.projects } : { project: ['-1'] }) };
  const [loudest, newest, total, perIssue, releases] = await Promise.all([
    issues(ask, place, { ...where, query: `is:unresolved ${LEVELS}`, sort: 'freq', limit: 25 }, scope),
    scope.lean ? [] : newIssues(ask, place, where, scope),
    totalPerMinute(ask, place, where, scope),
    side(source, 'counts per issue and minute', () =>
      ask
        .get(`${org}/events-timeseries/`, { ...series(where, scope), groupBy: 'issue', topEvents: ISSUES, sort: '-count()' })
        .then((a) => readSeries(a.body)),
    ),
    side(source, 'releases', () =>
      ask.get(`${org}/releases/`, { ...where, per_page: 15 }).then((a) => readReleases(a.body, scope.environment)),
    ),
  ]);
  const since = Date.parse(minutesBefore(scope.now, MINUTES));
  const perMinute = everyMinute(total, since, scope.now);
  const told = distinct([...newest, ...loudest]).map((issue) => {
    const counts = issue.shortId === undefined ? undefined : perIssue.value?.get(issue.shortId);
    return { ...issue, ...(counts === undefined ? {} : { minutes: everyMinute(counts, since, scope.now) }) };
  });
  const worth = worthAsking('sentry', perMinute, told, scope).slice(0, ISSUES);
  const shown = distinct([...worth, ...told]).slice(0, ISSUES);
  const [details, shares, commits] = await Promise.all([
    detailsOf(ask, place, worth, scope),
    sharesOf(ask, place, where, worth),
    commitsOf(ask, place, releases.value ?? [], scope),
  ]);
  const groups = shown.map(({ id, shortId, ...issue }) => ({
    ...issue,
    ...(knownDetails(issue, scope) ?? details.found.get(id)),
    ...optional('transactionShare', shares.get(issue.transaction ?? '')),
  }));
  const notes = [...perIssue.notes, ...releases.notes, ...details.notes];
  const answered = {
    tracker: 'sentry',
    total: perMinute,
    groups,
    releases: releases.value ?? [],
    commits,
    notes,
    newest: Math.max(...total.keys()),
  };
  return errorsLook(answered, scope);
}

function distinct<G extends Issue>(issues: readonly G[]): readonly G[] {
  return [...new Map(issues.map((issue) => [issue.id, issue])).values()];
}

async function issues(ask: Asking, { org, source }: Place, query: HttpCall['query'], scope: Scope): Promise<readonly Issue[]> {
  const answer = await ask.get(`${org}/issues/`, { statsPeriod: '24h', groupStatsPeriod: '24h', ...query });
  const read = readIssues(answer.body, scope.now);
  if (!read) throw strange(source, 'issues in an unknown shape');
  return read;
}

/** First seen shortly before the trouble or since: a rare one is not among the loudest. */
async function newIssues(ask: Asking, { org, source }: Place, where: object, scope: Scope): Promise<readonly Issue[]> {
  const query = {
    ...where,
    query: `is:unresolved ${LEVELS} firstSeen:-3h`,
    sort: 'new',
    limit: 100,
    statsPeriod: '24h',
    groupStatsPeriod: '24h',
  };
  const found: Issue[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const answer = await ask.get(`${org}/issues/`, { ...query, cursor });
    const read = readIssues(answer.body, scope.now);
    if (!read) throw strange(source, 'issues in an unknown shape');
    found.push(...read);
    cursor = nextCursor(answer.headers.link);
    if (cursor === undefined) break;
  }
  return found.toSorted((a, b) => (b.count ?? 0) - (a.count ?? 0));
}

function series(where: object, scope: Scope) {
  const end = startOfMinute(scope.now);
  return { ...where, dataset: 'errors', yAxis: 'count()', interval: 60, query: LEVELS, start: minutesBefore(end, MINUTES), end };
}

/** Older servers know only events-stats. */
async function totalPerMinute(ask: Asking, { org, source }: Place, where: object, scope: Scope): Promise<ReadonlyMap<number, number>> {
  const query = series(where, scope);
  const answer = await ask.get(`${org}/events-timeseries/`, query).catch((error: unknown) => {
    if (error instanceof Refused && error.status === 404) return ask.get(`${org}/events-stats/`, { ...query, interval: '1m' });
    throw error;
  });
  const total = readSeries(answer.body)?.get('');
  if (!total || total.size === 0) throw strange(source, 'no data points');
  return total;
}

async function detailsOf(ask: Asking, { org, source }: Place, worth: readonly Issue[], scope: Scope) {
  const found = new Map<string, Details>();
  const notes: Note[] = [];
  const asked = worth.filter((issue) => knownDetails(issue, scope)?.frames === undefined).slice(0, DETAILED);
  await Promise.all(
    asked.map(async ({ id, title }) => {
      const path = `${org}/issues/${encodeURIComponent(id)}/events/latest/`;
      const one = await side<Details>(source, `the newest event of "${title}"`, async () => readEvent((await ask.get(path)).body));
      notes.push(...one.notes);
      if (one.value) found.set(id, one.value);
    }),
  );
  return { found, notes };
}

/** Share of each route that fails, where performance data is sent; without it nothing is said. */
async function sharesOf(ask: Asking, { org, source }: Place, where: object, worth: readonly Issue[]): Promise<ReadonlyMap<string, number>> {
  const names = [...new Set(worth.flatMap((issue) => issue.transaction ?? []))].slice(0, ISSUES);
  if (names.length === 0) return new Map();
  const query = `transaction:[${names.map((name) => JSON.stringify(name)).join(',')}]`;
  const fields = ['transaction', 'failure_rate()', 'count()'];
  const asked = await side(source, 'failure rates', async () =>
    readShares(
      (await ask.get(`${org}/events/`, { ...where, dataset: 'transactions', field: fields, query, per_page: 20, statsPeriod: '15m' })).body,
    ),
  );
  return asked.value ?? new Map();
}

/** Commits of the newest release that came shortly before the trouble. */
async function commitsOf(ask: Asking, { org, source }: Place, releases: readonly Release[], scope: Scope): Promise<readonly Commit[]> {
  const version = releasesNear(releases, scope.onset ?? scope.openedAt).find((r) => r.tone === 'changed')?.version;
  if (version === undefined || scope.lean) return [];
  const path = `${org}/releases/${encodeURIComponent(version)}/commits/`;
  const asked = await side(source, 'commits', async () => readCommits((await ask.get(path)).body));
  return asked.value ?? [];
}
