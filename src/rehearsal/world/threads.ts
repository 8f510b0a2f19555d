import { noise } from '../noise.ts';
import { SECOND } from './rollouts.ts';
import type { Thread } from './story.ts';
import type { World } from './world.ts';

/** What a healthy checkout database always has: sleepers of the pools, a few quick statements, the provider's own user. */
export function usualThreads(world: World, at: number, sleepers = 56): readonly Thread[] {
  const pods = world.pods('web', at);
  const host = (n: number) => `10.20.${3 + (n % 4)}.${20 + (n % Math.max(pods.length, 1))}:${34000 + n * 17}`;
  const sleeping = Array.from({ length: sleepers }, (_, n) => ({
    id: 30_000 + n * 3,
    user: 'checkout',
    host: host(n),
    db: 'checkout',
    command: 'Sleep',
    since: at - Math.floor(noise('idle', n, Math.floor(at / 30_000)) * 90) * SECOND,
    state: '',
    info: null,
  }));
  const quick = Array.from({ length: 4 }, (_, n) => ({
    id: 30_400 + n * 3,
    user: 'checkout',
    host: host(n + 7),
    db: 'checkout',
    command: 'Query',
    since: at,
    state: n % 2 ? 'executing' : 'statistics',
    info: QUICK[n % QUICK.length] ?? null,
  }));
  return [
    ...sleeping,
    ...quick,
    {
      id: 5,
      user: 'event_scheduler',
      host: 'localhost',
      db: null,
      command: 'Daemon',
      since: at - 86_400_000,
      state: 'Waiting on empty queue',
      info: null,
    },
    { id: 9, user: 'rdsadmin', host: 'localhost', db: 'mysql', command: 'Sleep', since: at - 4000, state: '', info: null },
  ];
}

const QUICK = [
  "SELECT `users`.* FROM `users` WHERE `users`.`id` = 48812 LIMIT 1 /*application='checkout',controller='sessions'*/",
  "SELECT `users`.* FROM `users` WHERE `users`.`email` = 'someone@checkout.example' LIMIT 1 /*controller='sessions'*/",
  "UPDATE `users` SET `users`.`last_seen_at` = '2026-11-24 03:04:07' WHERE `users`.`id` = 51277",
  "SELECT `posts`.* FROM `posts` WHERE `posts`.`id` = 3381 LIMIT 1 /*controller='posts',action='show'*/",
];

/**
 * Threads stuck on one slow statement, sent by every pod that runs the code of `key`. A pod's statements outlive it: MySQL notices the
 * dead client only when it has rows to send.
 */
export function stuckThreads(
  world: World,
  at: number,
  options: { key: string; threads: number; sql: (n: number) => string; state: string },
): readonly Thread[] {
  const lives = world.livesWith(options.key).filter((pod) => pod.ready <= at);
  const slots = 1 + Math.max(0, ...lives.map((pod) => pod.slot));
  return lives.flatMap((pod, life) =>
    Array.from({ length: options.threads }, (_, n) => n)
      .filter((n) => n % slots === pod.slot)
      .flatMap((n) => {
        const takes = (68 + 38 * noise('takes', n)) * SECOND;
        const begins = pod.ready + 40 * SECOND * noise('ramp', n);
        const outlives = pod.dies + (25 + 130 * noise('tail', n)) * SECOND;
        if (at < begins || at >= outlives) return [];
        const run = Math.floor((Math.min(at, pod.dies) - begins) / takes);
        const since = begins + run * takes;
        const id = 41_000 + life * 100_000 + run * options.threads + n;
        const killed = world.killed(id);
        if ((killed !== undefined && killed <= at) || at >= Math.max(since + takes, outlives)) return [];
        return [
          {
            id,
            user: 'checkout',
            host: `10.20.${3 + (pod.slot % 4)}.${20 + pod.slot}:${40000 + n * 11}`,
            db: 'checkout',
            command: 'Query',
            since,
            state: options.state,
            info: options.sql(n),
            transaction: { since, rowsModified: 0 },
            noIndex: true,
          },
        ];
      }),
  );
}
