import type { Channels, Message } from '../core/channels.ts';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../core/journal.ts';
import type { Log } from './tools.ts';

/** What a watch needs of the walk's tools. */
export interface WatchTools {
  channels: Pick<Channels, 'announce' | 'findAnnounced'>;
  clock: Clock;
  journal: Pick<Journal, 'once'>;
  log: Log;
}

/** Tells the announcement channel. What Slack did not take stays in the list, for the next round. */
export async function tell(untold: Message[], who: string, tools: WatchTools): Promise<void> {
  for (const message of [...untold]) {
    try {
      await tools.channels.announce(message);
      untold.splice(untold.indexOf(message), 1);
    } catch (error) {
      tools.log.error(`${who} could not tell: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
  }
}

/** True for the first who asks, of all replicas and for ever. A store that is down means: not now. */
export async function mayTell(key: string, who: string, tools: WatchTools): Promise<boolean> {
  try {
    return await tools.journal.once(key);
  } catch (error) {
    tools.log.error(`${who} could not ask the journal: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
