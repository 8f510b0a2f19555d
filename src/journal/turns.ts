import type { Clock } from '../core/clock.ts';
import { Conflict, type Due, type Journal, type Turns } from '../core/journal.ts';
import { retryDelayMs } from './retry-delay.ts';

/** Turns beyond this number wait: a storm must not start fifty looks at a sick database at once. */
const turnsAtOnce = 8;

type Turn = (id: string, signal: AbortSignal) => Promise<string | null>;

interface Slot {
  /** The wait for the planned time; aborted when the plan changes. */
  waiting?: AbortController;
  due?: string;
  state: 'waiting' | 'ready' | 'running';
  /** Asked for while it ran. */
  again: boolean;
  failures: number;
}

/** The turns of one process, on the clock that is handed in. The journal's due times are the plan; nothing else is kept. */
export function inProcessTurns(
  journal: Pick<Journal, 'dueBefore'> & { onDue: (listener: (due: Due) => void) => void },
  clock: Pick<Clock, 'now' | 'wakeAt'>,
  failed: (id: string, error: unknown) => void,
): Turns {
  const slots = new Map<string, Slot>();
  const ready: string[] = [];
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  let turn: Turn | undefined;

  function slotOf(id: string): Slot {
    const slot = slots.get(id) ?? { state: 'waiting', again: false, failures: 0 };
    slots.set(id, slot);
    return slot;
  }

  function plan(id: string, due: string | undefined): void {
    const slot = slotOf(id);
    slot.waiting?.abort();
    delete slot.waiting;
    if (due === undefined) delete slot.due;
    else slot.due = due;
    if (slot.state !== 'waiting' || stop.signal.aborted) return;
    if (due === undefined) slots.delete(id);
    else if (Date.parse(due) <= clock.now().getTime()) enqueue(id, slot);
    else sleep(id, slot, due);
  }

  function sleep(id: string, slot: Slot, due: string): void {
    const waiting = new AbortController();
    slot.waiting = waiting;
    void clock.wakeAt(new Date(due), waiting.signal).then(() => {
      if (!waiting.signal.aborted) enqueue(id, slot);
    });
  }

  function enqueue(id: string, slot: Slot): void {
    slot.waiting?.abort();
    delete slot.waiting;
    slot.state = 'ready';
    ready.push(id);
    fill();
  }

  function fill(): void {
    while (turn !== undefined && !stop.signal.aborted && running.size < turnsAtOnce) {
      const id = ready.shift();
      if (id === undefined) return;
      const work = run(id, slotOf(id), turn).finally(() => {
        running.delete(work);
        fill();
      });
      running.add(work);
    }
  }

  async function run(id: string, slot: Slot, take: Turn): Promise<void> {
    slot.state = 'running';
    slot.again = false;
    delete slot.due;
    const next = await attempt(id, slot, take);
    slot.state = 'waiting';
    if (slot.again) plan(id, clock.now().toISOString());
    else plan(id, earlier(next, slot.due));
  }

  /** The time of the next turn. Whatever a turn throws is logged and tried again, never lost. */
  async function attempt(id: string, slot: Slot, take: Turn): Promise<string | undefined> {
    try {
      const next = await take(id, stop.signal);
      slot.failures = 0;
      return next ?? undefined;
    } catch (error) {
      const before = slot.failures++;
      // Somebody else appended first: nothing is wrong, it plans again from there.
      if (error instanceof Conflict && before === 0) return clock.now().toISOString();
      if (!stop.signal.aborted) failed(id, error);
      return new Date(clock.now().getTime() + retryDelayMs(before)).toISOString();
    }
  }

  return {
    async start(wanted) {
      journal.onDue(({ id, due }) => {
        const slot = slotOf(id);
        // A running turn says itself when it is due again; what was stored meanwhile must not be later than that.
        if (slot.state === 'running') slot.due = earlier(slot.due, due) ?? due;
        else if (slot.state === 'waiting') plan(id, due);
      });
      turn = wanted;
      for (const { id, due } of await journal.dueBefore(farFuture)) if (!slots.has(id)) plan(id, due);
      fill();
    },
    async nudge(id) {
      const slot = slotOf(id);
      if (slot.state === 'running') slot.again = true;
      else if (slot.state === 'waiting') plan(id, clock.now().toISOString());
    },
    busy: () => running.size + ready.length,
    async shut() {
      stop.abort();
      for (const slot of slots.values()) slot.waiting?.abort();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

const farFuture = '9999-12-31T00:00:00.000Z';

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}
