import { amount, metricName } from '../brief/say-symptoms.ts';
import type { Metric } from '../evidence.ts';

/** `CPU 97 % (usual 22 %)`. */
export function metricLine(metric: Metric): string {
  const values = metric.points.map((p) => p.value);
  const worst = values.length === 0 ? undefined : Math.max(...values);
  const usual = metric.baseline === undefined ? '' : ` (usual ${amount(metric.baseline.mean, metric.unit)})`;
  return `${metricName(metric.name)} ${worst === undefined ? 'unknown' : amount(worst, metric.unit)}${usual}`;
}

export function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 10) / 10);
}
