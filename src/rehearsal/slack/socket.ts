import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { APP_ID } from './workspace.ts';

/** Slack waits this long for an acknowledgement, in real time. */
const ACK_MS = 3000;
const FAREWELL_MS = 1000;

export interface SocketMode {
  /** A one-time address for `apps.connections.open`. */
  ticket: () => string;
  /** Delivers to any one of the app's connections. Undefined: nobody acknowledged in time, or nobody is connected. */
  deliver: (type: 'slash_commands' | 'interactive' | 'events_api', payload: object) => Promise<{ payload: unknown } | undefined>;
  connections: () => number;
  /** Envelopes that wait for their acknowledgement. */
  waiting: () => number;
  /** What Slack does every few hours: tells each connection to come back. */
  refresh: () => void;
  /** Lets an app that is leaving finish its farewell: one that is cut off believes in a fault and comes back for half a minute. */
  close: () => Promise<void>;
}

/** Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode */
export function socketMode(server: Server, address: () => string): SocketMode {
  const sockets = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open: WebSocket[] = [];
  const pending = new Map<string, (answer: { payload: unknown } | undefined) => void>();
  let turn = 0;

  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const ticket = url.searchParams.get('ticket') ?? '';
    if (url.pathname !== '/link' || !tickets.delete(ticket)) {
      socket.end('HTTP/1.1 408 Request Timeout\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      open.push(client);
      client.on('close', () => open.splice(open.indexOf(client), 1));
      client.on('error', () => client.terminate());
      client.on('message', (data) => {
        const said = JSON.parse(String(data)) as { envelope_id?: string; payload?: unknown };
        pending.get(said.envelope_id ?? '')?.({ payload: said.payload });
      });
      send(client, {
        type: 'hello',
        num_connections: open.length,
        debug_info: { host: 'rehearsal', approximate_connection_time: 18_060 },
        connection_info: { app_id: APP_ID },
      });
    });
  });

  return {
    ticket() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${address().replace('http', 'ws')}/link?ticket=${ticket}`;
    },
    deliver(type, payload) {
      const live = open.filter((client) => client.readyState === WebSocket.OPEN);
      const client = live[turn++ % Math.max(live.length, 1)];
      if (!client) return Promise.resolve(undefined);
      const id = randomUUID();
      return new Promise((resolve) => {
        const late = setTimeout(() => done(undefined), ACK_MS);
        const done = (answer: { payload: unknown } | undefined) => {
          clearTimeout(late);
          pending.delete(id);
          resolve(answer);
        };
        pending.set(id, done);
        send(client, { envelope_id: id, type, accepts_response_payload: type !== 'events_api', payload });
      });
    },
    connections: () => open.length,
    waiting: () => pending.size,
    refresh: () => {
      for (const client of open) send(client, { type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'rehearsal' } });
    },
    close: async () => {
      for (let waited = 0; open.length > 0 && waited < FAREWELL_MS; waited += 20) await sleep(20);
      for (const client of open) client.terminate();
      sockets.close();
    },
  };
}

function send(client: WebSocket, frame: object): void {
  client.send(JSON.stringify(frame));
}
