import { expect, test } from 'vitest';
import type { Verification } from '../../src/core/check.ts';
import { watchHealth } from '../../src/walk/check-up.ts';
import { workspace } from '../setup/workspace.ts';
import { movingClock } from '../support/moving-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const broken: Verification = { what: 'rollbar', ok: false, required: true, says: 'does not accept the token' };

/** The loop on a clock that is moved by hand, from a Monday's noon on. */
function watching(doctor: () => Promise<readonly Verification[]>, known = new Set<string>()) {
  const clock = movingClock('2026-11-16T12:00:00.000Z');
  const slack = workspace();
  const said: string[] = [];
  const stop = new AbortController();
  const note = (text: string) => void said.push(text);
  const once = async (key: string) => !known.has(key) && known.add(key) !== undefined;
  const tools = { clock, channels: slack.channels, journal: { once }, log: { info: note, warn: note, error: note } };
  const ended = watchHealth(doctor, tools, stop.signal);
  return {
    clock,
    said,
    lines: () => slack.announced.map((message) => message.text),
    end: () => {
      stop.abort();
      return ended;
    },
  };
}

test('once a week, and again the week after while it is not repaired', async () => {
  let asked = 0;
  const w = watching(async () => {
    asked++;
    return [broken];
  });
  await w.clock.pass(2 * HOUR);
  expect(w.lines()).toEqual([expect.stringContaining('• rollbar: does not accept the token')]);
  await w.clock.pass(5 * DAY);
  expect([asked, w.lines().length]).toEqual([1, 1]);
  await w.clock.pass(2 * DAY);
  expect([asked, w.lines().length]).toEqual([2, 2]);
  await w.end();
});

test('of several replicas, and of a bot that is restarted, one asks', async () => {
  const known = new Set<string>();
  const one = watching(async () => [broken], known);
  const other = watching(async () => [broken], known);
  await one.clock.pass(2 * HOUR);
  await other.clock.pass(2 * HOUR);
  expect([...one.lines(), ...other.lines()]).toHaveLength(1);
  await one.end();
  await other.end();
});

test('all well is not told in the channel, and a doctor that fails is logged', async () => {
  const well = watching(async () => [{ ...broken, ok: true }]);
  await well.clock.pass(2 * HOUR);
  expect(well.lines()).toEqual([]);
  await well.end();
  const failing = watching(() => Promise.reject(new Error('no memory')));
  await failing.clock.pass(2 * HOUR);
  expect(failing.said).toContain('the weekly check-up failed: no memory');
  expect(failing.lines()).toEqual([]);
  await failing.end();
});
