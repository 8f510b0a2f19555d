import { setTimeout as sleep } from 'node:timers/promises';
import type { IncidentEvent } from '../../src/core/incident.ts';
import { soundAlarm } from '../../src/rehearsal/alarm.ts';
import { incidentChannel } from '../../src/rehearsal/card.ts';
import { people } from '../../src/rehearsal/neighbours.ts';
import { respond } from '../../src/rehearsal/responder.ts';
import { type Staged, stage } from '../../src/rehearsal/session.ts';
import type { Person } from '../../src/rehearsal/slack/person.ts';
import type { Slack } from '../../src/rehearsal/slack/web-api.ts';
import { stories } from '../../src/rehearsal/stories/index.ts';
import { MINUTE, SECOND } from '../../src/rehearsal/world/rollouts.ts';
import type { Story } from '../../src/rehearsal/world/story.ts';
import type { World } from '../../src/rehearsal/world/world.ts';
import { wrongs } from './check.ts';
import { incidentsIn } from './incidents-in.ts';
import type { Instant } from './instant.ts';
import { type PostgresClock, postgresClock } from './postgres-clock.ts';
import { type ServedBot, serveBot } from './served-bot.ts';

const LATENCY_MS = 2;
const LONGEST_STORY_MS = 180 * MINUTE;
const AGAIN_MS = 5 * SECOND;
/** After the last move: the review is written, the incident closed. */
const LAST_WORDS_MS = 3 * MINUTE;

export interface Crash {
  instant: Instant;
  /** Story time. */
  at: string;
  /** Story seconds after the onset. */
  second: number;
  /** What had just happened: the last call to Slack. */
  during: string;
}

export interface Outcome {
  story: string;
  crashes: readonly Crash[];
  /** What is wrong; empty when nothing was lost or doubled and the story ended as it must. */
  wrong: readonly string[];
  /** What the bot wrote to stderr. */
  log: string;
  events: readonly IncidentEvent[];
  tookMs: number;
  /** Real milliseconds from each kill until the other replica had taken over all turns of the dead one. */
  takeovers: readonly number[];
  /** How much there was of what instants count. */
  counted: Readonly<Record<Instant['at'], number>>;
}

/** On PostgreSQL. With two replicas one stays when the other is killed, and what it takes over is timed. */
interface Shared {
  url: string;
  replicas?: 1 | 2;
}

/** Plays a story with a bot in a process of its own that is ended at each instant and started again, and judges what is left. */
export async function playWithCrashes(name: string, instants: readonly Instant[], shared?: Shared): Promise<Outcome> {
  const started = performance.now();
  const story = storyNamed(name);
  const counted = { request: 0, effect: 0, form: 0 };
  const pending = [...instants];
  const crashes: Crash[] = [];
  const takeovers: number[] = [];
  const failed: string[] = [];
  const aimed: Promise<void>[] = [];
  let armed = false;
  let crashing: Promise<void> = Promise.resolve();
  let staged: Staged | undefined;
  const bots: ServedBot[] = [];
  let turns: PostgresClock | undefined;

  const count = (what: Instant['at']) => {
    if (!armed) return;
    counted[what]++;
    for (const instant of pending.filter((one) => one.at === what && counted[what] >= one.n)) {
      pending.splice(pending.indexOf(instant), 1);
      const strike = () => {
        // At once means before the neighbour answers: not even a promise later.
        crashing = bots.every((bot) => bot.alive()) ? crash(instant) : crashing.then(() => crash(instant));
      };
      if (instant.afterMs === 0) strike();
      else aimed.push(sleep(instant.afterMs).then(strike));
    }
  };
  const stopped = async (bot: ServedBot) => {
    const code = await bot.stop();
    if (code !== 0) failed.push(`the bot ended with ${code} after SIGTERM`);
  };
  const crash = async (instant: Instant) => {
    // Of two replicas the one at work.
    const bot = bots.find((one) => one.alive() && one.busy()) ?? bots[0];
    if (!bot?.alive() || !staged) return;
    const { world, neighbours } = staged;
    const killed = performance.now();
    const dead = instant.how === 'stop' ? stopped(bot) : bot.kill(instant.how);
    crashes.push({
      instant,
      at: new Date(world.clock.time()).toISOString(),
      second: Math.round((world.clock.time() - world.onset) / SECOND),
      during: neighbours.slack.calls.at(-1)?.method ?? '',
    });
    await dead;
    if (turns && bots.length > 1) {
      await turns.takenOver();
      takeovers.push(performance.now() - killed);
    }
    if (instant.awaySeconds > 0) await bot.away(world.clock.wakeAt(new Date(world.clock.time() + instant.awaySeconds * SECOND), never));
    await bot.start();
  };

  try {
    staged = await stage(
      story,
      async (env, clock) => {
        if (shared) {
          turns = await postgresClock(shared.url, clock);
          clock.whileBusy(turns.busy);
        }
        for (let n = 1; n <= (shared?.replicas ?? 1); n++) {
          const own = { ...env, DATA_DIR: `${env.DATA_DIR}-${n}`, ...(shared ? { DATABASE_URL: shared.url } : {}) };
          bots.push(await serveBot(own, clock, () => turns?.stir()));
        }
        await Promise.all(bots.map((bot) => bot.start()));
        const stop = async () => void (await Promise.all(bots.map((bot) => bot.stop())));
        return { url: '', busy: () => bots.filter((bot) => bot.busy()).length, [Symbol.asyncDispose]: stop };
      },
      { jumping: true, latencyMs: () => counting(count), own: {} },
    );
    const { world, neighbours } = staged;
    neighbours.slack.workspace.onChange(() => count('effect'));
    armed = true;
    failed.push(...(await playOut(staged, bots, () => count('form'))));
    // Instants that the story did not reach hit its last words.
    for (const instant of pending.splice(0)) crashing = crashing.then(() => crash(instant));
    await Promise.all(aimed);
    await crashing;
    await world.clock.wakeAt(new Date(world.clock.time() + LAST_WORDS_MS), never);
    armed = false;
    await Promise.all(aimed);
    await crashing;
    await Promise.all(bots.map(stopped));
    const incidents = await incidentsIn(shared?.url, `${neighbours.env.DATA_DIR}-1`);
    // Who heard no answer presses again what is done already, and is told so: only the end counts then.
    const unheard = crashes.some(({ instant }) => instant.at === 'form');
    const complaints = failed.filter((why) => !(unheard && why.includes('was refused')));
    const wrong = [...complaints, ...wrongs(story, staged, incidents, crashes)];
    return {
      story: name,
      crashes,
      wrong,
      takeovers,
      log: bots.map((bot) => bot.said()).join('\n'),
      events: incidents[0]?.events ?? [],
      tookMs: performance.now() - started,
      counted,
    };
  } finally {
    armed = false;
    await crashing.catch(() => undefined);
    await Promise.all(bots.map((bot) => bot.kill('group')));
    await turns?.close();
    await staged?.close();
  }
}

