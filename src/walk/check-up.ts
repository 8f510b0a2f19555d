import type { Message } from '../core/channels.ts';
import { checkUpMessage } from '../core/check-up.ts';
import { isoWeek } from '../core/headroom.ts';
import { mayTell, tell, type WatchTools } from './tell.ts';
import type { Tools } from './tools.ts';

const HOUR_MS = 3_600_000;
/** The start has examined everything; and a bot that was just started may have been started because of trouble. */
const FIRST_MS = HOUR_MS;
const EVERY_MS = 24 * HOUR_MS;
const WHO = 'the weekly check-up';

/** Examines everything that is set up once in a week, of all replicas one, and tells the announcement channel what does not work. Ends with the signal. */
export async function watchHealth(doctor: Tools['doctor'], tools: WatchTools, signal: AbortSignal): Promise<void> {
  const untold: Message[] = [];
  let wait = FIRST_MS;
  while (!signal.aborted) {
    await tools.clock.wakeAt(new Date(tools.clock.now().getTime() + wait), signal);
    if (signal.aborted) return;
    const key = `check-up:${isoWeek(tools.clock.now().toISOString())}`;
    if (await mayTell(key, WHO, tools)) untold.push(...(await examined(doctor, key, tools)));
    await tell(untold, WHO, tools);
    wait = untold.length > 0 ? HOUR_MS : EVERY_MS;
  }
}

async function examined(doctor: Tools['doctor'], key: string, tools: WatchTools): Promise<readonly Message[]> {
  try {
    const message = checkUpMessage(await doctor(), key);
    tools.log.info(message ? 'doctor: something does not work' : 'doctor: everything that is set up works', {});
    return message ? [message] : [];
  } catch (error) {
    tools.log.error(`${WHO} failed: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}
