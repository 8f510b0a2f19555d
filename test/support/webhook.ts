import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../src/core/alert.ts';

/** 1795293000 s. */
export const arrival = '2026-11-21T20:30:00.000Z';

export function webhook(
  body: unknown,
  headers: Record<string, string> = {},
  query: Record<string, string> = {},
  at = arrival,
): WebhookRequest {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { headers, query, body: bytes, at };
}

export function hmacHex(secret: string, ...parts: readonly (string | Uint8Array)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/** Builds a source from the settings given, as the bot does at its start. */
export function envOf(values: Record<string, string>): (name: string) => string {
  return (name) => values[name] ?? '';
}
