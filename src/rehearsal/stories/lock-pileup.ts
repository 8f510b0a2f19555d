import { around, noise } from '../noise.ts';
import type { Story, Thread } from '../world/story.ts';
import { usualThreads } from '../world/threads.ts';
import type { World } from '../world/world.ts';
import { requestTimeouts, usualErrors } from './checkout-app.ts';
import { usual, usualMetrics } from './usual.ts';

const IDLE = 71_220;
const ALTER = 71_377;
const WAITERS = 61;
/** How long the queue drains after the lock is free. */
const DRAIN_MS = 4000;

/** When the pile-up ended: the idle transaction or the ALTER was killed. */
const freed = (world: World) => {
  const times = [world.killed(IDLE), world.killed(ALTER)].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
};

function waiting(world: World, at: number): number {
  if (at < world.onset) return 0;
  const free = freed(world);
  const full = Math.min(WAITERS, Math.floor((at - world.onset) / 900));
  if (free === undefined || at < free) return full;
  return at < free + DRAIN_MS ? Math.floor(full / 2) : 0;
}

function threads(world: World, at: number): readonly Thread[] {
  const idle: Thread = {
    id: IDLE,
    user: 'reports',
    host: '10.20.9.4:51822',
    db: 'checkout',
    command: 'Sleep',
    since: world.onset - 14 * 60_000,
    state: '',
    info: null,
    last: 'SELECT `orders`.`state`, COUNT(*) FROM `orders` GROUP BY `orders`.`state`',
    transaction: { since: world.onset - 15 * 60_000, rowsModified: 0 },
    holds: ['orders'],
  };
  const alter: Thread = {
    id: ALTER,
    user: 'migrator',
    host: '10.20.9.8:40112',
    db: 'checkout',
    command: 'Query',
    since: world.onset - 2000,
    state: 'Waiting for table metadata lock',
    info: 'ALTER TABLE `orders` ADD COLUMN `gift_note` varchar(255)',
    holds: ['orders'],
    waitsFor: 'orders',
  };
  const stuck = Array.from({ length: waiting(world, at) }, (_, n): Thread => {
    const since = world.onset + n * 900;
    return {
      id: 72_000 + n,
      user: 'checkout',
      host: `10.20.${3 + (n % 4)}.${20 + (n % 6)}:${41000 + n * 13}`,
      db: 'checkout',
      command: 'Query',
      since,
      state: 'Waiting for table metadata lock',
      info: `SELECT \`orders\`.* FROM \`orders\` WHERE \`orders\`.\`user_id\` = ${2000 + Math.floor(noise('user', n) * 600_000)} ORDER BY \`orders\`.\`created_at\` DESC LIMIT 10 /*application='checkout',controller='orders',action='index'*/`,
      waitsFor: 'orders',
    };
  });
  const free = freed(world);
  const lives = (id: number, from: number) => at >= from && (world.killed(id) === undefined || at < (world.killed(id) ?? 0));
  return [
    ...usualThreads(world, at),
    ...(lives(IDLE, idle.since) ? [idle] : []),
    ...(lives(ALTER, alter.since) && (free === undefined || at < free + DRAIN_MS) ? [alter] : []),
    ...stuck,
  ];
}

/** A report's forgotten transaction holds the table, a migration by hand waits for it, and every order page queues behind. */
export const lockPileup: Story = {
  ...usual,
  name: 'lock-pileup',
  title: 'A queue behind one lock',
  about:
    'A report left a transaction open, an ALTER waits for it, and everybody else waits for the ALTER. No release did this: ending one idle session frees all.',
  onset: '2026-11-27T10:17:00Z',
  env: { KILL_QUERIES: 'run' },
  released: [
    { commit: 'orders-page', at: '2026-11-09T13:55:00Z' },
    { commit: 'last-seen', at: '2026-11-16T10:19:00Z' },
  ],
  errors: [
    ...usualErrors,
    requestTimeouts({ filename: '/app/app/controllers/orders_controller.rb', lineno: 3, method: 'index' }, 'orders#index', (world, at) =>
      Math.round(
        around(0.8, 0.9, 'timeout', at) +
          (Math.max(waiting(world, at), waiting(world, at + 59_000)) / WAITERS) * around(118, 0.08, 'wait', at),
      ),
    ),
  ],
  metrics: usualMetrics({ connections: (world, at) => waiting(world, at) }),
  threads,
  opening: {
    by: 'alert',
    minute: 3,
    name: 'OrdersLatency',
    severity: 'critical',
    summary: 'Order pages time out',
    description: 'p95 of GET /orders is above 15 s for two minutes.',
  },
  responder: [
    { do: 'lead' },
    { do: 'act', remedy: 'kill-queries', when: 'cause' },
    { do: 'resolve', when: 'recovered', text: 'Ended the idle transaction; the report gets a time-out of its own.' },
  ],
  misses: (end) => [
    ...(end.first === 'metadata-lock' ? [] : [`the first hypothesis is ${end.first ?? 'missing'}`]),
    ...(end.recovery === 'recovered' ? [] : [`the last word on recovery is ${end.recovery}`]),
  ],
};
