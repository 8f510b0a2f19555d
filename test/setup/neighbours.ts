import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Neighbours, startNeighbours } from '../../src/rehearsal/neighbours.ts';
import { storyClock } from '../../src/rehearsal/story-clock.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';
import { makeWorld, type World } from '../../src/rehearsal/world/world.ts';

/** All neighbours of a story, at the machine's own time: it began `minutesAgo`. For processes that know no other clock. */
export async function neighboursNow(
  story: Story,
  minutesAgo = story.opening.minute,
  latencyMs = 0,
): Promise<Neighbours & { folder: string; world: World }> {
  const folder = mkdtempSync(join(tmpdir(), 'pulaski-neighbours-'));
  const moved = shifted(story, Date.now() - minutesAgo * 60_000 - Date.parse(story.onset));
  const clock = storyClock(new Date().toISOString());
  const world = makeWorld(moved, clock, folder);
  const neighbours = await startNeighbours(world, { latencyMs: () => latencyMs, folder, own: {}, port: '0' });
  return {
    ...neighbours,
    folder,
    world,
    close: async () => {
      world.close();
      await neighbours.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same story at another time: every time in its data moves by so much. */
function shifted(story: Story, ms: number): Story {
  const move = (value: unknown): unknown => {
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? new Date(Date.parse(value) + ms).toISOString() : value;
    if (Array.isArray(value)) return value.map(move);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, move(inside)]));
  };
  return move(story) as Story;
}
