import { type Receiver, SocketModeReceiver } from '@slack/bolt';
import { boltLogger, type Log } from './log.ts';
import { isRecord } from './trouble.ts';

const CALL_MS = 5_000;

export interface Socket {
  receiver: Receiver;
  /** How many sockets Slack counts for this app, as its hello said; undefined before it. */
  connections: () => number | undefined;
  /** Told when a connection that was there has ended; nobody else opens another. */
  onLost: (then: () => void) => void;
}

/** Socket Mode: each payload goes to any one of the app's sockets, so a forgotten second bot takes half of all clicks. */
export function socket(appToken: string, apiUrl: string, log: Log): Socket {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, timeout: CALL_MS } },
  });
  let connections: number | undefined;
  const { client: line } = receiver;
  line.on('ws_message', (data: unknown) => {
    connections = helloCount(data) ?? connections;
  });
  let there = false;
  let lost: () => void = () => undefined;
  line.on('connected', () => {
    there = true;
  });
  line.on('disconnected', () => {
    // One that fails before Slack's hello rejects its start instead.
    if (there) lost();
    there = false;
  });
  const onLost = (then: () => void) => {
    lost = then;
  };
  return { receiver, connections: () => connections, onLost };
}

function helloCount(data: unknown): number | undefined {
  const text = String(data);
  if (!text.includes('"hello"') || text.length > 10_000) return undefined;
  try {
    const said: unknown = JSON.parse(text);
    return isRecord(said) && said.type === 'hello' && typeof said.num_connections === 'number' ? said.num_connections : undefined;
  } catch {
    // Not JSON: not Slack's hello. Bolt itself complains about such a frame.
    return undefined;
  }
}
