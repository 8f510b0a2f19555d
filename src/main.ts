import { secretsOf } from './all-settings.ts';
import type { Env } from './core/part.ts';
import { jsonLog } from './json-log.ts';
import { machineClock } from './machine-clock.ts';
import type { Log } from './walk/tools.ts';
import { type Bot, wire } from './wire.ts';

/** Time that running work gets to end after SIGTERM; Kubernetes kills after 30 s. */
export const GRACE_MS = 20_000;
/** When all is closed, what still holds the process is no work, as the farewell of a connection whose other end is dead. */
const LINGER_MS = 1_000;

/** Runs the bot until it is told to stop. */
export async function main(env: Env): Promise<number> {
  const log = jsonLog(env.LOG_LEVEL ?? 'info', secretsOf(env));
  const started = performance.now();
  const bot = await wire(env, { clock: machineClock, log });
  log.info('ready', { url: bot.url, tookMs: Math.round(performance.now() - started) });
  void sayHealth(bot, log);
  const signal = await stopSignal();
  log.info(`${signal}: closing`);
  const late = setTimeout(() => {
    log.error(`work did not end within ${GRACE_MS / 1000} s; it goes on from the journal at the next start`);
    process.exit(1);
  }, GRACE_MS);
  await bot[Symbol.asyncDispose]();
  clearTimeout(late);
  setTimeout(() => process.exit(0), LINGER_MS).unref();
  return 0;
}

/** What is missing, once, after the start: the bot works meanwhile. */
async function sayHealth(bot: Bot, log: Log): Promise<void> {
  try {
    const missing = (await bot.doctor()).filter((line) => !line.ok && line.required);
    log.info(missing.length === 0 ? 'doctor: everything that is set up works' : `doctor: ${missing.length} missing`);
    for (const line of missing) log.warn(`doctor: ${line.what}: ${line.says}`, line.fix === undefined ? {} : { fix: line.fix });
  } catch (error) {
    log.error('doctor: the examination failed', { error });
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
  });
}
