import { webApi } from '@slack/bolt';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, DelegateBackoff, handleWhen, retry, wrap } from 'cockatiel';
import { boltLogger, type Log } from './log.ts';
import type { SlackSettings } from './settings.ts';
import { isDown, retryAfter, toTrouble } from './trouble.ts';

/** One call. Rejects with `ChannelTrouble` only. `doing` names it in the trouble's words. */
export type Ask = <T>(doing: string, call: (client: webApi.WebClient) => Promise<T>) => Promise<T>;

/** Slack's own answers take well under a second; a hanging one must not hold an incident. */
const CALL_MS = 6_000;
const TRIES = 3;
/** A longer wait is not spent inside a step: the trouble says so, and the step is planned again. */
const PATIENCE_S = 30;
/** After so many faults in a row Slack is left alone for a moment, so that the triage never waits for it. */
const FAULTS = 4;
const REST_MS = 3_000;

export interface Api {
  ask: Ask;
  client: webApi.WebClient;
}

export function api(settings: Pick<SlackSettings, 'botToken' | 'apiUrl'>, log: Log): Api {
  const client = new webApi.WebClient(settings.botToken, {
    slackApiUrl: settings.apiUrl,
    timeout: CALL_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(log),
  });
  return { client, ask: asking(client) };
}

/** The one retry policy: Slack's own Retry-After where it names one, else half a second and two. */
function asking(client: webApi.WebClient): Ask {
  const again = retry(
    handleWhen((error) => isDown(error) || (retryAfter(error) ?? Number.POSITIVE_INFINITY) <= PATIENCE_S),
    {
      maxAttempts: TRIES - 1,
      backoff: new DelegateBackoff(
        ({ attempt, result }) => ('error' in result ? (retryAfter(result.error) ?? 0) * 1000 : 0) || 500 * 4 ** (attempt - 1),
      ),
    },
  );
  const breaker = circuitBreaker(handleWhen(isDown), { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(FAULTS) });
  const policy = wrap(again, breaker);
  return async (doing, call) => {
    try {
      return await policy.execute(() => call(client));
    } catch (error) {
      throw toTrouble(doing, error instanceof BrokenCircuitError ? new Error('Slack is left alone for a moment') : error);
    }
  };
}
