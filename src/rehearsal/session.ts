import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Neighbours, startNeighbours } from './neighbours.ts';
import { type StoryClock, storyClock } from './story-clock.ts';
import { MINUTE, SECOND } from './world/rollouts.ts';
import type { Story } from './world/story.ts';
import { makeWorld, type World } from './world/world.ts';

/** The bot as the rehearsal sees it. */
export interface RunningBot extends AsyncDisposable {
  url: string;
  busy: () => number;
}

export type StartBot = (env: Readonly<Record<string, string>>, clock: StoryClock) => Promise<RunningBot>;

export interface Staged {
  world: World;
  neighbours: Neighbours;
  bot: RunningBot;
  /** Ends the bot; the folder with its journal stays until `close`. */
  endBot: () => Promise<void>;
  close: () => Promise<void>;
}

/** The story begins a little before somebody opens the incident. */
const BEFORE_OPENING_MS = 20 * SECOND;

/** Sets a story up: its world, all neighbours, and the bot among them, in a folder of its own that is removed at the end. */
export async function stage(
  story: Story,
  startBot: StartBot,
  options: {
    jumping: boolean /** By story time. */;
    latencyMs: (time: number) => number;
    own: Readonly<Record<string, string | undefined>>;
  },
): Promise<Staged> {
  const folder = mkdtempSync(join(tmpdir(), 'pulaski-rehearsal-'));
  const begins = Date.parse(story.onset) + story.opening.minute * MINUTE - BEFORE_OPENING_MS;
  const clock = storyClock(new Date(begins).toISOString(), { jumping: options.jumping });
  const world = makeWorld(story, clock, folder);
  const neighbours = await startNeighbours(world, {
    latencyMs: () => options.latencyMs(clock.time()),
    folder,
    own: options.own,
    port: '0',
  });
  let starting = true;
  clock.whileBusy(() => starting || neighbours.inFlight() > 0);
  const bot = await startBot(neighbours.env, clock);
  starting = false;
  clock.whileBusy(() => bot.busy() > 0);
  let ended = false;
  const endBot = async () => {
    if (!ended) await bot[Symbol.asyncDispose]();
    ended = true;
  };
  return {
    world,
    neighbours,
    bot,
    endBot,
    close: async () => {
      await endBot();
      world.close();
      await neighbours.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
