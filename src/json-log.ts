import { type DestinationStream, pino } from 'pino';
import { stripControls } from './core/escape.ts';
import { redact } from './core/redact.ts';
import type { Log } from './walk/tools.ts';

/** Structured lines, on standard output unless told otherwise; every text in them is redacted, and steers no terminal. `secrets`: the bot's own credentials. */
export function jsonLog(level: string, secrets: readonly string[], to?: DestinationStream): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = to === undefined ? pino(options) : pino(options, to);
  const safe = (text: string) => redact(stripControls(text), secrets);
  const clean = (fields: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'number' || typeof value === 'boolean' ? value : safe(textOf(value)),
      ]),
    );
  return {
    info: (message, fields) => logger.info(clean(fields), safe(message)),
    warn: (message, fields) => logger.warn(clean(fields), safe(message)),
    error: (message, fields) => logger.error(clean(fields), safe(message)),
  };
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
