import type { Alert } from '../core/alert.ts';
import { alertFrom, alertValue } from '../core/alert-value.ts';
import type { Message } from '../core/channels.ts';
import { escapeMrkdwn, oneLine } from '../core/escape.ts';
import { claimOf } from '../core/intake.ts';
import type { Journal } from '../core/journal.ts';
import type { WatchTools } from './tell.ts';

const EVERY_MS = 120_000;
/** An older line helps nobody. */
const OWED_FOR_MS = 86_400_000;
/** PostgreSQL keeps no longer keys than 2,700 bytes. */
const RECORD_BYTES = 2_400;
const OWED = 'mention ';
const TOLD = 'told ';

/** Lines in the announcement channel for alerts that open no incident by themselves. */
export interface Mentions {
  /** Remembers the line before the alert's sender is answered, and tells it without being waited for. */
  owe: (alert: Alert) => Promise<void>;
  /** Tells what a crash, or Slack, kept from being told, of any replica. Ends with the signal. */
  watch: (signal: AbortSignal) => Promise<void>;
}

export interface MentionTools extends WatchTools {
  journal: Pick<Journal, 'once' | 'recall'>;
}

export function mentions(tools: MentionTools): Mentions {
  const { journal, channels, clock, log } = tools;

  async function tell(owed: string, message: Message): Promise<void> {
    try {
      await channels.announce(message);
      await journal.once(TOLD + owed);
    } catch (error) {
      log.error('an alert could not be mentioned yet', {
        error: error instanceof Error ? error.message : String(error),
        mention: message.text,
      });
    }
  }

  /** What nobody has told since the round before: then its teller died, or Slack was away. */
  async function settle(waiting: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const told = new Set(await journal.recall(TOLD + OWED));
    const since = new Date(clock.now().getTime() - OWED_FOR_MS).toISOString();
    const untold = (await journal.recall(OWED)).filter((owed) => owed.slice(OWED.length) > since && !told.has(TOLD + owed));
    for (const owed of untold.filter((one) => waiting.has(one))) {
      const value = owed.slice(owed.indexOf('alert {'));
      const alert = alertFrom(value);
      if (alert === undefined) continue;
      const message = lineOf(alert, value);
      if ((await channels.findAnnounced(message.key)) === 'not-there') await tell(owed, message);
      else await journal.once(TOLD + owed);
    }
    return new Set(untold);
  }

  return {
    owe: async (alert) => {
      const value = alertValue(alert);
      const owed = recordOf(alert, value);
      // In the words that are remembered, so that the line is known again.
      if (await journal.once(owed)) void tell(owed, lineOf(alertFrom(value) ?? alert, value));
    },
    watch: async (signal) => {
      let waiting: ReadonlySet<string> = new Set();
      while (!signal.aborted) {
        try {
          waiting = await settle(waiting);
        } catch (error) {
          log.warn('lines on alerts could not be looked through', { error: error instanceof Error ? error.message : String(error) });
        }
        await clock.wakeAt(new Date(clock.now().getTime() + EVERY_MS), signal);
      }
    },
  };
}

/** Begins with the time, so that the newest are recalled. One too long to be kept whole is only known by its key: its line may be lost in a crash. */
function recordOf(alert: Alert, value: string): string {
  const whole = `${OWED}${alert.startedAt} ${value}`;
  return new TextEncoder().encode(whole).length <= RECORD_BYTES ? whole : `${OWED}${alert.startedAt} ${claimOf(alert)}`;
}

function lineOf(alert: Pick<Alert, 'source' | 'key' | 'title' | 'service' | 'severity' | 'startedAt'>, value: string): Message {
  const words = (text: string) => escapeMrkdwn(oneLine(text));
  return {
    key: `mention:${alert.source}:${alert.key}:${alert.startedAt}`,
    text: `${alert.severity} alert: ${words(alert.title)}${alert.service ? ` (${words(alert.service)})` : ''}`,
    buttons: [{ action: 'open-incident', text: 'Open an incident', value }],
  };
}
