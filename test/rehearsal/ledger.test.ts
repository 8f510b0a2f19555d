import { expect, test } from 'vitest';
import { bookkeeper } from '../../src/rehearsal/slack/ledger.ts';

function at() {
  const clock = { now: 1_000_000 };
  const { called, ledger } = bookkeeper(() => clock.now);
  return { clock, called, ledger };
}

test('counts the channels of the busiest minute, and the messages of the busiest ten seconds of one channel', () => {
  const { clock, called, ledger } = at();
  for (let i = 0; i < 30; i++) {
    called('conversations.create', undefined, undefined);
    clock.now += 6_000;
  }
  for (let i = 0; i < 5; i++) for (const channel of ['C1', 'C2']) called('chat.postMessage', channel, undefined);
  clock.now += 10_000;
  called('chat.postMessage', 'C1', undefined);
  expect(ledger()).toEqual({ calls: 41, limited: 0, impatient: 0, mostChannelsAMinute: 10, mostPostsInTenSeconds: 5 });
});

test('who calls again before the time of a 429 is impatient; what was on its way, or goes elsewhere, is not', () => {
  const { clock, called, ledger } = at();
  called('chat.postMessage', 'C1', 3);
  clock.now += 100;
  called('chat.postMessage', 'C1', 3);
  expect(ledger()).toMatchObject({ limited: 2, impatient: 0 });
  clock.now += 1_000;
  called('chat.postMessage', 'C2', undefined);
  called('chat.update', 'C1', undefined);
  expect(ledger()).toMatchObject({ impatient: 0 });
  called('chat.postMessage', 'C1', undefined);
  expect(ledger()).toMatchObject({ impatient: 1 });
  clock.now += 3_000;
  called('chat.postMessage', 'C1', undefined);
  expect(ledger()).toMatchObject({ limited: 2, impatient: 1, calls: 6 });
});
