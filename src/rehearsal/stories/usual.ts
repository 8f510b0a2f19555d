import { around } from '../noise.ts';
import type { MetricScript, Story } from '../world/story.ts';
import { usualThreads } from '../world/threads.ts';
import type { World } from '../world/world.ts';
import { BASE_MIGRATIONS, baseHistory, shopTables, usualErrors } from './checkout-app.ts';

/** Ordinary CloudWatch numbers of the instance. `cpu` and `connections` are what a story adds on top. */
export function usualMetrics(extra: {
  cpu?: (world: World, at: number) => number;
  connections?: (world: World, at: number) => number;
}): readonly MetricScript[] {
  return [
    {
      name: 'CPUUtilization',
      unit: 'Percent',
      value: (world, at) => Math.min(99.6, around(22, 0.08, 'cpu', at) + (extra.cpu?.(world, at) ?? 0)),
    },
    {
      name: 'DatabaseConnections',
      unit: 'Count',
      value: (world, at) => Math.round(around(64, 0.05, 'conn', at) + (extra.connections?.(world, at) ?? 0)),
    },
    { name: 'FreeableMemory', unit: 'Bytes', value: (_, at) => around(9.1e9, 0.01, 'mem', at) },
    { name: 'FreeStorageSpace', unit: 'Bytes', value: () => 3.1e11 },
    { name: 'ReadIOPS', unit: 'Count/Second', value: (world, at) => around(140, 0.2, 'riops', at) + (extra.cpu?.(world, at) ?? 0) * 9 },
    { name: 'WriteIOPS', unit: 'Count/Second', value: (_, at) => around(90, 0.2, 'wiops', at) },
    { name: 'ReadLatency', unit: 'Seconds', value: (_, at) => around(0.0008, 0.2, 'rlat', at) },
    { name: 'WriteLatency', unit: 'Seconds', value: (_, at) => around(0.0011, 0.2, 'wlat', at) },
    { name: 'DiskQueueDepth', unit: 'Count', value: (_, at) => around(0.3, 0.5, 'queue', at) },
  ];
}

/** What every story shares unless it says otherwise. */
export const usual = {
  commits: baseHistory,
  deployments: [
    { name: 'web', replicas: 6, takes: 66 },
    { name: 'worker', replicas: 2, takes: 40 },
  ],
  jobs: [],
  errors: usualErrors,
  metrics: usualMetrics({}),
  threads: (world, at) => usualThreads(world, at),
  schema: () => shopTables,
  migrated: BASE_MIGRATIONS,
} satisfies Partial<Story>;
