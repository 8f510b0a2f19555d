import { expect, test } from 'vitest';
import { type DeployWatch, watchDeploys } from '../../src/walk/watch.ts';
import { workspace } from '../setup/workspace.ts';
import { movingClock } from '../support/moving-clock.ts';

const SECOND = 1000;
const job = { name: 'deploy-tasks-4f1c2ab', uid: 'u1', sha: '4f1c2ab', failedAt: '2026-11-21T02:51:04Z', why: 'exit 1', live: true };

/** Bots one after the other, on one store and one workspace. */
function machine() {
  const clock = movingClock('2026-11-21T02:52:00.000Z');
  const slack = workspace();
  const known = new Set<string>();
  const note = () => undefined;
  const journal = { once: async (key: string) => !known.has(key) && known.add(key) !== undefined };
  const tools = { clock, channels: slack.channels, journal, log: { info: note, warn: note, error: note } };
  const watch: DeployWatch = { look: async () => ({ jobs: [job] }) };
  const run = async (seconds: number) => {
    const stop = new AbortController();
    const ended = watchDeploys(watch, tools, stop.signal);
    for (let second = 0; second < seconds; second++) await clock.pass(SECOND);
    stop.abort();
    await ended;
  };
  return { slack, known, run };
}

test('a failed job whose release is live is told once, however often the bot starts', async () => {
  const { slack, run } = machine();
  for (let starts = 0; starts < 3; starts++) await run(90);
  expect(slack.announced.map((message) => message.key)).toEqual(['deploy-job:u1']);
});

test('a bot that died between taking the job and telling it does not silence it', async () => {
  const { slack, known, run } = machine();
  known.add('deploy-job:u1');
  await run(10);
  expect(slack.announced).toEqual([]);
  await run(90);
  expect(slack.announced.map((message) => message.key)).toEqual(['deploy-job:u1']);
});

test('Slack that cannot be read back is asked again before anything is told twice', async () => {
  const { slack, run } = machine();
  await run(10);
  slack.down.add('findAnnounced');
  await run(90);
  slack.down.clear();
  await run(90);
  expect(slack.announced).toHaveLength(1);
});
