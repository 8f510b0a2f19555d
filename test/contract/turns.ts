import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Journal, Turns } from '../../src/core/journal.ts';
import { noted, openedEvent } from '../support/an-alert.ts';

/** Turns over a journal. Times are counted from the rig's own start, in units that the rig lets pass. */
export interface TurnsRig {
  journal: Journal;
  turns: Turns;
  failures: string[];
  /** UTC ISO of now plus this many units. */
  inUnits: (units: number) => string;
  pass: (units: number) => Promise<void>;
  /** Waits until the condition holds, letting at most `units` pass. */
  until: (what: () => boolean, units: number) => Promise<void>;
  gone: () => Promise<void>;
}

export function turnsContract(name: string, rig: () => Promise<TurnsRig>): void {
  describe(`turns: ${name}`, () => {
    let r: TurnsRig;
    beforeEach(async () => {
      r = await rig();
    });
    afterEach(() => r.gone());
    const open = (id: string, due: string) => r.journal.open({ id, key: id, due }, (number) => [openedEvent(number)]);

    test('what fell due while nobody ran gets its turn at the start; what is not due waits', async () => {
      const due = r.inUnits(6);
      await open('late', r.inUnits(-60));
      await open('early', due);
      const taken: { id: string; at: string }[] = [];
      await r.turns.start(async (id) => {
        taken.push({ id, at: r.inUnits(0) });
        return null;
      });
      await r.until(() => taken.length === 2, 12);
      expect(taken.map((one) => one.id)).toEqual(['late', 'early']);
      expect((taken[1]?.at ?? '') >= due).toBe(true);
    });

    test('a turn comes again when it said so, and when an append said so', async () => {
      const taken: string[] = [];
      await r.turns.start(async (id) => {
        taken.push(id);
        return taken.length === 1 ? r.inUnits(2) : null;
      });
      await open('a', r.inUnits(0));
      await r.until(() => taken.length === 2, 10);
      await r.journal.append('a', 'any', [noted('an alert')], { dueBy: r.inUnits(0) });
      await r.until(() => taken.length === 3, 5);
    });

    test('a nudge does not wait for the planned time', async () => {
      await open('a', r.inUnits(600));
      const taken: string[] = [];
      await r.turns.start(async (id) => {
        taken.push(id);
        return null;
      });
      await r.turns.nudge('a');
      await r.until(() => taken.length === 1, 5);
    });

    test('one turn of an incident at a time; a nudge during it brings one more', async () => {
      await open('a', r.inUnits(0));
      const end: (() => void)[] = [];
      await r.turns.start(() => new Promise((resolve) => end.push(() => resolve(null))));
      await r.until(() => end.length === 1, 5);
      await r.turns.nudge('a');
      await r.turns.nudge('a');
      await r.pass(2);
      expect(end).toHaveLength(1);
      end[0]?.();
      await r.until(() => end.length === 2, 10);
      end[1]?.();
      await r.pass(2);
      expect(end).toHaveLength(2);
    });

    test('incidents do not wait for each other', async () => {
      await open('slow', r.inUnits(0));
      await open('quick', r.inUnits(0));
      const taken: string[] = [];
      let end = () => {};
      await r.turns.start((id) => {
        taken.push(id);
        return id === 'slow'
          ? new Promise((resolve) => {
              end = () => resolve(null);
            })
          : Promise.resolve(null);
      });
      await r.until(() => taken.includes('quick') && taken.includes('slow'), 5);
      end();
    });

    test('a turn that throws is told and tried again', async () => {
      await open('a', r.inUnits(0));
      let times = 0;
      await r.turns.start(async () => {
        times++;
        if (times < 3) throw new Error(`broken ${times}`);
        return null;
      });
      await r.until(() => times === 3, 20);
      expect(r.failures).toEqual(['a: broken 1', 'a: broken 2']);
    });

    test('shutting waits for the turn that runs, and takes no other', async () => {
      await open('a', r.inUnits(0));
      let ended = false;
      let started = false;
      await r.turns.start(async (_id, signal) => {
        started = true;
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await new Promise((resolve) => setImmediate(resolve));
        ended = true;
        return null;
      });
      await r.until(() => started, 5);
      await r.turns.shut();
      expect(ended).toBe(true);
      expect(r.turns.busy()).toBe(0);
    });
  });
}
