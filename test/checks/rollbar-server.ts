import type { Answer, Asked } from '../contract/stand-in.ts';

/** Rollbar's read API over a made-up hour: a StatementInvalid that rises at minute 50, a 404 of every day, an old error that goes on as always. */
export const token = 'rollbar-read-token-7d1f';
export const personal = ['jane@customer.test', 'hunter2pw', '4242424242424242'];

export const now = '2026-11-21T20:32:30.000Z';
const end = Date.parse('2026-11-21T20:32:00Z') / 1000;
const minutes = 60;

interface World {
  trouble: boolean;
  /** Instead of the newest occurrences of the item that rises. */
  instances?: readonly unknown[];
  metrics?: Answer;
  deploys?: Answer;
  versions?: Answer;
}

const rising = (trouble: boolean, i: number) => (trouble && i >= 50 ? 100 + (i % 7) : 0);
const usual = (i: number) => 2 + (i % 3);
const routing = (i: number) => 5 + (i % 2);

export function rollbarServer(world: World): (asked: Asked) => Answer {
  const ok = (result: unknown): Answer => ({ body: { err: 0, result } });
  return (asked) => {
    if (asked.headers['x-rollbar-access-token'] !== token) return { status: 401, body: { err: 1, message: 'invalid access token' } };
    switch (asked.path.replace('/api/1', '')) {
      case '/items/':
        return ok({ page: 1, total_count: 0, items: [] });
      case '/reports/top_active_items':
        return ok(topItems(world.trouble));
      case '/reports/occurrence_counts':
        if (asked.query.get('item_id') === '101')
          return ok(Array.from({ length: minutes + 1 }, (_, i) => [end - (minutes - i) * 60, rising(world.trouble, i)]));
        return ok(
          Array.from({ length: minutes + 1 }, (_, i) => [end - (minutes - i) * 60, rising(world.trouble, i) + usual(i) + routing(i)]),
        );
      case '/metrics/occurrences':
        return world.metrics ?? ok({ timepoints: timepoints(world.trouble) });
      case '/deploys':
        return world.deploys ?? ok({ page: 1, deploys: world.trouble ? [deploy, { ...deploy, id: 2, environment: 'staging' }] : [] });
      case '/item/101/instances':
        return ok({ page: 1, instances: world.instances ?? [occurrence] });
      case '/item/102/instances':
        return ok({
          page: 1,
          instances: [{ ...occurrence, data: { body: { message: { body: 'Retrying payment' } }, context: 'PaymentJob' } }],
        });
      case '/item/103/instances':
        return ok({
          page: 1,
          instances: [{ ...occurrence, data: { body: { message: { body: 'No route matches' } }, custom: { status: 404 } } }],
        });
      case `/versions/${deploy.revision}/items`:
        return world.versions ?? ok({ page: 1, items: [{ id: 101, counter: 812, level: 'error' }] });
      default:
        return { status: 404, body: { err: 1, message: 'Not found' } };
    }
  };
}

const deploy = {
  id: 7001,
  environment: 'production',
  revision: '1f2e3d4c5b6a798081726354453627181920aabb',
  local_username: 'ci',
  comment: '#812',
  start_time: end - 900,
  finish_time: end - 660,
  status: 'succeeded',
};

function topItems(trouble: boolean): unknown {
  const item = (id: number, counter: number, title: string, level: number | string, occurrences: number, counts: number[]) => ({
    item: {
      id,
      counter,
      environment: 'production',
      title,
      level,
      framework: 2,
      occurrences,
      unique_occurrences: null,
      last_occurrence_timestamp: end,
      group_status: 1,
      project_id: 90,
    },
    counts,
  });
  const always = Array.from({ length: 24 }, () => 180);
  const items = [
    item(102, 34, 'Payments::Timeout: no answer from the bank for jane@customer.test', 'error', 4300, always),
    item(103, 35, 'ActionController::RoutingError: No route matches [GET] "/wp-login.php"', 40, 7900, always),
    item(104, 36, 'cache miss', 30, 99_000, always),
  ];
  const rise = item(101, 812, 'ActiveRecord::StatementInvalid: Mysql2::Error: Out of range value', 40, 1030, [...Array(23).fill(0), 1030]);
  return trouble ? [...items, rise] : items;
}

function timepoints(trouble: boolean): unknown {
  return Array.from({ length: 180 }, (_, i) => {
    const m = i - 120;
    const row = (counter: number, count: number) => [
      { field: 'item_counter', value: counter },
      { field: 'occurrence_count', value: count },
    ];
    const rows = [row(34, usual(Math.max(0, m))), row(35, routing(Math.max(0, m)))];
    return { timestamp: end - (180 - i) * 60, metrics_rows: rising(trouble, m) > 0 ? [...rows, row(812, rising(trouble, m))] : rows };
  });
}

export const occurrence = {
  id: 9001,
  timestamp: end,
  version: 2,
  data: {
    level: 'error',
    environment: 'production',
    code_version: deploy.revision,
    context: 'threads#create',
    server: { root: '/srv/shop/' },
    request: { url: 'https://shop.test/threads?card=4242424242424242', method: 'POST', params: { password: 'hunter2pw' } },
    person: { id: 7, email: 'jane@customer.test' },
    body: {
      trace_chain: [
        {
          exception: {
            class: 'ActiveRecord::StatementInvalid',
            message:
              "Mysql2::Error: Out of range value for column 'message_id' at row 1\nINSERT INTO threads VALUES ('jane@customer.test')",
          },
          frames: [
            { filename: '/usr/local/bundle/gems/rack-3.0/lib/rack.rb', lineno: 9, method: 'call' },
            { filename: '/srv/shop/app/controllers/threads_controller.rb', lineno: 12, method: 'create' },
            { filename: '/srv/shop/app/models/thread.rb', lineno: 41, method: 'create!' },
            { filename: '/usr/local/bundle/gems/mysql2-0.5/lib/mysql2/client.rb', lineno: 151, method: '_query' },
          ],
        },
        { exception: { class: 'Mysql2::Error', message: "Out of range value for column 'message_id' at row 1" }, frames: [] },
      ],
    },
  },
};
