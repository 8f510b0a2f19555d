import { HOUR, MINUTE } from '../world/rollouts.ts';
import type { ErrorScript } from '../world/story.ts';
import type { World } from '../world/world.ts';

/** How far back a tracker's counts are made up: before that, only totals. */
const REACH_MINUTES = 24 * 60;

export function minuteOf(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}

/** Occurrences of one group in each minute from `from` to now; the running minute counts as far as it has come. */
export function perMinute(world: World, script: ErrorScript, from: number): readonly { at: number; count: number }[] {
  const now = world.clock.time();
  const points: { at: number; count: number }[] = [];
  for (let at = minuteOf(Math.max(from, now - REACH_MINUTES * MINUTE)); at <= now; at += MINUTE) {
    const whole = world.once(`error ${script.id} ${at}`, () => (at >= Date.parse(script.firstSeen) ? script.rate(world, at) : 0));
    const part = Math.min(1, (now - at) / MINUTE);
    points.push({ at, count: Math.floor(whole * part) });
  }
  return points;
}

export function countSince(world: World, script: ErrorScript, from: number): number {
  return perMinute(world, script, from).reduce((sum, point) => sum + point.count, 0);
}

/** The newest occurrence, or undefined when there was none in the last day. */
export function lastSeen(world: World, script: ErrorScript): number | undefined {
  const last = perMinute(world, script, world.clock.time() - 2 * HOUR).findLast((point) => point.count > 0);
  if (last) return Math.min(world.clock.time() - 1000, last.at + 57_000);
  const older = perMinute(world, script, 0).findLast((point) => point.count > 0);
  return older === undefined ? undefined : older.at + 30_000;
}

/** Commit that the process ran which raised it: the newest revision of web at that time. */
export function versionAt(world: World, at: number): string {
  return world.revisions('web', at).at(-1)?.sha ?? '';
}
