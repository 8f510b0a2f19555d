import type { Diagnosis } from './core/diagnosis.ts';
import { fold } from './core/fold.ts';
import type { Incident } from './core/incident.ts';
import type { Env } from './core/part.ts';
import { openSqlite } from './journal/sqlite.ts';
import { soundAlarm } from './rehearsal/alarm.ts';
import { plainWords } from './rehearsal/card.ts';
import { playStory } from './rehearsal/headless.ts';
import { people } from './rehearsal/neighbours.ts';
import { startPage } from './rehearsal/page/server.ts';
import { type Staged, stage } from './rehearsal/session.ts';
import { stories } from './rehearsal/stories/index.ts';
import type { StoryClock } from './rehearsal/story-clock.ts';
import type { Ending, Story } from './rehearsal/world/story.ts';
import { portOf, SetupError } from './settings.ts';
import type { Log } from './walk/tools.ts';
import { wire } from './wire.ts';

export const storyNames: readonly string[] = stories.map((story) => story.name);

/**
 * What each neighbour takes to answer, in real milliseconds, while somebody waits for the cause. After that a headless story only waits for
 * its own clock: slow neighbours would make it last minutes and show nothing more.
 */
const LATENCY_MS = 300;
const SLOW_FOR_MS = 60_000;
const QUICK_MS = 2;

/** What `rehearse --headless --json` prints: DESIGN's fixed shape, for people who script against it. */
export interface Rehearsed {
  story: string;
  timings: Readonly<Record<'acknowledgedMs' | 'channelMs' | 'firstFactMs' | 'causeMs', number | null>>;
  diagnosis: Diagnosis | null;
  actions: readonly { kind: string; result: string; at: string }[];
  recovery: string | null;
  topLevelMessages: number;
  channel: readonly object[];
}

/** Plays a story with its scripted responder on a clock that jumps over the waiting. `missed` says how it fell short of its end. */
export async function playHeadless(name: string, env: Env): Promise<{ result: Rehearsed; text: string; missed: string | undefined }> {
  const story = storyNamed(name);
  const opens = Date.parse(story.onset) + story.opening.minute * 60_000;
  const latency = (time: number) => (time < opens + SLOW_FOR_MS ? LATENCY_MS : QUICK_MS);
  const staged = await stage(story, startBot, { jumping: true, latencyMs: latency, own: ownOf(env) });
  try {
    const { recording, failed } = await playStory(staged.world, staged.neighbours.slack, staged.bot.url);
    await staged.endBot();
    const incident = await incidentOf(staged.neighbours.env.DATA_DIR ?? '');
    const diagnosis = diagnosisOf(incident);
    const result: Rehearsed = {
      story: name,
      timings: recording.timings(causesOf(incident, diagnosis).map(plainWords)),
      diagnosis: diagnosis ?? null,
      actions: actionsOf(incident),
      recovery: recoveryOf(incident),
      topLevelMessages: recording.topLevelMessages(),
      channel: recording.channel(),
    };
    const misses = [...failed, ...story.misses(endOf(incident))];
    return { result, text: told(result, misses), missed: misses.length > 0 ? misses.join('; ') : undefined };
  } finally {
    await staged.close();
  }
}

/** Serves the rehearsal's page until the process is told to stop. */
export async function servePage(env: Env, name = storyNames[0] ?? ''): Promise<number> {
  const own = ownOf(env);
  const port = portOf(own);
  let staged: Staged | undefined;
  const choose = async (chosen: string) => {
    const before = staged;
    staged = undefined;
    await before?.close();
    staged = await stage(storyNamed(chosen), startBot, { jumping: false, latencyMs: () => LATENCY_MS, own });
    openByItself(staged);
  };
  await choose(name);
  const page = await startPage({
    host: own.HOST || '127.0.0.1',
    port,
    stories,
    current: () => staged && { world: staged.world, slack: staged.neighbours.slack, botUrl: staged.bot.url },
    choose,
    me: people[0].id,
  }).catch(async (error: unknown) => {
    await staged?.close();
    throw taken(error, port);
  });
  console.error(`The rehearsal is at ${page.url} (no source is set up; docs/setup.md leads to the real thing).`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await page.close();
  await staged?.close();
  return 0;
}

function taken(error: unknown, port: number): unknown {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isTaken
    ? new SetupError(`Port ${port} is taken by another process: set PORT to a free one, or end that process`, { cause: error })
    : error;
}

function storyNamed(name: string): Story {
  const story = stories.find((one) => one.name === name);
  if (!story) throw new Error(`There is no story ${name}: ${storyNames.join(', ')}`);
  return story;
}

/** All that a rehearsal takes from the machine. */
function ownOf(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name === 'HOST' || name === 'PORT' || name.startsWith('ALERT_TOKEN_')));
}

