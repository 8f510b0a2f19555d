import { SlackRefusal } from './refusal.ts';

/** Calls a minute by tier. https://docs.slack.dev/apis/web-api/rate-limits */
const TIERS: Readonly<Record<string, number>> = { T1: 1, T2: 20, T3: 50, T4: 100 };

const TIER_OF: Readonly<Record<string, string>> = {
  'conversations.create': 'T2',
  'conversations.setTopic': 'T2',
  'conversations.setPurpose': 'T2',
  'conversations.archive': 'T2',
  'conversations.rename': 'T2',
  'conversations.list': 'T2',
  'conversations.invite': 'T3',
  'conversations.join': 'T3',
  'conversations.info': 'T3',
  'conversations.history': 'T3',
  'conversations.replies': 'T3',
  'conversations.members': 'T4',
  'chat.update': 'T3',
  'chat.delete': 'T3',
  'chat.postEphemeral': 'T4',
  'pins.add': 'T2',
  'bookmarks.add': 'T2',
  'reactions.add': 'T3',
  'users.info': 'T4',
  'usergroups.list': 'T2',
  'usergroups.users.list': 'T2',
  'views.open': 'T4',
  'views.update': 'T4',
  'views.push': 'T4',
  'files.getUploadURLExternal': 'T4',
  'files.completeUploadExternal': 'T4',
};

/** Messages of one channel: one a second, with short bursts. */
const POSTS = { perMinute: 60, burst: 6 };

interface Bucket {
  left: number;
  real: number;
  story: number;
}

/**
 * Refuses what goes beyond Slack's limits with 429. Time passes here as fast as the faster of the two clocks: a story that jumps over a minute
 * has had that minute, and one that stands still does not starve the bot.
 */
export function rateLimits(storyTime: () => number): (method: string, channel: string | undefined) => void {
  const buckets = new Map<string, Bucket>();
  const take = (key: string, perMinute: number, burst: number) => {
    const now = { real: performance.now(), story: storyTime() };
    const was = buckets.get(key) ?? { left: burst, ...now };
    const passed = Math.max(now.real - was.real, now.story - was.story, 0);
    const left = Math.min(burst, was.left + (passed / 60_000) * perMinute);
    if (left < 1) throw new SlackRefusal('ratelimited', { retryAfter: Math.max(1, Math.ceil(((1 - left) / perMinute) * 60)) });
    buckets.set(key, { left: left - 1, ...now });
  };
  return (method, channel) => {
    const tier = TIERS[TIER_OF[method] ?? ''];
    if (tier) take(method, tier, Math.max(tier, 4));
    if (method === 'chat.postMessage') take(`post ${channel ?? ''}`, POSTS.perMinute, POSTS.burst);
  };
}
