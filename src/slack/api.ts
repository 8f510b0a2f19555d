import { webApi } from '@slack/bolt';
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  wrap,
} from 'cockatiel';
import { boltLogger, type Log } from './log.ts';
import type { SlackSettings } from './settings.ts';
import { isDown, retryAfter, toTrouble, wasNotSent } from './trouble.ts';

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
  /** For what may happen twice: reading, editing. */
  ask: Ask;
  /** For what must not (a post, a channel): tried again only where Slack surely did nothing. The caller looks whether it happened, and calls anew. */
  askOnce: Ask;
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
  const breaker = circuitBreaker(handleWhen(isDown), { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(FAULTS) });
  return { client, ask: asking(client, breaker, isDown), askOnce: asking(client, breaker, wasNotSent) };
}

/** The one retry policy: Slack's own Retry-After where it names one, else half a second and two. */
function asking(client: webApi.WebClient, breaker: CircuitBreakerPolicy, isWorthIt: (error: unknown) => boolean): Ask {
  const again = retry(
    handleWhen((error) => isWorthIt(error) || (retryAfter(error) ?? Number.POSITIVE_INFINITY) <= PATIENCE_S),
    { maxAttempts: TRIES - 1, backoff: new DelegateBackoff(pause) },
  );
  const policy = wrap(again, breaker);
  return async (doing, call) => {
    try {
      return await policy.execute(() => call(client));
    } catch (error) {
      throw toTrouble(doing, error instanceof BrokenCircuitError ? new Error('Slack is left alone for a moment') : error);
    }
  };
}

function pause({ attempt, result }: IRetryBackoffContext<unknown>): number {
  const asked = 'error' in result ? retryAfter(result.error) : undefined;
  return asked === undefined ? 500 * 4 ** (attempt - 1) : asked * 1000;
}
