import { HOUR, MINUTE } from '../world/rollouts.ts';
import type { ErrorScript } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { countSince, lastSeen, minuteOf, perMinute, versionAt } from './error-counts.ts';
import { type Answer, type Asked, httpStandIn, type Latency, type StandIn } from './http-front.ts';

export const ROLLBAR_TOKEN = 'rehearsal-rollbar-read-token';

const LEVELS: Record<string, number> = { debug: 10, info: 20, warning: 30, error: 40, critical: 50 };

/** Rollbar's read API, https://docs.rollbar.com/reference: lists with words, reports with numbers, times in seconds. */
export function startRollbar(world: World, options: Latency): Promise<StandIn> {
  return httpStandIn(world, options, (asked) => answer(world, asked));
}

function answer(world: World, asked: Asked): Answer {
  if (asked.headers['x-rollbar-access-token'] !== ROLLBAR_TOKEN) return refuse(401, 'invalid access token');
  if (asked.method !== 'GET') return refuse(405, 'method not allowed');
  const path = asked.path.replace(/\/$/, '').replace('/api/1', '');
  const one = /^\/item\/(\d+)(\/instances)?$/.exec(path);
  const script = one && world.story.errors.find((e) => e.id === Number(one[1]));
  if (one && !script) return refuse(404, 'Item not found');
  if (script) return ok(one[2] ? { page: 1, instances: instances(world, script) } : item(world, script));
  if (path === '/status/ping') return { body: 'pong' };
  if (path === '/items') return ok(items(world, asked.query));
  if (path === '/reports/top_active_items') return ok(topActive(world, asked.query));
  if (path === '/reports/occurrence_counts') return ok(occurrenceCounts(world, asked.query));
  if (path === '/deploys') return ok({ page: 1, deploys: deploys(world) });
  if (path === '/environments') return ok({ page: 1, environments: [{ id: 1, environment: 'production' }] });
  const version = /^\/versions\/([^/]+)(\/items)?$/.exec(path);
  if (version) return versionAnswer(world, version[1] ?? '', version[2] !== undefined, asked.query);
  return refuse(404, 'Not found');
}

const ok = (result: unknown): Answer => ({ body: { err: 0, result } });
const refuse = (status: number, message: string): Answer => ({ status, body: { err: 1, message } });
const seconds = (time: number) => Math.floor(time / 1000);
const title = (script: ErrorScript) => `${script.class}: ${script.message}`;

function items(world: World, query: URLSearchParams) {
  const levels = query.getAll('level');
  const page = Number(query.get('page') ?? 1);
  const listed = world.story.errors
    .filter((script) => levels.length === 0 || levels.includes(script.level))
    .filter((script) => inEnvironment(query.getAll('environment')) && lastSeen(world, script) !== undefined)
    .map((script) => item(world, script))
    .toSorted((a, b) => b.last_occurrence_timestamp - a.last_occurrence_timestamp);
  return { page, total_count: listed.length, items: page === 1 ? listed : [] };
}

function item(world: World, script: ErrorScript) {
  const last = seconds(lastSeen(world, script) ?? Date.parse(script.firstSeen));
  return {
    id: script.id,
    counter: script.id - 1000,
    project_id: 90,
    environment: 'production',
    title: title(script),
    level: script.level,
    status: 'active',
    framework: 'rails',
    platform: 'unknown',
    hash: `h${script.id}`,
    total_occurrences: countSince(world, script, 0) + (Date.parse(script.firstSeen) < world.onset - HOUR ? 1200 : 0),
    unique_occurrences: null,
    first_occurrence_timestamp: seconds(Date.parse(script.firstSeen)),
    first_occurrence_id: script.id * 1000,
    last_occurrence_timestamp: last,
    last_occurrence_id: script.id * 1000 + (last % 1000),
    last_activated_timestamp: seconds(Date.parse(script.firstSeen)),
    group_item_id: null,
    group_status: 1,
    assigned_user_id: null,
  };
}

