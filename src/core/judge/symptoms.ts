import type { Metric } from '../evidence.ts';

/** `CPUUtilization 97 % (usual 22 %)`. */
export function metricLine(metric: Metric): string {
  const values = metric.points.map((p) => p.value);
  const worst = values.length === 0 ? undefined : Math.max(...values);
  const unit = metric.unit === undefined ? '' : metric.unit === 'Percent' ? ' %' : ` ${metric.unit}`;
  const usual = metric.baseline === undefined ? '' : ` (usual ${rounded(metric.baseline.mean)}${unit})`;
  return `${metric.name} ${worst === undefined ? 'unknown' : `${rounded(worst)}${unit}`}${usual}`;
}

export function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 10) / 10);
}
