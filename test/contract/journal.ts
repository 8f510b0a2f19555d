import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Claim, Conflict, type Journal } from '../../src/core/journal.ts';
import { noted, openedEvent } from '../support/an-alert.ts';

/** One store, as a test sees it. */
export interface JournalRig {
  journal: Journal;
  /** Shuts it and opens what it left behind. */
  reopened: () => Promise<Journal>;
  /** A second, empty store of the same kind. */
  empty: () => Promise<Journal>;
  gone: () => Promise<void>;
}

const at = '2026-11-21T20:30:00.000Z';
const later = '2026-11-21T20:31:00.000Z';

/** What every journal keeps. Run for each store. */
export function journalContract(name: string, rig: () => Promise<JournalRig>): void {
  describe(`journal: ${name}`, () => {
    let store: JournalRig;
    let journal: Journal;
    beforeEach(async () => {
      store = await rig();
      journal = store.journal;
    });
    afterEach(() => store.gone());

    const open = (id: string, claim: Partial<Claim> = {}) =>
      journal.open({ id, key: 'k', due: at, ...claim }, (number) => [openedEvent(number, at)]);
    const types = async (id: string) => (await journal.read(id)).map((event) => event.type);

    test('an incident is opened once per key, and numbered from 1', async () => {
      expect(await open('a')).toEqual({ id: 'a', number: 1, opened: true });
      expect(await open('b')).toEqual({ id: 'a', number: 1, opened: false });
      expect(await open('c', { key: 'other' })).toEqual({ id: 'c', number: 2, opened: true });
      expect(await types('a')).toEqual(['opened']);
      expect(await types('b')).toEqual([]);
      expect(await journal.findByNumber(2)).toBe('c');
      expect(await journal.findByNumber(3)).toBeUndefined();
      expect(await journal.findByKey('other')).toEqual({ id: 'c', number: 2 });
    });

    test('many opened at once with one key give one incident', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => open(`i${i}`)));
      expect(new Set(answers.map((a) => a.id)).size).toBe(1);
      expect(answers.filter((a) => a.opened)).toHaveLength(1);
    });

    test('many opened at once with many keys are numbered without a gap', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => open(`i${i}`, { key: `k${i}` })));
      expect(answers.map((a) => a.number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    });

    test('closing frees the key', async () => {
      await open('a');
      await journal.close('a');
      expect(await journal.findByKey('k')).toBeUndefined();
      expect(await open('b')).toEqual({ id: 'b', number: 2, opened: true });
      expect(await journal.list('open', 10)).toEqual([{ id: 'b', number: 2, key: 'k', open: true }]);
      expect((await journal.list('all', 10)).map((i) => i.id)).toEqual(['b', 'a']);
      expect((await journal.list('all', 1)).map((i) => i.id)).toEqual(['b']);
    });

    test('events come back as they went in, in order', async () => {
      await open('a');
      const odd = noted('tab\t, quote ", nul \u0000, 🔥, \u2028', later);
      await journal.append('a', 1, [odd, noted('second', later)]);
      expect(await journal.read('a')).toEqual([openedEvent(1, at), odd, noted('second', later)]);
    });

    test('events of some types alone', async () => {
      await open('a');
      await journal.append('a', 1, [noted('one', later), { type: 'led', at: later, user: 'U1' }, noted('two', later)]);
      expect((await journal.read('a', ['opened', 'led'])).map((event) => event.type)).toEqual(['opened', 'led']);
      expect(await journal.read('a', ['closed'])).toEqual([]);
    });

    test('only what came after a version', async () => {
      await open('a');
      await journal.append('a', 1, [noted('one', later), noted('two', later)]);
      expect(await journal.readAfter('a', 2)).toEqual([noted('two', later)]);
      expect(await journal.readAfter('a', 3)).toEqual([]);
      expect(await journal.readAfter('nobody', 0)).toEqual([]);
    });

    test('an append that missed something is a conflict and stores nothing', async () => {
      await open('a');
      await journal.append('a', 1, [noted('one')]);
      await expect(journal.append('a', 1, [noted('two')], { due: null, once: 'o' })).rejects.toThrow(Conflict);
      expect(await types('a')).toEqual(['opened', 'noted']);
      expect(await journal.dueBefore(at)).toEqual([{ id: 'a', due: at }]);
      expect(await journal.once('o')).toBe(true);
      await expect(journal.append('unknown', 0, [noted('x')])).rejects.toThrow(Conflict);
    });

    test('of appends at one version exactly one wins; those at any version all do', async () => {
      await open('a');
      const raced = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => journal.append('a', 1, [noted(`${i}`)])));
      expect(raced.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
      await Promise.all(Array.from({ length: 10 }, (_, i) => journal.append('a', 'any', [noted(`${i}`)])));
      expect(await types('a')).toHaveLength(12);
    });

    test('due times: set, kept, brought forward, cleared', async () => {
      await open('a', { due: later });
      await journal.append('a', 1, [noted('kept')]);
      expect(await journal.dueBefore(at)).toEqual([]);
      expect(await journal.dueBefore(later)).toEqual([{ id: 'a', due: later }]);
      await journal.append('a', 2, [noted('forward')], { dueBy: at });
      expect(await journal.dueBefore(later)).toEqual([{ id: 'a', due: at }]);
      await journal.append('a', 3, [noted('not back')], { dueBy: later });
      expect(await journal.dueBefore(later)).toEqual([{ id: 'a', due: at }]);
      await journal.append('a', 4, [], { due: null });
      expect(await journal.dueBefore(later)).toEqual([]);
      await journal.append('a', 4, [], { dueBy: later });
      expect(await journal.dueBefore(later)).toEqual([{ id: 'a', due: later }]);
    });

    test('what is remembered is recalled by its beginning, in order', async () => {
      for (const key of ['read:2', 'read:1', 'read:10', 'red', 'read', 'alert:1', 'read:1']) await journal.once(key);
      journal = await store.reopened();
      expect(await journal.recall('read:')).toEqual(['read:1', 'read:10', 'read:2']);
      expect(await journal.recall('nothing')).toEqual([]);
    });

    test('what is remembered is remembered for ever', async () => {
      expect(await journal.once('weekly')).toBe(true);
      expect(await journal.once('weekly')).toBe(false);
      await open('a');
      expect(await journal.append('a', 1, [noted('one')], { once: 'click' })).toBe(true);
      expect(await journal.append('a', 2, [noted('two')], { once: 'click', due: null })).toBe(false);
      expect(await types('a')).toEqual(['opened', 'noted']);
      expect(await journal.dueBefore(at)).toHaveLength(1);
      await journal.close('a');
      journal = await store.reopened();
      expect(await journal.once('click')).toBe(false);
    });

    test('a known alert answers with the incident it led to, even a closed one', async () => {
      await open('a', { once: 'alert-1' });
      await journal.close('a');
      expect(await open('b', { once: 'alert-1' })).toEqual({ id: 'a', number: 1, opened: false, known: true });
      expect(await journal.list('open', 10)).toEqual([]);
    });

    test('a key that was remembered for nothing does not stand in the way', async () => {
      await journal.once('alert-1');
      expect(await open('a', { once: 'alert-1' })).toMatchObject({ opened: true });
      expect(await open('b', { once: 'alert-1' })).toMatchObject({ id: 'a', known: true });
    });

    test('joining stores and brings the turn forward in the same transaction', async () => {
      await open('a', { due: later });
      const joined = await open('b', { once: 'alert-2', join: [noted('joined')], joinDue: at });
      expect(joined).toEqual({ id: 'a', number: 1, opened: false });
      expect(await types('a')).toEqual(['opened', 'noted']);
      expect(await journal.dueBefore(at)).toHaveLength(1);
      await open('c', { once: 'alert-2', join: [noted('again')], joinDue: at });
      expect(await types('a')).toEqual(['opened', 'noted']);
    });

    test('an alert that is only counted is remembered with the open incident of its key, once', async () => {
      await open('a', { key: 'k1' });
      await open('b', { key: 'k2' });
      expect(await journal.count('k1', 'o1')).toEqual({ id: 'a', number: 1, stored: true });
      expect(await journal.count('k1', 'o1')).toEqual({ id: 'a', number: 1, stored: false });
      expect(await journal.count('nobody', 'o2')).toBeUndefined();
      expect(await journal.once('o2')).toBe(true);
      expect(await journal.count('k2', 'o2')).toEqual({ id: 'b', number: 2, stored: true });
      expect(await open('c', { key: 'k3', once: 'o1' })).toMatchObject({ id: 'a', known: true });
      const wave = await Promise.all(Array.from({ length: 30 }, (_, i) => journal.count(`k${(i % 3) + 1}`, `w${i % 15}`)));
      expect(wave.map((one) => one?.id)).toEqual(Array.from({ length: 30 }, (_, i) => ['a', 'b', undefined][i % 3]));
      expect(wave.filter((one) => one?.stored)).toHaveLength(10);
      expect(await types('a')).toEqual(['opened']);
      await journal.close('a');
      expect(await journal.count('k1', 'o3')).toBeUndefined();
    });

    test('many appends at once, the same delivery among them: each stored once, in whole', async () => {
      await open('a', { due: later });
      await open('b', { key: 'k2', due: later });
      const stored = await Promise.all(
        Array.from({ length: 24 }, (_, i) =>
          journal.append(i % 2 === 0 ? 'a' : 'b', 'any', [noted(`${i}`), noted('and')], { once: `o${i % 12}`, dueBy: at }),
        ),
      );
      expect(stored.filter(Boolean)).toHaveLength(12);
      expect((await types('a')).length + (await types('b')).length).toBe(2 + 24);
      expect(await journal.dueBefore(at)).toHaveLength(2);
      await expect(journal.append('unknown', 'any', [noted('x')], { once: 'new' })).rejects.toThrow(Conflict);
      expect(await journal.once('new')).toBe(true);
    });

    test('a wave of openings answers as it would one by one', async () => {
      const limit = { name: 'alerts', most: 2, since: at, gather: 'storm' };
      const wave = Array.from({ length: 40 }, (_, i) => ({
        claim: { id: `i${i}`, key: `k${(i * 7) % 9}`, due: later, once: `o${(i * 5) % 23}`, join: [noted(`${i}`)], joinDue: at, limit },
        events: (number: number, gathered: boolean) => [openedEvent(number, at), ...(gathered ? [noted(`gathered ${i}`)] : [])],
      }));
      const alone = await store.empty();
      const onebyone = [];
      for (const { claim, events } of wave) onebyone.push(await alone.open(claim, events));
      expect(await Promise.all(wave.map(({ claim, events }) => journal.open(claim, events)))).toEqual(onebyone);
      expect(await linesOf(journal)).toEqual(await linesOf(alone));
      await alone.shut();
    });

    test('beyond the limit incidents are gathered in one, which then holds their keys', async () => {
      const limit = { name: 'alerts', most: 2, since: at, gather: 'storm' };
      const wave = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          journal.open({ id: `i${i}`, key: `k${i}`, due: at, once: `o${i}`, join: [noted(`k${i}`)], limit }, (number, gathered) =>
            gathered ? [openedEvent(number, at), noted('first of the storm')] : [openedEvent(number, at)],
          ),
        ),
      );
      expect(wave.filter((a) => a.opened && !a.gathered)).toHaveLength(2);
      expect(wave.filter((a) => a.opened && a.gathered)).toHaveLength(1);
      const gathered = wave.filter((a) => a.gathered);
      expect(gathered).toHaveLength(4);
      expect(new Set(gathered.map((a) => a.id)).size).toBe(1);
      const storm = gathered[0]?.id ?? '';
      expect(await types(storm)).toEqual(['opened', ...Array(4).fill('noted')]);
      expect(await journal.findByKey('k5')).toMatchObject({ id: storm });
      expect(await journal.list('open', 10)).toHaveLength(3);
      await journal.close(storm);
      expect(await journal.findByKey('k5')).toBeUndefined();
    });

    test('what was opened before the window, or by a person, does not count to the limit', async () => {
      const limit = { name: 'alerts', most: 1, since: later, gather: 'storm' };
      await open('a', { key: 'early', limit });
      await open('b', { key: 'person' });
      expect(await open('c', { key: 'new', limit })).toEqual({ id: 'c', number: 3, opened: true });
    });

    test('everything is there after it was shut and opened again', async () => {
      await open('a', { once: 'alert-1' });
      await journal.append('a', 1, [noted('one')], { due: later });
      journal = await store.reopened();
      expect(await types('a')).toEqual(['opened', 'noted']);
      expect(await journal.dueBefore(later)).toEqual([{ id: 'a', due: later }]);
      expect(await open('b', { once: 'alert-1' })).toMatchObject({ id: 'a', known: true });
      await journal.ping();
    });

    test('an export is plain lines and makes the same journal elsewhere', async () => {
      const limit = { name: 'alerts', most: 1, since: at, gather: 'storm' };
      await open('a', { once: 'alert-1', limit });
      await open('b', { key: 'k2', limit });
      await journal.append('a', 1, [noted('tab\t nul \u0000')], { due: later, once: 'click' });
      await journal.once('weekly');
      await journal.close('a');
      const lines = await linesOf(journal);
      expect(lines.every((line) => !line.includes('\n'))).toBe(true);
      const copy = await store.empty();
      expect(await copy.importLines(lines)).toBe(2);
      expect(await linesOf(copy)).toEqual(lines);
      expect(await copy.findByKey('k2')).toEqual({ id: 'b', number: 2 });
      expect(await copy.once('click')).toBe(false);
      await expect(copy.importLines(lines)).rejects.toThrow('not empty');
      await copy.shut();
    });
  });
}

async function linesOf(journal: Journal): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of journal.exportLines()) lines.push(line);
  return lines;
}