function topActive(world: World, query: URLSearchParams) {
  const hours = Math.min(168, Math.max(1, Number(query.get('hours') ?? 24)));
  if (!inEnvironment(split(query.get('environments')))) return [];
  const from = world.clock.time() - hours * HOUR;
  return world.story.errors
    .map((script) => ({ script, points: perMinute(world, script, from) }))
    .filter(({ points }) => points.some((p) => p.count > 0))
    .map(({ script, points }) => ({
      item: {
        id: script.id,
        counter: script.id - 1000,
        environment: 'production',
        title: title(script),
        level: LEVELS[script.level],
        framework: 2,
        occurrences: points.reduce((sum, p) => sum + p.count, 0),
        unique_occurrences: null,
        last_occurrence_timestamp: seconds(lastSeen(world, script) ?? from),
        group_status: 1,
        project_id: 90,
      },
      counts: Array.from({ length: hours }, (_, hour) =>
        points.filter((p) => Math.floor((p.at - from) / HOUR) === hour || (p.at < from && hour === 0)).reduce((sum, p) => sum + p.count, 0),
      ),
    }))
    .toSorted((a, b) => b.item.occurrences - a.item.occurrences);
}

/** Pairs of second and count, oldest first: the last 60 minutes, 48 hours or 30 days, by the size of the bucket. */
function occurrenceCounts(world: World, query: URLSearchParams): readonly (readonly [number, number])[] {
  const size = Number(query.get('bucket_size') ?? 3600) * 1000;
  const now = world.clock.time();
  const reach = size === MINUTE ? HOUR : 24 * HOUR;
  const wanted = query.get('item_id');
  const least = LEVELS[query.get('min_level') ?? 'debug'] ?? 10;
  const scripts = world.story.errors.filter(
    (script) => (wanted === null || script.id === Number(wanted)) && (LEVELS[script.level] ?? 40) >= least,
  );
  const buckets = new Map<number, number>();
  for (let at = Math.floor((now - reach) / size) * size; at <= now; at += size) buckets.set(at, 0);
  if (!inEnvironment(split(query.get('environments')))) return [...buckets].map(([at]) => [seconds(at), 0]);
  for (const script of scripts)
    for (const point of perMinute(world, script, now - reach)) {
      const bucket = Math.floor(point.at / size) * size;
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + point.count);
    }
  return [...buckets].map(([at, count]) => [seconds(at), count]);
}

function instances(world: World, script: ErrorScript) {
  const last = lastSeen(world, script);
  if (last === undefined) return [];
  return Array.from({ length: 5 }, (_, n) => {
    const at = last - n * 4000;
    return {
      id: script.id * 1000 + n,
      project_id: 90,
      item_id: script.id,
      timestamp: seconds(at),
      version: 2,
      data: {
        level: script.level,
        environment: 'production',
        timestamp: seconds(at),
        uuid: `${script.id}-${minuteOf(at)}-${n}`,
        context: script.context,
        code_version: versionAt(world, at),
        framework: 'Rails: 7.1.3',
        language: 'ruby',
        server: { host: world.pods('web', at)[0]?.name ?? 'web', branch: 'master', root: '/app' },
        ...(script.httpStatus === undefined ? {} : { custom: { status: script.httpStatus } }),
        body: { trace: { exception: { class: script.class, message: script.message }, frames: script.frames } },
      },
    };
  });
}

/** The pipeline reports each rollout of web when it is complete. */
function deploys(world: World) {
  const now = world.clock.time();
  const takes = (world.story.deployments[0]?.takes ?? 60) * 1000;
  return world
    .revisions('web', now)
    .map((revision, index) => ({
      id: 7000 + index,
      project_id: 90,
      environment: 'production',
      revision: revision.sha,
      local_username: 'ci',
      user_id: null,
      comment: '',
      start_time: seconds(revision.at),
      finish_time: revision.at + takes <= now ? seconds(revision.at + takes) : null,
      status: revision.at + takes <= now ? 'succeeded' : 'started',
    }))
    .toReversed();
}

function versionAnswer(world: World, version: string, wantsItems: boolean, query: URLSearchParams): Answer {
  const revision = world.revisions('web', world.clock.time()).find((r) => r.sha.startsWith(version));
  if (!revision) return refuse(404, 'Version not found');
  if (!wantsItems) return ok({ id: 1, version: revision.sha, environment: 'production', date_created: seconds(revision.at) });
  const fresh = world.story.errors.filter((e) => Date.parse(e.firstSeen) >= revision.at && lastSeen(world, e) !== undefined);
  return ok({ page: 1, items: query.get('event') === 'new' ? fresh.map((e) => item(world, e)) : [] });
}

function inEnvironment(wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.includes('production');
}

function split(list: string | null): readonly string[] {
  return list ? list.split(',') : [];
}
