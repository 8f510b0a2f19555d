import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from '../core/alert.ts';
import type { Setting } from '../core/part.ts';

/** Equal, in a time that tells nothing of where they differ or how long the secret is. */
export function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return wanted !== '' && timingSafeEqual(digest(given), digest(wanted));
}

/** The source's token, as `Authorization: Bearer …` or `?token=…`. */
export function hasToken(request: WebhookRequest, token: string): boolean {
  const bearer = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  return sameSecret(bearer ?? request.query.token ?? '', token);
}

/** A lower-case hex HMAC-SHA256 of the bytes as they came. */
export function hasHmac(given: string, secret: string, ...parts: readonly (string | Uint8Array)[]): boolean {
  if (secret === '') return false;
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return sameSecret(given, hmac.digest('hex'));
}

/** Whether a signed time lies within the window around the arrival. `sent` in milliseconds. */
export function isFresh(request: WebhookRequest, sent: number, windowMs: number): boolean {
  return Math.abs(Date.parse(request.at) - sent) <= windowMs;
}

/** `ALERT_TOKEN_<SOURCE>`, which turns the source on. */
export function tokenSetting(source: string, where: string): Record<string, Setting> {
  return {
    [tokenName(source)]: {
      about: `Token of POST /alerts/${source}: ${where}`,
      example: 'a long random text: openssl rand -hex 24',
      switch: true,
      secret: true,
    },
  };
}

export function tokenName(source: string): string {
  return `ALERT_TOKEN_${source.toUpperCase()}`;
}
