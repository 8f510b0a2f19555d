import type { Message } from '../core/channels.ts';
import { checkUpMessage } from '../core/check-up.ts';
import { isoWeek } from '../core/headroom.ts';
import { daily } from './daily.ts';
import { mayTell, type WatchTools } from './tell.ts';
import type { Tools } from './tools.ts';

const WHO = 'the weekly check-up';

/** Examines everything that is set up once in a week, of all replicas one, and tells the announcement channel what does not work. Ends with the signal. */
export function watchHealth(doctor: Tools['doctor'], tools: WatchTools, signal: AbortSignal): Promise<void> {
  return daily(
    async () => {
      const key = `check-up:${isoWeek(tools.clock.now().toISOString())}`;
      return (await mayTell(key, WHO, tools)) ? examined(doctor, key, tools) : [];
    },
    WHO,
    tools,
    signal,
  );
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
