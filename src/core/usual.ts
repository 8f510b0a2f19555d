import type { Metric } from './evidence.ts';

/** Fewer points before the onset say nothing about the usual. */
const ENOUGH = 5;
/** A symptom is dated by the minute, and begins before it is noticed. */
const LEAD_MS = 3 * 60_000;
/** So far beyond its own range a value still counts as usual. */
const SLACK = 1.15;

/** What the metric usually is: as told, else its own course well before the onset. */
export function withUsual(metric: Metric, onset: string | undefined): Metric {
  if (metric.baseline !== undefined || onset === undefined) return metric;
  const end = Date.parse(onset) - LEAD_MS;
  const before = metric.points.filter(({ at }) => Date.parse(at) < end).map(({ value }) => value);
  if (before.length < ENOUGH || before.length === metric.points.length) return metric;
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  return { ...metric, baseline: { mean, max: before.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) } };
}

/** All of its newest points lie within its usual range: whoever handed it over just gave us everything. */
export function isUsual(metric: { points: Metric['points']; baseline?: Metric['baseline'] }): boolean {
  const { baseline, points } = metric;
  if (baseline === undefined || points.length === 0) return false;
  const high = baseline.mean + Math.abs(baseline.max - baseline.mean) * SLACK;
  const low = baseline.mean - Math.abs(baseline.max - baseline.mean) * SLACK;
  return points.slice(-10).every(({ value }) => value <= high && value >= low);
}
