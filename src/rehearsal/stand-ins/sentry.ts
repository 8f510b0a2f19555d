import { HOUR, MINUTE } from '../world/rollouts.ts';
import type { ErrorScript } from '../world/story.ts';
import type { World } from '../world/world.ts';
import { countSince, lastSeen, perMinute, versionAt } from './error-counts.ts';
import { type Answer, type Asked, httpStandIn, type Latency, type StandIn } from './http-front.ts';

export const SENTRY_TOKEN = 'sntrys_rehearsal';
export const SENTRY_ORG = 'checkout';

/** Sentry's Web API: counts are strings, times ISO, both Link headers always there. */
export function startSentry(world: World, options: Latency): Promise<StandIn> {
  return httpStandIn(world, options, (asked) => answer(world, asked));
}

function answer(world: World, asked: Asked): Answer {
  if (asked.headers.authorization !== `Bearer ${SENTRY_TOKEN}`) return { status: 401, body: { detail: 'Invalid token' } };
  if (!asked.path.endsWith('/')) return { status: 301, headers: { location: `${asked.path}/` }, body: '' };
  const path = asked.path.replace('/api/0/', '');
  if (path === '') return { body: { version: '0', auth: { scopes: ['event:read', 'org:read', 'project:read'] }, user: null } };
  const organisation = /^organizations\/([^/]+)\/(.*)$/.exec(path);
  if (!organisation || organisation[1] !== SENTRY_ORG) return { status: 404, body: { detail: 'The requested resource does not exist' } };
  const rest = organisation[2] ?? '';
  const id = /^issues\/(\d+)\//.exec(rest)?.[1];
  const script = world.story.errors.find((e) => e.id === Number(id));
  if (rest === '') return { body: { slug: SENTRY_ORG, id: '1', name: 'Checkout' } };
  if (rest === 'issues/') return page(issues(world, asked.query));
  if (id && !script) return { status: 404, body: { detail: 'The requested resource does not exist' } };
  if (script && /\/events\/(latest|oldest|recommended)\/$/.test(rest)) return { body: event(world, script) };
  if (script && rest.endsWith('/events/')) return page([event(world, script)]);
  if (script) return { body: issue(world, script, world.clock.time() - 24 * HOUR) };
  if (rest === 'events-timeseries/') return { body: timeseries(world, asked.query) };
  if (rest === 'releases/') return page(releases(world));
  if (rest === 'projects/') return page([{ id: '1', slug: 'checkout', name: 'checkout' }]);
  return { status: 404, body: { detail: 'The requested resource does not exist' } };
}

function page(body: readonly object[]): Answer {
  const link = (rel: string, cursor: string) => `<http://127.0.0.1/>; rel="${rel}"; results="false"; cursor="${cursor}"`;
  return { body, headers: { link: `${link('previous', '0:0:1')}, ${link('next', '0:100:0')}` } };
}

const iso = (time: number) => new Date(time).toISOString();
const title = (script: ErrorScript) => `${script.class}: ${script.message}`;

/** Start of the asked window: `statsPeriod=1h`, or `start`. */
function windowStart(world: World, query: URLSearchParams): number {
  const start = query.get('start');
  if (start) return Date.parse(start);
  const period = /^(\d+)([smhdw])$/.exec(query.get('statsPeriod') ?? '24h');
  const unit = { s: 1000, m: MINUTE, h: HOUR, d: 24 * HOUR, w: 168 * HOUR }[period?.[2] ?? 'h'] ?? HOUR;
  return world.clock.time() - Number(period?.[1] ?? 24) * unit;
}

function issues(world: World, query: URLSearchParams): readonly object[] {
  const from = windowStart(world, query);
  const limit = Number(query.get('limit') ?? 100);
  const age = /firstSeen:-(\d+)([mhd])/.exec(query.get('query') ?? '');
  const since = age ? world.clock.time() - Number(age[1]) * ({ m: MINUTE, h: HOUR, d: 24 * HOUR }[age[2] ?? 'h'] ?? HOUR) : 0;
  const environments = query.getAll('environment');
  if (environments.length > 0 && !environments.includes('production')) return [];
  return world.story.errors
    .filter((script) => Date.parse(script.firstSeen) >= since && countSince(world, script, from) > 0)
    .toSorted((a, b) => countSince(world, b, from) - countSince(world, a, from))
    .slice(0, limit)
    .map((script) => issue(world, script, from));
}

