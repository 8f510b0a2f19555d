// The bot in a process of its own, on a clock that the parent serves. The parent kills it.
import { wire } from '../../src/wire.ts';
import type { FromBot } from './protocol.ts';
import { toldClock } from './told-clock.ts';

const tell = (message: FromBot): void => void process.send?.(message);
const clock = toldClock(Number(process.argv[2]), tell);
const line = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
  void process.stderr.write(`${clock.now().toISOString()} ${level} ${message} ${fields ? JSON.stringify(fields, errorsToo) : ''}\n`);

process.on('disconnect', () => process.exit(1));
const bot = await wire(process.env, { clock, log: { info: () => undefined, warn: line('warn'), error: line('error') } });

let told = '';
setInterval(() => {
  const state = { say: 'state', seen: clock.seen(), busy: bot.busy() > 0 } as const;
  if (JSON.stringify(state) === told) return;
  told = JSON.stringify(state);
  tell(state);
}, 3).unref();

process.once('SIGTERM', async () => {
  await bot[Symbol.asyncDispose]();
  process.exit(0);
});
tell({ say: 'ready', url: bot.url });

function errorsToo(_name: string, value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
