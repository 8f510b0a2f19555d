import type { Clock } from './core/clock.ts';
import { type Journal, StoreDown, type Turns } from './core/journal.ts';
import type { Store } from './open-store.ts';
import type { Log } from './walk/tools.ts';

const AGAIN_MS = 5_000;

/** A store that could not be opened at the start: everything throws why, until it opens after all. It is tried by itself. */
export function lateStore(open: () => Promise<Store>, first: StoreDown, clock: Clock, log: Log): Store {
  const stop = new AbortController();
  let store: Store | undefined;
  let why = first;
  let turn: Parameters<Turns['start']>[0] | undefined;

  const attempt = async (): Promise<void> => {
    try {
      const opened = await open();
      store = opened;
      if (turn) await opened.turns.start(turn);
      log.info('the journal could be opened', {});
    } catch (error) {
      if (!(error instanceof StoreDown)) log.error('the journal cannot be opened', { error });
      else why = error;
    }
  };
  const trying = (async () => {
    while (!store && !stop.signal.aborted) {
      await clock.wakeAt(new Date(clock.now().getTime() + AGAIN_MS), stop.signal);
      if (!stop.signal.aborted) await attempt();
    }
  })();
  const there = (): Journal => {
    if (!store) throw why;
    return store.journal;
  };

  return {
    journal: {
      open: async (...args) => there().open(...args),
      append: async (...args) => there().append(...args),
      count: async (...args) => there().count(...args),
      readAfter: async (...args) => there().readAfter(...args),
      read: async (...args) => there().read(...args),
      list: async (...args) => there().list(...args),
      findByNumber: async (...args) => there().findByNumber(...args),
      findByKey: async (...args) => there().findByKey(...args),
      close: async (...args) => there().close(...args),
      once: async (...args) => there().once(...args),
      recall: async (...args) => there().recall(...args),
      dueBefore: async (...args) => there().dueBefore(...args),
      async *exportLines() {
        yield* there().exportLines();
      },
      importLines: async (...args) => there().importLines(...args),
      ping: async () => there().ping(),
      async shut() {
        stop.abort();
        await trying;
        await store?.journal.shut();
      },
    },
    turns: {
      async start(wanted) {
        turn = wanted;
        await store?.turns.start(wanted);
      },
      nudge: async (id) => {
        if (!store) throw why;
        await store.turns.nudge(id);
      },
      busy: () => store?.turns.busy() ?? 0,
      async shut() {
        stop.abort();
        await trying;
        await store?.turns.shut();
      },
    },
  };
}
