import { type Logger, LogLevel } from '@slack/bolt';

/** Where the part's own words go. The caller redacts. */
export interface Log {
  info: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** Bolt's words, without its chatter. Payloads and tokens never pass: only its first text does. */
export function boltLogger(log: Log): Logger {
  const first = (said: readonly unknown[]): string => {
    const text = said.map((part) => (part instanceof Error ? part.message : part)).find((part) => typeof part === 'string');
    return `slack: ${typeof text === 'string' ? text.slice(0, 500) : 'no words'}`;
  };
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...said: unknown[]) => log.warn(first(said)),
    error: (...said: unknown[]) => log.error(first(said)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
