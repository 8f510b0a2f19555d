import type { Message } from '../core/channels.ts';
import { fullAt, headroomMessage, isoWeek, type Sample } from '../core/headroom.ts';
import type { Headroom } from '../core/schema-keys.ts';
import { mayTell, tell, type WatchTools } from './tell.ts';

/** The integer keys of one server that have used most of their range. */
export interface HeadroomSource {
  /** `host:port/db`. */
  server: string;
  look: (signal: AbortSignal) => Promise<{ keys: readonly Headroom[] } | { blind: { why: string; fix: string } }>;
}

const HOUR_MS = 3_600_000;
/** A bot that was just started may have been started because of trouble: the database is left alone at first. */
const FIRST_MS = HOUR_MS;
const EVERY_MS = 24 * HOUR_MS;
const BUDGET_MS = 20_000;
const WHO = 'the weekly look at the keys';

/** Reads once a day how full the integer keys are, so that the pace is known, and tells once a week of those that run out. Ends with the signal. */
export async function watchHeadroom(sources: readonly HeadroomSource[], tools: WatchTools, signal: AbortSignal): Promise<void> {
  const readings = new Map<string, Sample>();
  const untold: Message[] = [];
  let wait = FIRST_MS;
  while (!signal.aborted) {
    await tools.clock.wakeAt(new Date(tools.clock.now().getTime() + wait), signal);
    if (signal.aborted) return;
    const message = await lookOnce(sources, readings, tools, signal);
    if (message && (await mayTell(message.key, WHO, tools))) untold.push(message);
    await tell(untold, WHO, tools);
    wait = untold.length > 0 ? HOUR_MS : EVERY_MS;
  }
}

async function lookOnce(
  sources: readonly HeadroomSource[],
  readings: Map<string, Sample>,
  tools: WatchTools,
  signal: AbortSignal,
): Promise<Message | undefined> {
  const at = tools.clock.now().toISOString();
  const looks = await Promise.all(sources.map((source) => bounded(source, tools, signal)));
  const keys = looks.flat().map((one) => {
    const now = { at, percent: one.usedPercent };
    const name = `${one.server} ${one.table}.${one.column} ${one.type}`;
    const first = readings.get(name) ?? now;
    readings.set(name, first.percent > now.percent ? now : first);
    const full = fullAt(first, now);
    return { ...one, ...(full === undefined ? {} : { fullAt: full }) };
  });
  return headroomMessage(keys, `headroom:${isoWeek(at)}`);
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
