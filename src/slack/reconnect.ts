import { wordsOf } from './background.ts';
import type { Log } from './log.ts';

/** Real time: how soon what did not come about is tried again, once it was tried at once. */
const AGAIN_MS = 5_000;
/** https://docs.slack.dev/apis/web-api/rate-limits: connections.open is scarce. */
const AGAIN_MAX_MS = 60_000;
/** A connection that held this long was a good one: what was before it counts no more. */
const GOOD_MS = 60_000;
const AT_ONCE = 3;

export interface Reconnect {
  /** The connection ended, as each does every few hours: another one at once. */
  lost: () => void;
  /** The first one did not come about. */
  failed: () => void;
}

/**
 * Keeps a connection until the signal ends it. The SDK's own way waits five seconds at each refresh, in which a command finds nobody, and
 * ends the process when Slack is away just then: https://github.com/slackapi/node-slack-sdk/tree/main/packages/socket-mode
 */
export function reconnect(connect: () => Promise<unknown>, log: Log, signal: AbortSignal): Reconnect {
  let failures = 0;
  let since = performance.now();
  let trying = false;
  const go = async (): Promise<void> => {
    if (trying) return;
    trying = true;
    while (!signal.aborted) {
      await sleep(waitMs(failures), signal);
      if (signal.aborted) break;
      try {
        await connect();
        since = performance.now();
        log.info('slack: connected');
        break;
      } catch (error) {
        failures++;
        log.warn('slack: still not reached', { error: wordsOf(error) });
      }
    }
    trying = false;
  };
  return {
    lost() {
      failures = performance.now() - since > GOOD_MS ? 0 : failures + 1;
      void go();
    },
    failed() {
      failures = AT_ONCE;
      void go();
    },
  };
}

function waitMs(failures: number): number {
  return failures < AT_ONCE ? 0 : Math.min(AGAIN_MS * 2 ** (failures - AT_ONCE), AGAIN_MAX_MS);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) return resolve();
    const timer = setTimeout(resolve, ms);
    timer.unref();
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
  });
}
