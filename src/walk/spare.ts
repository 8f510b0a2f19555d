import type { Alert } from '../core/alert.ts';
import type { Desk } from '../core/channels.ts';
import type { Clock } from '../core/clock.ts';
import { type Journal, StoreDown, type Turns } from '../core/journal.ts';
import type { Received } from './intake.ts';
import type { Log } from './tools.ts';

/** The walk on one journal. */
export interface Walk {
  journal: Journal;
  turns: Pick<Turns, 'busy' | 'shut'>;
  desk: Desk;
  receive: (alert: Alert) => Promise<Received>;
}

/** In memory, with turns that can be begun anew after they were shut. */
export interface SpareWalk extends Walk {
  resumed: () => Promise<SpareWalk>;
}

export interface Spared {
  desk: Desk;
  receive: Walk['receive'];
  busy: () => number;
  shut: () => Promise<void>;
}

/** How soon a store that is back is noticed by itself; whatever is said or sent notices it at once. */
const LOOK_EVERY_MS = 5_000;
const MOST = 10_000;

/**
 * The walk on the real journal. What would open an incident while that is down opens it in memory, and it is triaged all the same; an alert's
 * sender hears that it must send again. When the store is back, everything moves there under the same ids: channel and card stay.
 */
export function withSpare(main: Walk, make: (why: StoreDown) => Promise<SpareWalk>, clock: Clock, log: Log): Spared {
  const stop = new AbortController();
  let spare: SpareWalk | undefined;
  let making: Promise<SpareWalk> | undefined;
  let moving: Promise<void> | undefined;

  function inMemory(why: StoreDown): Promise<SpareWalk> {
    making ??= begin(why).finally(() => {
      making = undefined;
    });
    return spare ? Promise.resolve(spare) : making;
  }

  async function begin(why: StoreDown): Promise<SpareWalk> {
    log.error(`${why.message}: nothing can be stored. Incidents are triaged in memory; alert senders get 503`, { fix: why.fix });
    const made = await make(why);
    spare = made;
    void lookForStore();
    return made;
  }

  async function lookForStore(): Promise<void> {
    while (spare && !stop.signal.aborted) {
      await clock.wakeAt(new Date(clock.now().getTime() + LOOK_EVERY_MS), stop.signal);
      await home().catch((error: unknown) => log.error('what stands in memory could not be stored', { error }));
    }
  }

  function home(): Promise<void> {
    if (!spare) return Promise.resolve();
    moving ??= move(spare).finally(() => {
      moving = undefined;
    });
    return moving;
  }

  async function move(from: SpareWalk): Promise<void> {
    try {
      await main.journal.ping();
    } catch (error) {
      if (error instanceof StoreDown) return;
      throw error;
    }
    await from.turns.shut();
    try {
      for (const one of (await from.journal.list('all', MOST)).toReversed()) await moveOne(from, one);
    } catch (error) {
      spare = await from.resumed();
      if (!(error instanceof StoreDown)) throw error;
      return;
    }
    spare = undefined;
    await from.journal.shut();
    log.info('the store is back: what stood in memory is stored', {});
  }

  async function moveOne(from: SpareWalk, { id, key, open }: { id: string; key: string; open: boolean }): Promise<void> {
    if ((await main.journal.read(id, ['opened'])).length > 0) return;
    const events = await from.journal.read(id);
    // Another process may have opened one under this key meanwhile: two channels then, and neither is lost.
    const free = (await main.journal.findByKey(key)) === undefined;
    await main.journal.open({ id, key: free ? key : `${key} ${id}`, due: clock.now().toISOString() }, (number) =>
      events.map((event) => (event.type === 'opened' ? { ...event, number } : event)),
    );
    if (!open) await main.journal.close(id);
  }

  /** On the real journal, or in memory when that is down. */
  async function either<T>(work: (walk: Walk) => Promise<T>): Promise<T> {
    await home();
    try {
      return await work(main);
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      return work(await inMemory(error));
    }
  }

  /** Where this incident stands. */
  async function at<T>(id: string, work: (walk: Walk) => Promise<T>): Promise<T> {
    await home();
    const here = spare && (await spare.journal.read(id, ['opened'])).length > 0 ? spare : main;
    return work(here);
  }

  return {
    desk: {
      command: (said) => either((walk) => walk.desk.command(said)),
      click: (said) =>
        said.action === 'open-incident'
          ? either((walk) => walk.desk.click(said))
          : at(said.value.split(':')[0] ?? '', (walk) => walk.desk.click(said)),
      submit: (said) => {
        const id = said.form === 'join' ? said.values.which : said.meta.split('|')[0];
        return said.form === 'declare' || id === 'new'
          ? either((walk) => walk.desk.submit(said))
          : at(id ?? '', (walk) => walk.desk.submit(said));
      },
    },
    async receive(alert) {
      await home();
      try {
        return await main.receive(alert);
      } catch (error) {
        // In memory is not durable: it is looked at, and the sender keeps it.
        if (error instanceof StoreDown) await (await inMemory(error)).receive(alert);
        throw error;
      }
    },
    busy: () => spare?.turns.busy() ?? 0,
    async shut() {
      stop.abort();
      await moving;
      if (!spare) return;
      await spare.turns.shut();
      const lost = (await spare.journal.list('open', MOST)).map(({ number }) => `#${number}`);
      if (lost.length > 0) log.error(`forgotten, for the store is still down: ${lost.join(', ')}`);
      await spare.journal.shut();
    },
  };
}
