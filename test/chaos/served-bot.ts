import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { GRACE_MS } from '../../src/main.ts';
import type { StoryClock } from '../../src/rehearsal/story-clock.ts';
import { isFromBot, type ToBot } from './protocol.ts';

/** The bot's process, which can be killed and started again. */
export interface ServedBot {
  start: () => Promise<void>;
  /** As a machine's death: this process and what it started (`group`), or this process alone. Waits for its end. */
  kill: (how: 'process' | 'group') => Promise<void>;
  /** SIGTERM. Resolves with the exit code; null when it did not end within its grace and was killed. */
  stop: () => Promise<number | null>;
  /** Also while it dies, stops and starts: only a bot that is `away` lets the clock jump. */
  busy: () => boolean;
  /** The clock waits until the bot has said how it is: whatever reached it by another way than the clock may have begun something. */
  ask: () => void;
  /** Lets the story go on without it. */
  away: (until: Promise<void>) => Promise<void>;
  alive: () => boolean;
  url: string;
  /** What it wrote to stderr, over all its lives. */
  said: () => string;
}

interface Life {
  child: ChildProcess;
  ready: boolean;
  stopping: boolean;
  sent: number;
  seen: number;
  busy: boolean;
  waits: Map<number, AbortController>;
}

/** Starts nothing yet. The environment must name DATA_DIR or DATABASE_URL; the port is the same in every life. */
export async function serveBot(
  env: Readonly<Record<string, string>>,
  clock: StoryClock,
  changed: () => void = () => undefined,
): Promise<ServedBot> {
  const port = await freePort();
  let life: Life | undefined;
  let said = '';
  let away = false;

  const tell = (to: Life, wake?: number): void => {
    const message: ToBot = { seq: ++to.sent, now: clock.time(), ...(wake === undefined ? {} : { wake }) };
    if (to.child.connected) to.child.send(message, () => undefined);
  };
  // The clock moves right after this word: told when the move is made.
  clock.beforeJump(() => queueMicrotask(() => life && tell(life)));

  function listen(to: Life, message: unknown): void {
    if (!isFromBot(message)) return;
    clock.stir();
    changed();
    if (message.say === 'ready') to.ready = true;
    else if (message.say === 'state') Object.assign(to, { seen: message.seen, busy: message.busy });
    else if (message.say === 'forget') to.waits.get(message.id)?.abort();
    else {
      const { id, at } = message;
      const cancel = new AbortController();
      to.waits.set(id, cancel);
      void clock.wakeAt(new Date(at), cancel.signal).then(() => {
        to.waits.delete(id);
        if (!cancel.signal.aborted && to === life) tell(to, id);
      });
    }
  }

  function over(): void {
    for (const wait of life?.waits.values() ?? []) wait.abort();
    life = undefined;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    said: () => said,
    alive: () => life?.ready === true && !life.stopping,
    busy: () => (life ? !life.ready || life.stopping || life.busy || life.seen !== life.sent : !away),
    ask: () => life && tell(life),
    async away(until) {
      away = true;
      await until;
      away = false;
    },
    async start() {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'bot.ts'), String(clock.time())], {
        env: { ...env, PORT: String(port) },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        detached: true,
      });
      const own: Life = { child, ready: false, stopping: false, sent: 0, seen: 0, busy: true, waits: new Map() };
      life = own;
      child.stderr?.on('data', (chunk) => {
        said += chunk;
      });
      child.on('message', (message) => listen(own, message));
      const early = once(child, 'exit').then(([code]) => {
        if (life === own) over();
        if (!own.ready) throw new Error(`the bot ended with ${code} before it was ready: ${said.slice(-2000)}`);
      });
      const ready = new Promise<void>((resolve) => {
        child.on('message', () => own.ready && resolve());
      });
      await Promise.race([ready, early]);
      early.catch(() => undefined);
    },
    async kill(how) {
      const child = life?.child;
      if (!child?.pid) return;
      const ended = once(child, 'exit');
      process.kill(how === 'group' ? -child.pid : child.pid, 'SIGKILL');
      over();
      await ended;
    },
    async stop() {
      if (!life) return null;
      const { child } = Object.assign(life, { stopping: true });
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      const [code] = await ended;
      clearTimeout(late);
      return code;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
