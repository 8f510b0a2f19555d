import type { Point } from './evidence.ts';
import { max, mean, median, spread } from './stats.ts';

/** What a series says about a rise. Times are those of its points. */
export interface Rise {
  /** Mean before the rise; of all, when there is none. */
  usual: number;
  /** More than this is not usual. */
  limit: number;
  /** First point of the sustained rise. */
  onset?: string;
  /** Last point above the limit, when it is over. */
  until?: string;
  peak: number;
  now: number;
}

export interface RiseOptions {
  /** Rises smaller than this do not count; in the unit of the series. */
  floor?: number;
  /** The level before this series began, where an earlier look saw it. */
  usual?: number;
}

/** Fewer points before a rise say nothing of what is usual. */
const LEAST_BEFORE = 4;
/** This many quiet points at the end: it is over. */
const OVER = 6;
/** A rise on and off counts when at least this share of it is above the limit. */
const SHARE = 0.25;
const LEAST_ABOVE = 3;
/** At the very end of the series two points in a row are enough: waiting costs minutes. */
const LEAST_FRESH = 2;

/**
 * Finds the first minute of a sustained rise. Splits the series where the means left and right differ most (on square roots, so that one spike
 * does not outweigh a level), asks whether the right side stands out from the scatter of the left, and walks back to the first minute that did.
 * Points are even in time, oldest first.
 */
export function riseIn(points: readonly Point[], options: RiseOptions = {}): Rise {
  const values = points.map((p) => p.value);
  const now = values.at(-1) ?? 0;
  const peak = values.length === 0 ? 0 : max(values);
  const found = split(values, values.length, options);
  if (!found) {
    const usual = options.usual ?? mean(values);
    return { usual, limit: limitOf(values, usual, options.floor), peak, now };
  }
  const { start, usual, limit } = found;
  const last = values.findLastIndex((value) => value > limit);
  const over = values.length - 1 - last >= OVER ? points[last]?.at : undefined;
  const onset = points[start]?.at;
  return { usual, limit, peak, now, ...(onset === undefined ? {} : { onset }), ...(over === undefined ? {} : { until: over }) };
}

interface Split {
  start: number;
  usual: number;
  limit: number;
}

/** The rise within the first `end` values. A fall as the strongest change means that the rise lies before it. */
function split(values: readonly number[], end: number, options: RiseOptions): Split | undefined {
  if (options.usual !== undefined) return accepted(values, 0, options.usual, limitOf([options.usual], options.usual, options.floor));
  const at = strongestChange(values.slice(0, end));
  if (at === undefined) return undefined;
  const before = values.slice(0, at);
  const after = values.slice(at, end);
  if (mean(after) <= mean(before)) return split(values, at, options);
  const usual = mean(before);
  const limit = limitOf(before, median(before), options.floor);
  const calmBefore = share(before, limit) < share(after, limit) / 2;
  if (!calmBefore || mean(after) < 1.5 * usual) return undefined;
  return firstStep(before, options) ?? accepted(values, walkBack(values, at, limit), usual, limit);
}

/** The rise came in steps when what lies before the largest one already rose, and had not come down again. */
function firstStep(before: readonly number[], options: RiseOptions): Split | undefined {
  const step = split(before, before.length, options);
  const last = step ? before.findLastIndex((value) => value > step.limit) : -1;
  return step && before.length - 1 - last < OVER ? step : undefined;
}

/** The first value above the limit from `start` on, if enough of what follows is above it, too. */
function accepted(values: readonly number[], start: number, usual: number, limit: number): Split | undefined {
  const first = values.findIndex((value, i) => i >= start && value > limit);
  if (first < 0) return undefined;
  const last = values.findLastIndex((value) => value > limit);
  const rise = values.slice(first, last + 1);
  const above = rise.filter((value) => value > limit).length;
  const fresh = values.length - first <= LEAST_ABOVE;
  return above >= (fresh ? LEAST_FRESH : LEAST_ABOVE) && above / rise.length >= SHARE ? { start: first, usual, limit } : undefined;
}

function strongestChange(values: readonly number[]): number | undefined {
  const roots = values.map((value) => Math.sqrt(Math.max(0, value)));
  const total = roots.reduce((a, b) => a + b, 0);
  let left = 0;
  let best: { at: number; gain: number } | undefined;
  for (const [i, root] of roots.entries()) {
    const n = roots.length;
    if (i >= LEAST_BEFORE) {
      const gain = ((i * (n - i)) / n) * (left / i - (total - left) / (n - i)) ** 2;
      if (gain > (best?.gain ?? 0)) best = { at: i, gain };
    }
    left += root;
  }
  return best?.at;
}

/** What scatter explains: three deviations, or what counted events scatter by nature. Over a clean zero half an event stands out. */
function limitOf(before: readonly number[], usual: number, floor?: number): number {
  const least = floor ?? (usual === 0 && max(before) === 0 ? 0.5 : 1.5);
  return usual + Math.max(3 * spread(before), floor === undefined ? 3 * Math.sqrt(usual) : 0, least);
}

/** A ramp is split in its middle: back to where it left the usual, over gaps of one. */
function walkBack(values: readonly number[], at: number, limit: number): number {
  let start = at;
  const above = (i: number) => (values[i] ?? Number.NEGATIVE_INFINITY) > limit;
  while (start > 0 && (above(start - 1) || (above(start - 2) && start > 1))) start--;
  return start;
}

function share(values: readonly number[], limit: number): number {
  return values.length === 0 ? 0 : values.filter((value) => value > limit).length / values.length;
}
