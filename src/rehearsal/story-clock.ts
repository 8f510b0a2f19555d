import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';

/** How long nothing may be in flight before the clock jumps: longer than the gaps between two steps of one piece of work. */
const SETTLE_MS = 12;

/** The time of a story. Everything in a rehearsal lives on it: the bot, the stand-ins, the responder, the page. */
export interface StoryClock extends Clock {
  /** Story milliseconds since the epoch. */
  time: () => number;
  /** Story milliseconds for one real millisecond; 0 stands still. */
  speed: () => number;
  setSpeed: (factor: number) => void;
  /** Jumps to the next time that somebody waits for. False when nobody waits. */
  skip: () => boolean;
  /** Registers somebody at work; while any answers true, a jumping clock only flows. */
  whileBusy: (busy: () => boolean) => void;
  /** Somebody just did something: the quiet moment before a jump begins anew. */
  stir: () => void;
  /** Called before each jump, so that what already happened is recorded at its own time. */
  beforeJump: (note: () => void) => void;
  close: () => void;
}

interface Waiter {
  at: number;
  wake: () => void;
}

/**
 * Story time is base + real elapsed × speed + jumps. A jumping clock flows in real time and, when nobody has been busy for a short
 * moment, jumps to the next time that somebody waits for: a story with twenty minutes in it then plays in seconds.
 */
export function storyClock(startsAt: string, options: { jumping?: boolean; speed?: number; settleMs?: number } = {}): StoryClock {
  const settleMs = options.settleMs ?? SETTLE_MS;
  const waiters = new Set<Waiter>();
  const busy: (() => boolean)[] = [];
  const notes: (() => void)[] = [];
  let anchor = { story: Date.parse(startsAt), real: performance.now(), speed: options.speed ?? 1 };
  let idleSince = performance.now();
  let alarm: NodeJS.Timeout | undefined;

  const time = () => Math.floor(anchor.story + (performance.now() - anchor.real) * anchor.speed);
  const move = (story: number, speed: number) => {
    anchor = { story, real: performance.now(), speed };
  };
  const next = () => [...waiters].reduce((soonest, w) => Math.min(soonest, w.at), Number.POSITIVE_INFINITY);

  function ring(): void {
    clearTimeout(alarm);
    const now = time();
    for (const waiter of [...waiters]) if (waiter.at <= now) waiter.wake();
    if (waiters.size === 0 || anchor.speed === 0) return;
    alarm = setTimeout(ring, Math.min(Math.max((next() - time()) / anchor.speed, 1), 60_000));
    alarm.unref();
  }

  function skip(): boolean {
    const at = next();
    if (!Number.isFinite(at)) return false;
    for (const note of notes) note();
    if (at > time()) move(at, anchor.speed);
    ring();
    return true;
  }

  const watch = options.jumping
    ? setInterval(() => {
        const now = performance.now();
        if (busy.some((is) => is())) idleSince = now;
        else if (now - idleSince >= settleMs) {
          skip();
          idleSince = now;
        }
      }, 3)
    : undefined;

  return {
    time,
    now: () => new Date(time()),
    newId: () => randomUUID(),
    wakeAt(at, signal) {
      return new Promise((resolve) => {
        const waiter: Waiter = {
          at: at.getTime(),
          wake: () => {
            waiters.delete(waiter);
            signal.removeEventListener('abort', waiter.wake);
            resolve();
          },
        };
        if (signal.aborted || waiter.at <= time()) return resolve();
        waiters.add(waiter);
        signal.addEventListener('abort', waiter.wake);
        ring();
      });
    },
    speed: () => anchor.speed,
    setSpeed(factor) {
      move(time(), factor);
      ring();
    },
    skip,
    stir: () => {
      idleSince = performance.now();
    },
    whileBusy: (is) => void busy.push(is),
    beforeJump: (note) => void notes.push(note),
    close() {
      clearInterval(watch);
      clearTimeout(alarm);
      for (const waiter of [...waiters]) waiter.wake();
    },
  };
}
