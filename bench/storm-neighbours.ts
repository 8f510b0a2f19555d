// Slack and all other neighbours of a whole bot in a storm, in a process of their own so that their work is not the sender's. Prints the
// bot's settings as one line, and at SIGTERM what Slack saw.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNeighbours } from '../src/rehearsal/neighbours.ts';
import { stories } from '../src/rehearsal/stories/index.ts';
import { storyClock } from '../src/rehearsal/story-clock.ts';
import { makeWorld } from '../src/rehearsal/world/world.ts';
import { onStory } from '../test/chaos/postgres-clock.ts';

const { DATABASE_URL = '', ALERT_TOKEN_GENERIC = '' } = process.env;
const story = stories.find((one) => one.name === 'iris');
if (!story) throw new Error('there is no story iris');
const folder = mkdtempSync(join(tmpdir(), 'pulaski-storm-'));
const clock = storyClock(new Date(Date.parse(story.onset) + story.opening.minute * 60_000).toISOString());
const world = makeWorld(story, clock, folder);
const neighbours = await startNeighbours(world, { latencyMs: () => 40, folder, own: { ALERT_TOKEN_GENERIC }, port: '0' });
const database = DATABASE_URL ? await onStory(DATABASE_URL, clock) : undefined;
const shared = DATABASE_URL ? { DATABASE_URL } : {};
process.stdout.write(`${JSON.stringify({ env: { ...neighbours.env, ...shared }, ahead: clock.time() - Date.now() })}\n`);

process.on('SIGTERM', async () => {
  const { channels } = neighbours.slack.workspace;
  const made = [...channels.values()].filter(({ name }) => name.startsWith('inc-')).length;
  process.stdout.write(`${JSON.stringify({ channels: made, ...neighbours.slack.ledger() })}\n`);
  await database?.end();
  world.close();
  await neighbours.close();
  rmSync(folder, { recursive: true, force: true });
});
