import type { Message } from '../core/channels.ts';
import { tell, type WatchTools } from './tell.ts';

const HOUR_MS = 3_600_000;
/** A bot that was just started may have been started because of trouble: whoever looks daily waits at first. */
const FIRST_MS = HOUR_MS;
const EVERY_MS = 24 * HOUR_MS;

/** Looks once a day, an hour after the start first, and tells the announcement channel what the look answers. What Slack did not take is told an hour later. Ends with the signal. */
export async function daily(look: () => Promise<readonly Message[]>, who: string, tools: WatchTools, signal: AbortSignal): Promise<void> {
  const untold: Message[] = [];
  let wait = FIRST_MS;
  while (!signal.aborted) {
    await tools.clock.wakeAt(new Date(tools.clock.now().getTime() + wait), signal);
    if (signal.aborted) return;
    untold.push(...(await look()));
    await tell(untold, who, tools);
    wait = untold.length > 0 ? HOUR_MS : EVERY_MS;
  }
}
