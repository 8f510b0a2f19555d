import type { Clock } from '../core/clock.ts';

/** Runs work one at a time in each lane, its starts at least a gap apart. A failure is its caller's alone. */
export type Pace = <T>(lane: string, work: () => Promise<T>) => Promise<T>;

interface Lane {
  tail: Promise<unknown>;
  /** When the next work may start, in ms. */
  free: number;
  waiting: number;
}

/** More lanes than this are swept for those that nobody waits in. */
const SWEEP_FROM = 200;

export function pace(clock: Clock, gapMs: number): Pace {
  const lanes = new Map<string, Lane>();
  const never = new AbortController().signal;
  return (name, work) => {
    if (lanes.size > SWEEP_FROM) sweep(lanes, clock.now().getTime());
    const lane = lanes.get(name) ?? { tail: Promise.resolve(), free: 0, waiting: 0 };
    lanes.set(name, lane);
    lane.waiting++;
    const run = lane.tail.then(async () => {
      if (lane.free > clock.now().getTime()) await clock.wakeAt(new Date(lane.free), never);
      lane.free = clock.now().getTime() + gapMs;
      return work();
    });
    const settled = (): void => {
      lane.waiting--;
    };
    lane.tail = run.then(settled, settled);
    return run;
  };
}

function sweep(lanes: Map<string, Lane>, now: number): void {
  for (const [name, lane] of lanes) if (lane.waiting === 0 && lane.free <= now) lanes.delete(name);
}
