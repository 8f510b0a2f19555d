import type { Answer, Asked } from '../contract/stand-in.ts';

/** Sentry's Web API over a made-up hour: a new issue that rises at 20:22, an old one that goes on as always. */
export const token = 'sntrys_read-token-7d1f';
export const personal = ['jane@customer.test', 'hunter2pw'];
export const now = '2026-11-21T20:32:30.000Z';

const end = Date.parse('2026-11-21T20:32:00Z');
const minute = 60_000;

interface World {
  trouble: boolean;
  /** Like servers of some years ago: no events-timeseries, no performance data. */
  old?: boolean;
  /** How many pages of new issues there are. */
  pages?: number;
}

const rising = (trouble: boolean, at: number) => (trouble && at >= end - 10 * minute && at < end ? 100 : 0);
const usual = (at: number) => 2 + ((at / minute) % 3);

export function sentryServer(world: World): (asked: Asked) => Answer {
  return (asked) => {
    if (asked.headers.authorization !== `Bearer ${token}`) return { status: 401, body: { detail: 'Invalid token' } };
    const path = asked.path.replace('/api/0/organizations/acme/', '');
    if (path === 'issues/') return issues(world, asked.query);
    if (path === 'events-timeseries/') return world.old ? gone : { body: timeseries(world, asked.query) };
    if (path === 'events-stats/')
      return { body: { data: buckets().map((at) => [at / 1000, [{ count: usual(at) + rising(world.trouble, at) }]]) } };
    if (path === 'events/')
      return world.old ? gone : { body: { data: [{ transaction: 'ThreadsController#create', 'failure_rate()': 0.97, 'count()': 80 }] } };
    if (path === 'releases/') return { body: world.trouble ? [release] : [] };
    if (path === `releases/${encodeURIComponent(release.version)}/commits/`) return { body: [commit] };
    return path === 'issues/55/events/latest/' ? { body: event } : path === 'issues/56/events/latest/' ? { body: { entries: [] } } : gone;
  };
}

const gone: Answer = { status: 404, body: { detail: 'The requested resource does not exist' } };

function issues(world: World, query: URLSearchParams): Answer {
  const page = Number(query.get('cursor')?.split(':')[1] ?? 0);
  const fresh = query.get('sort') === 'new';
  const more = fresh && page + 1 < (world.pages ?? 1);
  const link = `<http://x/>; rel="previous"; results="false"; cursor="0:0:1", <http://x/>; rel="next"; results="${more}"; cursor="0:${page + 1}:0"`;
  return { headers: { link }, body: [...(world.trouble ? [newIssue] : []), ...(fresh ? [] : [oldIssue])] };
}

const issue = (id: string, shortId: string, rest: object) => ({
  id,
  shortId,
  level: 'error',
  status: 'unresolved',
  issueCategory: 'error',
  project: { id: '1', slug: 'web' },
  permalink: `https://acme.sentry.io/issues/${id}/`,
  ...rest,
});

const newIssue = issue('55', 'WEB-1A', {
  title: 'Mysql2::Error: Out of range value for jane@customer.test',
  culprit: 'ThreadsController#create',
  substatus: 'new',
  count: '1000',
  userCount: 97,
  firstSeen: '2026-11-21T20:22:04Z',
  lastSeen: '2026-11-21T20:32:00Z',
  metadata: { type: 'Mysql2::Error', value: "Out of range value for column 'message_id' at row 1" },
  stats: { '24h': [[end / 1000 - 600, 1000]] },
});

const oldIssue = issue('56', 'WEB-2', {
  title: 'Payments::Timeout: no answer from the bank',
  culprit: 'PaymentJob',
  substatus: 'ongoing',
  count: '4300',
  userCount: 0,
  firstSeen: '2025-01-01T00:00:00Z',
  lastSeen: '2026-11-21T20:32:00Z',
  metadata: { type: 'Payments::Timeout', value: 'no answer from the bank' },
  stats: { '24h': Array.from({ length: 24 }, (_, i) => [end / 1000 - i * 3600, 180]) },
});

function buckets(): readonly number[] {
  return Array.from({ length: 181 }, (_, i) => end - (180 - i) * minute);
}

function timeseries(world: World, query: URLSearchParams): unknown {
  const series = (value: (at: number) => number, groupBy?: unknown) => ({
    yAxis: 'count()',
    ...(groupBy ? { groupBy } : {}),
    values: buckets().map((at) => ({ timestamp: at, value: value(at), incomplete: at >= end })),
  });
  if (query.get('groupBy') === 'issue')
    return {
      timeSeries: [
        series((at) => rising(world.trouble, at), [{ key: 'issue', value: 'WEB-1A' }]),
        series(usual, [{ key: 'issue', value: 'WEB-2' }]),
      ],
    };
  return { timeSeries: [series((at) => usual(at) + rising(world.trouble, at))] };
}

const release = {
  version: 'web@1.4.0+1f2e3d4c5b6a798081726354453627181920aabb',
  dateCreated: '2026-11-21T20:10:00Z',
  dateReleased: null,
  lastDeploy: { environment: 'production', dateFinished: '2026-11-21T20:21:00Z' },
  projects: [{ slug: 'web' }],
  authors: [{ name: 'Jane', email: 'jane@customer.test' }],
};

const commit = {
  id: '1f2e3d4c5b6a798081726354453627181920aabb',
  message: 'Thread the comments',
  dateCreated: '2026-11-21T19:58:00Z',
  author: { name: 'Jane', email: 'jane@customer.test' },
};

const event = {
  id: 'e'.repeat(32),
  groupID: '55',
  title: 'Mysql2::Error',
  dateCreated: '2026-11-21T20:31:58Z',
  release: { version: release.version },
  user: { email: 'jane@customer.test' },
  tags: [
    { key: 'transaction', value: 'ThreadsController#create' },
    { key: 'http.status_code', value: '500' },
  ],
  entries: [
    { type: 'request', data: { method: 'POST', url: 'https://shop.test/threads', data: { password: 'hunter2pw' } } },
    {
      type: 'exception',
      data: {
        values: [
          {
            type: 'Mysql2::Error',
            value: "Out of range value for column 'message_id' at row 1",
            stacktrace: {
              frames: [
                { filename: 'app/models/thread.rb', function: 'create!', lineNo: 41, inApp: true, vars: { secret: 'hunter2pw' } },
                { filename: 'mysql2/client.rb', function: 'query', lineNo: 151, inApp: false },
              ],
            },
          },
          {
            type: 'ActiveRecord::StatementInvalid',
            value: "Mysql2::Error: Out of range value for column 'message_id' at row 1",
            stacktrace: { frames: [{ filename: 'app/controllers/threads_controller.rb', function: 'create', lineNo: 12, inApp: true }] },
          },
        ],
      },
    },
  ],
};
