/** Metrics as people name and read them. */
import { lookup } from './lookup.ts';
import { count } from './words.ts';

const metricNames: Readonly<Record<string, string>> = {
  CPUUtilization: 'CPU',
  DatabaseConnections: 'connections',
  FreeStorageSpace: 'free storage',
  FreeableMemory: 'free memory',
  ReplicaLag: 'replica lag',
  AuroraReplicaLag: 'replica lag',
  DiskQueueDepth: 'disk queue',
  BurstBalance: 'burst balance',
  CPUCreditBalance: 'CPU credits',
};

/** As people name it: `CPU` for `CPUUtilization`. */
export function metricName(name: string): string {
  return lookup(metricNames, name) ?? name;
}

/** Whether it is the database service's own name for a metric. */
export function isProviderMetric(name: string): boolean {
  return Object.hasOwn(metricNames, name);
}

/** `97 %`, `3.2 GiB`, `40 ms`, `60`. */
export function amount(value: number, unit?: string): string {
  const kind = (unit ?? '').toLowerCase();
  if (kind === 'percent' || kind === '%') return `${count(value)} %`;
  if (kind === 'bytes' || kind === 'byte') return bytes(value);
  if (kind === 'seconds') return `${count(value)} s`;
  if (kind === 'milliseconds') return `${count(value)} ms`;
  // OpenMetrics' sign for a share or a bare number.
  if (kind === '1' && Math.abs(value) <= 1) return `${count(value * 100)} %`;
  if (kind === '' || kind === '1' || kind === 'count' || kind === 'none') return count(value);
  return `${count(value)} ${kind.startsWith('/') ? unit : kind}`;
}

function bytes(value: number): string {
  for (const [size, name] of [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ] as const) {
    if (value >= size) return `${count(value / size)} ${name}`;
  }
  return `${count(value)} B`;
}
