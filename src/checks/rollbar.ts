import { orBlind, verified } from '../core/blind.ts';
import type { Check, Look, Scope } from '../core/check.ts';
import { type Answered, type Details, errorsLook, isFollowed, knownDetails, worthAsking } from '../core/errors-look.ts';
import type { Note, Release } from '../core/evidence.ts';
import { at } from '../core/json.ts';
import type { HttpAnswer, HttpKit } from '../core/kit/http.ts';
import { everyMinute, type Minute, minutesBefore, startOfMinute } from '../core/minutes.ts';
import type { Part } from '../core/part.ts';
import {
  type Item,
  readCounters,
  readCounts,
  readDeploys,
  readMetrics,
  readOccurrence,
  readRoutes,
  readTopItems,
} from '../core/rollbar.ts';
import { routeShares } from '../core/route-shares.ts';
import { sum } from '../core/stats.ts';
import { type Asking, asking, Refused, type Side, type Source, side, strange } from './ask.ts';

/** Hours of which each item's counts are asked: enough to tell a new one from one of every day. */
const HOURS = 24;
/** Groups that are told. */
const GROUPS = 8;
/** Groups of which the newest occurrence is read: one fault shows on several routes, and only the occurrence tells them apart. */
const DETAILED = 4;
/** With fewer new groups than this it is worth asking which items are new in the running version. */
const PLENTY = 2;
/** Groups whose counts are asked one by one, where they cannot be had together. */
const COUNTED = 6;
/** Minutes of which the counts of each group are asked. */
const MINUTES = 180;

export const rollbar: Part<Check, { http: HttpKit }> = {
  name: 'rollbar',
  env: {
    ROLLBAR_READ_TOKEN: {
      about: 'Rollbar project access token with scope read. Setting it switches Rollbar on',
      example: '0123456789abcdef0123456789abcdef',
      switch: true,
      secret: true,
    },
    ROLLBAR_API_URL: { about: 'Where Rollbar answers', example: 'https://api.rollbar.com', preset: 'https://api.rollbar.com' },
  },
  make: (env, kit) => {
    // With or without the version at its end: both stand in the documentation.
    const url = env('ROLLBAR_API_URL')
      .replace(/\/+$/, '')
      .replace(/\/api\/1$/, '');
    const source = sourceAt(url);
    const ask = (now: string, signal: AbortSignal) =>
      asking(kit.http, source, `${url}/api/1`, { 'x-rollbar-access-token': env('ROLLBAR_READ_TOKEN') }, now, signal);
    return {
      name: 'rollbar',
      question: 'Which errors are new or louder in Rollbar, and since when?',
      budgetMs: 8_000,
      look: async (scope, signal) => {
        const asks = ask(scope.now, signal);
        const answer = await orBlind(() => look(asks, source, scope));
        return { ...answer, cost: { requests: asks.requests() } };
      },
      verify: async (signal) => [
        await verified('rollbar', async () => {
          resultOf(await ask('', signal).get('/items/', { page: 1 }), source);
          return 'the token can read items';
        }),
      ],
    };
  },
};

function sourceAt(url: string): Source {
  return {
    name: 'Rollbar',
    renew: 'Set ROLLBAR_READ_TOKEN to a project access token with scope read (Rollbar: project, Settings, Project Access Tokens)',
    grant: 'Set ROLLBAR_READ_TOKEN to a project access token with scope read (Rollbar: project, Settings, Project Access Tokens)',
    reach: `See whether Rollbar answers here: curl -sS ${url}/api/1/status/ping`,
    limitEnds: (headers, now) => {
      const left = Number(headers['x-rate-limit-remaining-seconds']);
      return left > 0 ? Date.parse(now) / 1000 + left : Number(headers['x-rate-limit-reset']) || undefined;
    },
  };
}

const nothing: Side<ReadonlySet<number>> = { notes: [] };

/** Rollbar may say `err: 1` with status 200. */
function resultOf(answer: HttpAnswer, source: Source): unknown {
  const { body } = answer;
  if (at(body, 'err') !== 0 || at(body, 'result') === undefined) throw strange(source, 'no result');
  return at(body, 'result');
}

async function look(ask: Asking, source: Source, scope: Scope): Promise<Look> {
  const environments = scope.environment;
  const [items, total, minutes, deploys] = await Promise.all([
    ask.get('/reports/top_active_items', { hours: HOURS, environments, sort: 'occurrences' }).then((a) => itemsOf(a, source)),
    ask.get('/reports/occurrence_counts', { bucket_size: 60, environments, min_level: 'error' }).then((a) => totalOf(a, source)),
    minutesOfGroups(ask, source, scope),
    side(source, 'deploys', () => ask.get('/deploys').then((a) => readDeploys(resultOf(a, source), scope.environment))),
  ]);
  const perMinute = everyMinute(total, Math.min(...total.keys()), scope.now);
  const loudest = items.slice(0, GROUPS);
  const told = minutes.value
    ? withMinutes(loudest, minutes.value, scope)
    : await minutesOneByOne(ask, source, toCount(worthAsking('rollbar', perMinute, loudest, scope), loudest, scope), loudest, scope);
  const worth = worthAsking('rollbar', perMinute, told, scope);
  const [details, fresh] = await Promise.all([
    detailsOf(ask, source, worth, scope),
    worth.length < PLENTY ? newInRunning(ask, source, scope, deploys.value ?? []) : nothing,
  ]);
  const lately = recentOf(perMinute, scope) ?? 0;
  const read = told.flatMap((item) => {
    const routes = details.routes.get(item.id);
    // Where minutes are not known, no share is.
    return routes === undefined ? [] : [[item.id, { routes, recent: recentOf(item.minutes, scope) ?? 0 }] as const];
  });
  const shares = routeShares(new Map(read), lately);
  const groups = told.map(({ id, counter = -1, ...item }) => ({
    ...item,
    ...(knownDetails(item, scope) ?? { ...details.found.get(id), ...shares.get(id) }),
    fresh: fresh.value?.has(counter) === true,
  }));
  const answered: Answered = {
    tracker: 'rollbar',
    total: perMinute,
    groups,
    releases: deploys.value ?? [],
    notes: [...(told.some((item) => item.minutes) ? [] : minutes.notes), ...deploys.notes, ...details.notes, ...fresh.notes],
    newest: Math.max(...total.keys()),
  };
  return errorsLook(answered, scope);
}

