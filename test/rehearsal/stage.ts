import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storyClock } from '../../src/rehearsal/story-clock.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';
import { makeWorld, type World } from '../../src/rehearsal/world/world.ts';

export const quick = { latencyMs: () => 0 };

/** A story's world, standing still at a minute after its onset. */
export function worldAt(story: Story, minute: number): World & { moveTo: (minute: number) => void; remove: () => void; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pulaski-rehearsal-'));
  const at = { minute };
  const clock = storyClock(story.onset, { speed: 0 });
  const time = () => Date.parse(story.onset) + at.minute * 60_000;
  const still = { ...clock, time, now: () => new Date(time()) };
  const world = makeWorld(story, still, folder);
  return {
    ...world,
    folder,
    moveTo: (to) => {
      at.minute = to;
    },
    remove: () => {
      world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
