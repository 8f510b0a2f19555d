import { expect, test } from 'vitest';
import { storyClock } from '../../src/rehearsal/story-clock.ts';

const START = '2026-11-24T02:50:00Z';
const never = new AbortController().signal;
const minutes = (n: number) => new Date(Date.parse(START) + n * 60_000);

test('a jumping clock plays twenty minutes at once, in their order', async () => {
  const clock = storyClock(START, { jumping: true, settleMs: 0 });
  const woken: number[] = [];
  await Promise.all([20, 5, 12].map((n) => clock.wakeAt(minutes(n), never).then(() => woken.push(n))));
  expect(woken).toEqual([5, 12, 20]);
  expect(clock.time()).toBeGreaterThanOrEqual(minutes(20).getTime());
  expect(clock.time()).toBeLessThan(minutes(21).getTime());
  clock.close();
});

test('it does not jump while somebody is at work, and notes what happened before it jumps', async () => {
  const clock = storyClock(START, { jumping: true, settleMs: 0 });
  let working = true;
  const noted: number[] = [];
  clock.whileBusy(() => working);
  clock.beforeJump(() => noted.push(clock.time()));
  let woken = false;
  const wait = clock.wakeAt(minutes(5), never).then(() => {
    woken = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(woken).toBe(false);
  working = false;
  await wait;
  expect(noted.length).toBeGreaterThan(0);
  expect(noted.every((at) => at < minutes(5).getTime())).toBe(true);
  clock.close();
});

test('an aborted wait ends at once and is forgotten', async () => {
  const clock = storyClock(START);
  const stop = new AbortController();
  const wait = clock.wakeAt(minutes(5), stop.signal);
  stop.abort();
  await wait;
  expect(clock.skip()).toBe(false);
  await clock.wakeAt(minutes(5), stop.signal);
  await clock.wakeAt(minutes(-5), never);
  clock.close();
});

test('the page can stand still, run faster, and skip to the next thing due', async () => {
  const clock = storyClock(START, { speed: 0 });
  const before = clock.time();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(clock.time()).toBe(before);
  const wait = clock.wakeAt(minutes(3), never);
  expect(clock.skip()).toBe(true);
  await wait;
  expect(clock.time()).toBe(minutes(3).getTime());
  const soon = clock.wakeAt(minutes(4), never);
  clock.setSpeed(60_000);
  await soon;
  expect(clock.speed()).toBe(60_000);
  clock.close();
});