/** Minutes in which a group's share of its route is counted. */
const LATELY = 15;

function recentOf(minutes: readonly Minute[] | undefined, scope: Scope): number | undefined {
  const since = minutesBefore(scope.now, LATELY);
  return minutes && sum(minutes.filter((minute) => minute.at >= since).map((minute) => minute.count));
}

function itemsOf(answer: HttpAnswer, source: Source): readonly Item[] {
  const items = readTopItems(resultOf(answer, source));
  if (!items) throw strange(source, 'top_active_items in an unknown shape');
  return items;
}

function totalOf(answer: HttpAnswer, source: Source): ReadonlyMap<number, number> {
  const counts = readCounts(resultOf(answer, source));
  if (!counts) throw strange(source, 'no data points in occurrence_counts');
  return counts;
}

function withMinutes(items: readonly Item[], minutes: ReadonlyMap<number, ReadonlyMap<number, number>>, scope: Scope): readonly Item[] {
  const since = Date.parse(minutesBefore(scope.now, MINUTES));
  return items.map((item) => ({ ...item, minutes: everyMinute(minutes.get(item.counter ?? -1) ?? new Map(), since, scope.now) }));
}

/** What stands out, and what stood out before: without its minutes nobody could say that it is quiet. */
function toCount(worth: readonly Item[], all: readonly Item[], scope: Scope): readonly Item[] {
  return [...new Set([...worth, ...all.filter((item) => isFollowed(item, scope))])];
}

/** Without metrics: the counts of the last hour of those groups alone that stand out by their hours. */
async function minutesOneByOne(
  ask: Asking,
  source: Source,
  worth: readonly Item[],
  items: readonly Item[],
  scope: Scope,
): Promise<readonly Item[]> {
  const asked = worth.slice(0, COUNTED);
  const environments = scope.environment;
  const answers = await Promise.all(
    asked.map(async ({ id }) => {
      const query = { bucket_size: 60, environments, item_id: id };
      const counts = await side(source, 'counts', async () =>
        readCounts(resultOf(await ask.get('/reports/occurrence_counts', query), source)),
      );
      return [id, counts.value] as const;
    }),
  );
  const found = new Map(answers);
  return items.map((item) => {
    const counts = found.get(item.id);
    return counts === undefined ? item : { ...item, minutes: everyMinute(counts, Math.min(...counts.keys()), scope.now) };
  });
}

/** One question for all groups. Projects whose plan has no metrics answer 4xx. */
async function minutesOfGroups(ask: Asking, source: Source, scope: Scope) {
  const end = Date.parse(startOfMinute(scope.now)) / 1000;
  return side(source, 'counts per group and minute', async () => {
    const answer = await ask.post('/metrics/occurrences', {
      start_time: end - MINUTES * 60,
      end_time: end,
      timezone: 'UTC',
      granularity: 'minute',
      group_by: ['item_counter'],
      filters: [{ field: 'environment', operator: 'eq', values: [scope.environment] }],
    });
    return readMetrics(resultOf(answer, source));
  });
}

/** The newest occurrence of a few groups; what an earlier look read is not asked again. */
async function detailsOf(ask: Asking, source: Source, items: readonly Item[], scope: Scope) {
  const found = new Map<number, Details>();
  const routes = new Map<number, ReadonlyMap<string, number>>();
  const notes: Note[] = [];
  await Promise.all(
    items
      .filter((item) => !knownDetails(item, scope))
      .slice(0, DETAILED)
      .map(async (item) => {
        const one = await side<Details>(source, `the newest occurrence of "${item.title}"`, async () => {
          const result = resultOf(await ask.get(`/item/${item.id}/instances`), source);
          routes.set(item.id, readRoutes(result));
          return readOccurrence(result);
        });
        notes.push(...one.notes);
        if (one.value) found.set(item.id, one.value);
      }),
  );
  return { found, routes, notes };
}

/** Items that first appeared in the version that is running. Rollbar may never have heard of it: 404. */
async function newInRunning(ask: Asking, source: Source, scope: Scope, deploys: readonly Release[]): Promise<Side<ReadonlySet<number>>> {
  const rollouts = scope.known.flatMap((e) => e.outcome.findings ?? []).flatMap((f) => (f.kind === 'rollout' && f.sha ? [f.sha] : []));
  const running = rollouts[0] ?? deploys.find((d) => d.status === undefined || d.status === 'succeeded')?.sha;
  if (running === undefined || scope.lean) return nothing;
  return side(source, 'items new in the running version', async () => {
    const path = `/versions/${encodeURIComponent(running)}/items`;
    const answer = await ask.get(path, { environment: scope.environment, event: 'new' }).catch((error: unknown) => {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    });
    return answer === undefined ? new Set<number>() : readCounters(resultOf(answer, source));
  });
}
