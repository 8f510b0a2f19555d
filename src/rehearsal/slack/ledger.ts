/** What the bot did to Slack's limits, as Slack saw it. Times by the story. */
export interface Ledger {
  calls: number;
  /** Calls that were answered with 429. */
  limited: number;
  /** Calls of something that a 429 had asked to leave alone for longer. */
  impatient: number;
  mostChannelsAMinute: number;
  /** Most messages that came into one channel within ten seconds. */
  mostPostsInTenSeconds: number;
}

export interface Bookkeeper {
  called: (method: string, channel: string | undefined, limitedForSeconds: number | undefined) => void;
  ledger: () => Ledger;
}

/** What was on its way when a 429 was answered could not know of it. */
const ON_ITS_WAY_MS = 500;

export function bookkeeper(time: () => number): Bookkeeper {
  const ledger = { calls: 0, limited: 0, impatient: 0, mostChannelsAMinute: 0, mostPostsInTenSeconds: 0 };
  const closed = new Map<string, { from: number; until: number }>();
  const lately = new Map<string, number[]>();

  /** How many came within so long, with this one. */
  function within(key: string, ms: number, now: number): number {
    const times = [...(lately.get(key) ?? []), now].filter((at) => at > now - ms);
    lately.set(key, times);
    return times.length;
  }

  return {
    ledger: () => ({ ...ledger }),
    called(method, channel, limitedForSeconds) {
      const now = time();
      const key = method === 'chat.postMessage' ? `${method} ${channel ?? ''}` : method;
      const before = closed.get(key);
      ledger.calls++;
      if (before && now > before.from && now < before.until) ledger.impatient++;
      if (limitedForSeconds !== undefined) {
        ledger.limited++;
        closed.set(key, { from: now + ON_ITS_WAY_MS, until: now + limitedForSeconds * 1000 });
        return;
      }
      if (method === 'conversations.create') ledger.mostChannelsAMinute = Math.max(ledger.mostChannelsAMinute, within(key, 60_000, now));
      if (method === 'chat.postMessage') ledger.mostPostsInTenSeconds = Math.max(ledger.mostPostsInTenSeconds, within(key, 10_000, now));
    },
  };
}
