import { alertSources } from './alerts/index.ts';
import { serve } from './alerts/server.ts';
import { type Assembled, assemble } from './assemble.ts';
import type { Alert } from './core/alert.ts';
import type { Brief } from './core/brief.ts';
import type { Verification } from './core/check.ts';
import type { Clock } from './core/clock.ts';
import type { AlertPolicy } from './core/intake.ts';
import type { StoreDown, Turns } from './core/journal.ts';
import { build, type Env } from './core/part.ts';
import { redact } from './core/redact.ts';
import { redactValue } from './core/redact-value.ts';
import { terminal } from './core/terminal.ts';
import { verifyAll } from './doctor.ts';
import { recordedCasesIn } from './kit/recorded-cases.ts';
import type { KitLimits } from './load-kit.ts';
import { metrics } from './metrics.ts';
import { openMemoryStore, openStore } from './open-store.ts';
import { SetupError } from './settings.ts';
import { setupOf } from './setup-of.ts';
import { slack as openSlack } from './slack/app.ts';
import { slackPart } from './slack/settings.ts';
import { watchHealth } from './walk/check-up.ts';
import { desk } from './walk/desk/index.ts';
import { watchHeadroom } from './walk/headroom.ts';
import { intake } from './walk/intake.ts';
import type { TimeLimit } from './walk/look.ts';
import { type Mentions, mentions } from './walk/mentions.ts';
import { records } from './walk/record.ts';
import { type SpareWalk, type Walk, withSpare } from './walk/spare.ts';
import type { Log, Tools } from './walk/tools.ts';
import { type Walker, walker } from './walk/turn.ts';
import { watchDeploys } from './walk/watch.ts';

/** The running bot. Closing it lets work in hand end; what is not done goes on from the journal at the next start. */
export interface Bot extends AsyncDisposable {
  /** Of its HTTP server. */
  url: string;
  /** Pieces of work in hand: for whoever must know that nothing is going on. */
  busy: () => number;
  doctor: () => Promise<readonly Verification[]>;
}

/** What is the machine's, or a rehearsal's. `timeLimit`: how long a check's budget lasts, where it is not real time. `kitLimits`: what is not as usual. */
export interface Outside {
  clock: Clock;
  log: Log;
  timeLimit?: TimeLimit;
  kitLimits?: KitLimits;
}

const CARD_WIDTH = 100;

/** Joins all parts to the walk; the only place that knows everybody. Throws `SetupError` and `StoreDown` with what to do. */
export async function wire(env: Env, outside: Outside): Promise<Bot> {
  // Closed newest first: nothing new comes in, work in hand ends, and only then the stores go.
  const open = new AsyncDisposableStack();
  try {
    return await join(env, outside, open);
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

async function join(env: Env, { clock, log, timeLimit, kitLimits }: Outside, open: AsyncDisposableStack): Promise<Bot> {
  const assembled = await assemble(env, kitLimits);
  open.defer(assembled.close);
  // A first copy may take minutes, and outlives the look that began it.
  open.defer(assembled.kit.git.close);
  const { general, checks, actions, secrets } = assembled;
  const sources = ready(build(alertSources, env, {}));
  const [settings] = ready(build([slackPart], env, {}));
  if (!settings) throw new SetupError('SLACK_BOT_TOKEN is not set. docs/setup.md has the steps.');
  const { journal, turns } = await openStore(general, clock, log);
  open.defer(journal.shut);
  open.defer(turns.shut);
  const numbers = metrics(async () => (await journal.list('open', 1_000)).length);
  const slack = openSlack({ settings, clock, log, secrets });
  const doctor = () => verifyAll(assembled, clock.now(), slack.verify);
  const tools: Tools = {
    journal,
    turns,
    channels: slack.channels,
    checks: checks.ready,
    actions: actions.ready,
    clock,
    ...(timeLimit === undefined ? {} : { timeLimit }),
    setup: setupOf(assembled),
    print: (brief) => printCard(brief, secrets),
    draw: async (chart, signal) => (await import('./kit/chart.ts')).chart.png(chart, signal),
    keep: (recorded) => recordedCasesIn(general.dataDir)(redactValue(recorded, secrets)),
    runbooks: general.runbooks ? (await import('./kit/runbooks.ts')).runbooksIn(general.runbooks) : undefined,
    doctor,
    log,
    policy: general,
    measure: numbers.measure,
  };
  const policy = { severities: general.alertSeverities, environment: general.environment, services: general.services };
  const lines = mentions(tools);
  const main = walkOn(tools, turns, policy, lines.owe);
  const walks = withSpare(main, (why) => spareWalk(tools, policy, why), clock, log);
  const server = await serve({
    host: general.host,
    port: general.port,
    sources,
    receive: walks.receive,
    ready: journal.ping,
    metrics: numbers,
    ...(slack.events === undefined ? {} : { mounts: { 'POST /slack/events': slack.events } }),
    now: clock.now,
    warn: (message, fields) => log.warn(message, fields),
  });
  open.defer(server.shut);
  open.defer(slack.stop);
  open.defer(walks.shut);
  await slack.start(walks.desk);
  await turns.start(main.turn);
  const stop = new AbortController();
  const watching = watch(assembled, tools, lines, stop.signal);
  open.defer(() => watching);
  open.defer(() => stop.abort());
  void assembled.warm(log);
  return {
    url: server.url,
    busy: () => turns.busy() + walks.busy() + slack.busy() + server.busy(),
    doctor,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** The walk on the journal of these tools. */
function walkOn(tools: Tools, turns: Turns, policy: AlertPolicy, tell: (alert: Alert) => Promise<void>): Walk & Pick<Walker, 'turn'> {
  const { journal, clock } = tools;
  const kept = records(journal, clock);
  const walk = walker(tools, kept);
  return {
    journal,
    turns,
    turn: walk.turn,
    desk: desk({ tools, records: kept, walker: walk }),
    receive: intake({ journal, clock, policy, mention: tell, wake: walk.wake }),
  };
}

/** The same walk on a journal in memory. What only is mentioned waits for the store: its sender comes again. */
async function spareWalk(tools: Tools, policy: AlertPolicy, { message: why, fix }: StoreDown): Promise<SpareWalk> {
  const { journal, turns: first, resumed } = await openMemoryStore(tools.clock, tools.log);
  const begin = async (turns: Turns): Promise<SpareWalk> => {
    const own = { ...tools, journal, turns, setup: { ...tools.setup, unkept: { why, fix } }, keep: async () => undefined };
    const walk = walkOn(own, turns, policy, async () => undefined);
    await turns.start(walk.turn);
    return { ...walk, resumed: () => begin(resumed()) };
  };
  return begin(first);
}

function ready<T>({ ready: made, wrong }: { ready: readonly T[]; wrong: readonly string[] }): readonly T[] {
  if (wrong.length > 0) throw new SetupError(wrong.join('\n'));
  return made;
}

/** Slack could not take the card: it stands here instead, and is posted when Slack is back. */
function printCard(brief: Brief, secrets: readonly string[]): void {
  const clean = (text: string) => redact(text, secrets);
  process.stderr.write(terminal(brief, { colour: false, width: CARD_WIDTH, clean }));
}

async function watch({ deployWatch, headroom }: Assembled, tools: Tools, lines: Mentions, signal: AbortSignal): Promise<void> {
  await Promise.all([
    lines.watch(signal),
    ...(deployWatch ? [watchDeploys(deployWatch, tools, signal)] : []),
    ...(headroom.length > 0 ? [watchHeadroom(headroom, tools, signal)] : []),
    watchHealth(tools.doctor, tools, signal),
  ]);
}
