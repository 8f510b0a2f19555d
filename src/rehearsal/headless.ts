import { soundAlarm } from './alarm.ts';
import { people } from './neighbours.ts';
import { type Recording, record } from './recorder.ts';
import { respond } from './responder.ts';
import type { Slack } from './slack/web-api.ts';
import { MINUTE, SECOND } from './world/rollouts.ts';
import type { World } from './world/world.ts';

/** A story that has not ended by then, after its opening, has missed its end. */
const LONGEST_STORY_MS = 150 * MINUTE;
/** After the last move the bot has this long to say its last words. */
const LAST_WORDS_MS = 20 * SECOND;

export interface Played {
  recording: Recording;
  /** Moves of the responder that could not be made. */
  failed: readonly string[];
}

/** Plays a story to its end: opens it at its minute, lets the responder act, and records what the channel shows. */
export async function playStory(world: World, slack: Slack, botUrl: string): Promise<Played> {
  const recording = record(slack.workspace);
  const never = new AbortController().signal;
  const { opening } = world.story;
  const [you] = people;
  const responder = respond(world, slack, you.id);
  let opens = false;
  world.clock.whileBusy(() => responder.busy() || opens);

  await world.clock.wakeAt(new Date(world.onset + opening.minute * MINUTE), never);
  opens = true;
  recording.declared();
  if (opening.by === 'alert') await soundAlarm(world, botUrl);
  else {
    const said = await slack.person.command({ user: you.id, channel: 'engineering', command: '/incident', text: opening.text });
    if (!said.ok) throw new Error(said.error ?? 'the command was not acknowledged');
  }
  recording.acknowledged();
  opens = false;

  const stop = new AbortController();
  const late = world.clock.wakeAt(new Date(world.clock.time() + LONGEST_STORY_MS), stop.signal);
  const failed = await Promise.race([responder.done, late.then(() => ['the story went on for ever'])]);
  stop.abort();
  responder.stop();
  await world.clock.wakeAt(new Date(world.clock.time() + LAST_WORDS_MS), never);
  return { recording, failed };
}