/** The bot with nothing of the machine around it: SDKs read the process's own environment, so that is exchanged too. */
async function startBot(env: Readonly<Record<string, string>>, clock: StoryClock) {
  const verbose = process.env.PULASKI_DEBUG !== undefined;
  for (const name of Object.keys(process.env)) if (name !== 'PULASKI_DEBUG') delete process.env[name];
  Object.assign(process.env, env);
  return wire(env, { clock, log: verbose ? loud : quiet });
}

const say = (message: string, fields?: Readonly<Record<string, unknown>>) => console.error(message, fields ?? '');
const loud: Log = { info: say, warn: say, error: say };
const quiet: Log = { info: () => undefined, warn: () => undefined, error: say };

/** A story that an alert opens is opened by its alert, on the page too. */
function openByItself({ world, bot }: Staged): void {
  if (world.story.opening.by !== 'alert') return;
  const at = new Date(world.onset + world.story.opening.minute * 60_000);
  const sound = async () => {
    await world.clock.wakeAt(at, new AbortController().signal);
    await soundAlarm(world, bot.url);
  };
  sound().catch((error: unknown) => say('the alert did not get through', { error: String(error) }));
}

async function incidentOf(dataDir: string): Promise<Incident> {
  const journal = await openSqlite(dataDir);
  try {
    const [newest] = await journal.list('all', 1);
    if (!newest) throw new Error('no incident was opened');
    return fold(newest.id, await journal.read(newest.id));
  } finally {
    await journal.shut();
  }
}

/** The last word before the first action, else the last. */
function diagnosisOf(incident: Incident): Diagnosis | undefined {
  const acted = incident.actions[0]?.confirmedAt;
  return (acted === undefined ? undefined : incident.judged.findLast((j) => j.at <= acted)?.diagnosis) ?? incident.diagnosis;
}

/** The first hypothesis in all the words it ever had: a cause that learns a number is the same cause. */
function causesOf(incident: Incident, diagnosis: Diagnosis | undefined): readonly string[] {
  const rule = diagnosis?.hypotheses[0]?.rule;
  const firsts = [...incident.judged.map((j) => j.diagnosis), ...(diagnosis ? [diagnosis] : [])].flatMap((d) => d.hypotheses.slice(0, 1));
  return firsts.filter((first) => first.rule === rule).map((first) => first.cause);
}

function actionsOf(incident: Incident): Rehearsed['actions'] {
  return incident.actions.map((a) => ({ kind: a.kind, result: a.result?.status ?? 'failed', at: a.endedAt ?? a.confirmedAt }));
}

/** How an incident ended, for the story that judges it. */
export function endOf(incident: Incident): Ending {
  const diagnosis = diagnosisOf(incident);
  return {
    verdict: diagnosis?.verdict ?? 'none',
    revert: diagnosis?.revert ?? 'none',
    first: diagnosis?.hypotheses[0]?.rule,
    suspects: (diagnosis?.suspects ?? []).map((suspect) => suspect.sha.slice(0, 7)),
    blind: (diagnosis?.blind ?? []).map((blind) => blind.check),
    actions: actionsOf(incident),
    recovery: recoveryOf(incident),
    words: incident.recoveries.map((r) => r.recovery.word),
  };
}

/** The last word on recovery; null without an action. */
function recoveryOf(incident: Incident): string | null {
  return incident.actions.length === 0 ? null : (incident.recovery?.word ?? null);
}

function told(result: Rehearsed, misses: readonly string[]): string {
  const { timings, diagnosis } = result;
  const [first] = diagnosis?.hypotheses ?? [];
  const lines = [
    `Story ${result.story}: ${misses.length === 0 ? 'ended as it must' : 'missed its end'}`,
    `Cause: ${first?.cause ?? 'none named'}`,
    `Revert: ${diagnosis?.revert ?? 'no word'}${diagnosis?.why ? ` (${diagnosis.why})` : ''}`,
    `Actions: ${result.actions.map((a) => `${a.kind} ${a.result}`).join(', ') || 'none'}`,
    `Recovery: ${result.recovery ?? 'nothing to judge'}`,
    `Acknowledged ${timings.acknowledgedMs} ms, channel ${timings.channelMs} ms, first fact ${timings.firstFactMs} ms, cause ${timings.causeMs} ms`,
  ];
  return lines.join('\n');
}
