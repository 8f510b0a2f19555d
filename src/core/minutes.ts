import type { Point } from './evidence.ts';

const MINUTE = 60_000;

/** Counts of one minute each: `at` is the minute's start, UTC ISO. */
export interface Minute {
  at: string;
  count: number;
}

export function startOfMinute(iso: string): string {
  return new Date(Math.floor(Date.parse(iso) / MINUTE) * MINUTE).toISOString();
}

/** Every minute from the first to the last that is over at `now`; what is missing counts 0. Times in milliseconds. */
export function everyMinute(counts: ReadonlyMap<number, number>, from: number, now: string): readonly Minute[] {
  const end = Date.parse(startOfMinute(now));
  const minutes: Minute[] = [];
  for (let at = Math.floor(from / MINUTE) * MINUTE; at < end; at += MINUTE)
    minutes.push({ at: new Date(at).toISOString(), count: counts.get(at) ?? 0 });
  return minutes;
}

export function asPoints(minutes: readonly Minute[]): readonly Point[] {
  return minutes.map(({ at, count }) => ({ at, value: count }));
}

export function minutesBefore(iso: string, minutes: number): string {
  return new Date(Date.parse(iso) - minutes * MINUTE).toISOString();
}