function issue(world: World, script: ErrorScript, from: number) {
  const fresh = Date.parse(script.firstSeen) > world.onset - 10 * MINUTE;
  const count = countSince(world, script, from);
  return {
    id: String(script.id),
    shortId: `CHECKOUT-${script.id.toString(36).toUpperCase()}`,
    title: title(script),
    culprit: script.context,
    permalink: `https://checkout.sentry.example/issues/${script.id}/`,
    level: script.level === 'critical' ? 'fatal' : script.level,
    status: 'unresolved',
    substatus: fresh ? 'new' : 'ongoing',
    priority: 'high',
    platform: 'ruby',
    type: 'error',
    issueCategory: 'error',
    isUnhandled: true,
    project: { id: '1', slug: 'checkout', name: 'checkout', platform: 'ruby' },
    metadata: { type: script.class, value: script.message },
    count: String(count),
    userCount: Math.ceil(count * 0.4),
    firstSeen: script.firstSeen,
    lastSeen: iso(lastSeen(world, script) ?? Date.parse(script.firstSeen)),
    stats: { '24h': perMinute(world, script, from).map((p) => [Math.floor(p.at / 1000), p.count]) },
  };
}

function event(world: World, script: ErrorScript) {
  const at = lastSeen(world, script) ?? Date.parse(script.firstSeen);
  return {
    id: `${script.id}`.padStart(32, 'e'),
    eventID: `${script.id}`.padStart(32, 'e'),
    groupID: String(script.id),
    title: title(script),
    message: '',
    platform: 'ruby',
    dateCreated: iso(at),
    dateReceived: iso(at + 900),
    release: { version: versionAt(world, at) },
    tags: [
      { key: 'environment', value: 'production' },
      { key: 'release', value: versionAt(world, at) },
      { key: 'transaction', value: script.context },
    ],
    entries: [
      {
        type: 'exception',
        data: {
          values: [
            {
              type: script.class,
              value: script.message,
              mechanism: { handled: false },
              stacktrace: {
                frames: script.frames.map((frame) => ({
                  filename: frame.filename.replace('/app/', ''),
                  absPath: frame.filename,
                  function: frame.method,
                  lineNo: frame.lineno,
                  inApp: frame.filename.startsWith('/app/'),
                })),
              },
            },
          ],
        },
      },
    ],
    errors: [],
  };
}

function timeseries(world: World, query: URLSearchParams) {
  const interval = Number(query.get('interval') ?? 60) * 1000;
  const from = Math.floor(windowStart(world, query) / interval) * interval;
  const now = world.clock.time();
  const buckets = new Map<number, number>();
  for (let at = from; at <= now; at += interval) buckets.set(at, 0);
  for (const script of world.story.errors)
    for (const point of perMinute(world, script, from)) {
      const bucket = Math.floor(point.at / interval) * interval;
      if (buckets.has(bucket)) buckets.set(bucket, (buckets.get(bucket) ?? 0) + point.count);
    }
  const values = [...buckets].map(([at, value]) => ({ timestamp: at, value, incomplete: at + interval > now }));
  return {
    timeSeries: [{ yAxis: 'count()', values, meta: { valueType: 'integer', valueUnit: null, interval } }],
    meta: { dataset: 'errors', start: from, end: now },
  };
}

function releases(world: World): readonly object[] {
  return world
    .revisions('web', world.clock.time())
    .toReversed()
    .map((revision) => ({
      version: revision.sha,
      shortVersion: revision.sha.slice(0, 7),
      ref: revision.sha,
      dateCreated: iso(revision.at),
      dateReleased: iso(revision.at),
      newGroups: 0,
      commitCount: 1,
      deployCount: 1,
      lastDeploy: { id: '1', environment: 'production', dateStarted: iso(revision.at), dateFinished: iso(revision.at + MINUTE) },
      projects: [{ slug: 'checkout', name: 'checkout' }],
      authors: [],
    }));
}
