import type { Message } from '../core/channels.ts';
import { firstOf, fullAt, headroomMessage, isoWeek, READING, readingOf, readingsBy } from '../core/headroom.ts';
import type { Journal } from '../core/journal.ts';
import type { Headroom } from '../core/schema-keys.ts';
import { daily } from './daily.ts';
import { mayTell, type WatchTools } from './tell.ts';

/** The integer keys of one server that have used most of their range. */
export interface HeadroomSource {
  /** `host:port/db`. */
  server: string;
  look: (signal: AbortSignal) => Promise<{ keys: readonly Headroom[] } | { blind: { why: string; fix: string } }>;
}

const BUDGET_MS = 20_000;
const WHO = 'the weekly look at the keys';

/** The journal remembers the readings, too: a bot that is restarted every day still knows the pace. */
export interface HeadroomTools extends WatchTools {
  journal: Pick<Journal, 'once' | 'recall'>;
}

/** Reads once a day how full the integer keys are, so that the pace is known, and tells once a week of those that run out. Ends with the signal. */
export function watchHeadroom(sources: readonly HeadroomSource[], tools: HeadroomTools, signal: AbortSignal): Promise<void> {
  return daily(
    async () => {
      const message = await lookOnce(sources, tools, signal);
      return message && (await mayTell(message.key, WHO, tools)) ? [message] : [];
    },
    WHO,
    tools,
    signal,
  );
}

async function lookOnce(sources: readonly HeadroomSource[], tools: HeadroomTools, signal: AbortSignal): Promise<Message | undefined> {
  const at = tools.clock.now().toISOString();
  const looks = await Promise.all(sources.map((source) => bounded(source, tools, signal)));
  const known = await readings(tools);
  const week = isoWeek(at);
  const keys = [];
  for (const one of looks.flat()) {
    const now = { at, percent: one.usedPercent };
    const name = `${one.server} ${one.table}.${one.column} ${one.type}`;
    const before = known?.get(name) ?? [];
    // One a week is enough for the pace, and is all that is kept.
    if (known && !before.some((reading) => isoWeek(reading.at) === week)) await mayTell(readingOf(now, name), WHO, tools);
    const full = fullAt(firstOf(before, now), now);
    keys.push({ ...one, ...(full === undefined ? {} : { fullAt: full }) });
  }
  return headroomMessage(keys, `headroom:${week}`);
}

/** Undefined while the store is down: then no date is told. */
async function readings(tools: HeadroomTools): Promise<ReturnType<typeof readingsBy> | undefined> {
  try {
    return readingsBy(await tools.journal.recall(READING));
  } catch (error) {
    tools.log.error(`${WHO} could not ask the journal: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function bounded(
  { server, look }: HeadroomSource,
  tools: WatchTools,
  signal: AbortSignal,
): Promise<readonly (Headroom & { server: string })[]> {
  try {
    const answer = await look(AbortSignal.any([signal, AbortSignal.timeout(BUDGET_MS)]));
    if ('keys' in answer) return answer.keys.map((key) => ({ ...key, server }));
    tools.log.warn(`${WHO} cannot see ${server}: ${answer.blind.why}`, { fix: answer.blind.fix });
  } catch (error) {
    tools.log.warn(`${WHO} of ${server} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [];
}