const never = new AbortController().signal;

/** Each neighbour asks for its latency when a request has reached it. */
function counting(count: (what: Instant['at']) => void): number {
  count('request');
  return LATENCY_MS;
}

function storyNamed(name: string): Story {
  const story = stories.find((one) => one.name === name);
  if (!story) throw new Error(`there is no story ${name}`);
  return story;
}

/** Opens the incident as people and alert senders do: again, until somebody answers. Then the responder acts to the end. */
async function playOut({ world, neighbours }: Staged, bots: readonly ServedBot[], submitted: () => void): Promise<readonly string[]> {
  const { opening } = world.story;
  const [you] = people;
  let opens = false;
  const ask = () => {
    for (const bot of bots) bot.ask();
  };
  const slack = { ...neighbours.slack, person: asking(neighbours.slack.person, ask, submitted) };
  const responder = respond(world, slack, you.id);
  world.clock.whileBusy(() => responder.busy() || opens);
  await world.clock.wakeAt(new Date(world.onset + opening.minute * MINUTE), never);
  for (;;) {
    opens = true;
    const answered = opening.by === 'alert' ? await alarmed(world, bots) : await declared(slack, you.id, opening.text);
    ask();
    opens = false;
    if (answered) break;
    await world.clock.wakeAt(new Date(world.clock.time() + AGAIN_MS), never);
  }
  const stop = new AbortController();
  const late = world.clock.wakeAt(new Date(world.clock.time() + LONGEST_STORY_MS), stop.signal);
  const failed = await Promise.race([responder.done, late.then(() => ['the story went on for ever'])]);
  stop.abort();
  responder.stop();
  return failed;
}

/** The bot is asked how it is before each of these answers counts. */
function asking(person: Person, ask: () => void, submitted: () => void): Person {
  const then = <A>(answer: A): A => {
    ask();
    return answer;
  };
  return {
    ...person,
    command: (said) => person.command(said).then(then),
    click: (said) => person.click(said).then(then),
    submit: (said) => {
      const answer = person.submit(said).then(then);
      submitted();
      return answer;
    },
  };
}

/** Alert senders are set up with every replica, or behind what asks any of them: each gets it, one answer is enough. */
function alarmed(world: World, bots: readonly ServedBot[]): Promise<boolean> {
  return Promise.any(bots.map((bot) => soundAlarm(world, bot.url))).then(
    () => true,
    () => false,
  );
}

/** A person whose command was not answered types it again; is something open by then, they join it. */
async function declared(slack: Slack, user: string, text: string): Promise<boolean> {
  if (incidentChannel(slack.workspace)) return true;
  const { ok } = await slack.person.command({ user, channel: 'engineering', command: '/incident', text });
  if (!ok) return false;
  const form = [...slack.workspace.views.values()].findLast((view) => view.user === user);
  if (form) await slack.person.submit({ user, view: form.id, values: {} });
  return true;
}
