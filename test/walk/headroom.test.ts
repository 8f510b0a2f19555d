import { expect, test } from 'vitest';
import type { Headroom } from '../../src/core/schema-keys.ts';
import { type HeadroomSource, watchHeadroom } from '../../src/walk/headroom.ts';
import { workspace } from '../setup/workspace.ts';
import { movingClock } from '../support/moving-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The loop on a clock that is moved by hand, from a Sunday's noon on; `percents` is what each day's look finds. */
function watching(look: HeadroomSource['look'], from = '2026-11-15T12:00:00.000Z', known = new Set<string>()) {
  const clock = movingClock(from);
  const slack = workspace();
  const said: string[] = [];
  const stop = new AbortController();
  let storeDown = false;
  const once = async (key: string) => {
    if (storeDown) throw new Error('the store is down');
    return !known.has(key) && known.add(key) !== undefined;
  };
  const recall = async (prefix: string) => {
    if (storeDown) throw new Error('the store is down');
    return [...known].filter((key) => key.startsWith(prefix)).toSorted();
  };
  const note = (text: string) => void said.push(text);
  const tools = { clock, channels: slack.channels, journal: { once, recall }, log: { info: note, warn: note, error: note } };
  const ended = watchHeadroom([{ server: 'db:3306/shop', look }], tools, stop.signal);
  return {
    ...slack,
    clock,
    said,
    known,
    lines: () => slack.announced.map((message) => message.text),
    store: (down: boolean) => {
      storeDown = down;
    },
    end: () => {
      stop.abort();
      return ended;
    },
  };
}

const id = (usedPercent: number): Headroom => ({ table: 'comments', column: 'id', type: 'int', usedPercent, of: 'comments' });

test('a key that runs out is told once a week, with a date as soon as the pace is known', async () => {
  let percent = 90;
  const w = watching(async () => ({ keys: [id(percent++)] }));
  await w.clock.pass(2 * HOUR);
  expect(w.lines()).toEqual(['🟡 comments.id (int) has used 90 % of its range.']);
  await w.clock.pass(6 * DAY);
  expect(w.lines()).toEqual([
    '🟡 comments.id (int) has used 90 % of its range.',
    '🟡 comments.id (int) has used 91 % of its range, full about 2026-11-25 at this pace.',
  ]);
  await w.end();
});

test('the pace outlives a restart: it stands in the journal, one reading a week', async () => {
  const first = watching(async () => ({ keys: [id(90)] }));
  await first.clock.pass(5 * DAY);
  await first.end();
  expect([...first.known].filter((key) => key.startsWith('headroom-read:'))).toEqual([
    'headroom-read:2026-11-15T13:00:00.000Z 90 db:3306/shop comments.id int',
    'headroom-read:2026-11-16T13:00:00.000Z 90 db:3306/shop comments.id int',
  ]);
  const second = watching(async () => ({ keys: [id(92)] }), '2026-11-25T12:00:00.000Z', first.known);
  await second.clock.pass(2 * HOUR);
  expect(second.lines()).toEqual(['🟡 comments.id (int) has used 92 % of its range, full about 2027-01-04 at this pace.']);
  await second.end();
});

test('a key that was made wider or emptied has no pace of before', async () => {
  const known = new Set(['headroom-read:2026-11-10T13:00:00.000Z 99 db:3306/shop comments.id int', 'headroom-read:what 1 else']);
  const w = watching(async () => ({ keys: [id(90)] }), '2026-11-25T12:00:00.000Z', known);
  await w.clock.pass(2 * HOUR);
  expect(w.lines()).toEqual(['🟡 comments.id (int) has used 90 % of its range.']);
  await w.end();
});

test('nothing above the limit is silence', async () => {
  const w = watching(async () => ({ keys: [] }));
  await w.clock.pass(15 * DAY);
  expect([w.lines(), w.said]).toEqual([[], []]);
  await w.end();
});

test('a database just left alone: not asked in the first hour', async () => {
  let asked = 0;
  const w = watching(async () => {
    asked++;
    return { keys: [] };
  });
  await w.clock.pass(HOUR - 1);
  expect(asked).toBe(0);
  await w.clock.pass(2);
  expect(asked).toBe(1);
  await w.end();
});

test('what cannot be seen is in the log, and the week is not spent', async () => {
  let look: Awaited<ReturnType<HeadroomSource['look']>> = { blind: { why: 'access denied', fix: 'GRANT …' } };
  const w = watching(async () => look);
  await w.clock.pass(2 * HOUR);
  expect(w.said).toEqual(['the weekly look at the keys cannot see db:3306/shop: access denied']);
  look = { keys: [id(86)] };
  await w.clock.pass(DAY);
  expect(w.lines()).toHaveLength(1);
  await w.end();
});

test('Slack down: told an hour later, once', async () => {
  const w = watching(async () => ({ keys: [id(86)] }));
  w.down.add('announce');
  await w.clock.pass(HOUR + 1);
  w.down.clear();
  await w.clock.pass(DAY - 2 * HOUR);
  expect(w.lines()).toHaveLength(1);
  await w.end();
});

test('a store that is down does not end the watch', async () => {
  const w = watching(async () => ({ keys: [id(86)] }));
  w.store(true);
  await w.clock.pass(2 * HOUR);
  expect(w.lines()).toEqual([]);
  w.store(false);
  await w.clock.pass(DAY);
  expect(w.lines()).toHaveLength(1);
  await w.end();
});
