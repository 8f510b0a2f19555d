import type { Metric } from '../evidence.ts';
import { amount, isProviderMetric, metricName } from '../metric-words.ts';

/** `RDS CPU 97 % (usual 22 %)`. */
export function metricLine(metric: Metric): string {
  const usual = metric.baseline === undefined ? '' : ` (usual ${amount(metric.baseline.mean, metric.unit)})`;
  return `${metricPeak(metric)}${usual}`;
}

/** `RDS CPU 97 %`. */
export function metricPeak(metric: Metric): string {
  const worst = worstOf(metric);
  const name = `${isProviderMetric(metric.name) ? 'RDS ' : ''}${metricName(metric.name)}`;
  return `${name} ${worst === undefined ? 'unknown' : amount(worst, metric.unit)}`;
}

/** The value that is farthest from the usual one; the highest where no usual one is known. */
export function worstOf(metric: Metric): number | undefined {
  const values = metric.points.map((p) => p.value);
  if (values.length === 0) return undefined;
  const usual = metric.baseline?.mean;
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return usual !== undefined && usual - low > high - usual ? low : high;
}

/** How many times its usual, up or down; 1 where no usual one is known. */
export function factorOf(metric: Metric): number {
  const worst = worstOf(metric);
  const usual = metric.baseline?.mean;
  if (worst === undefined || usual === undefined) return 1;
  const [a, b] = [Math.abs(worst) + 1e-9, Math.abs(usual) + 1e-9];
  return Math.max(a / b, b / a);
}

export function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 10) / 10);
}
