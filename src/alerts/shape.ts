import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Alert, type Severity, UnreadableAlert, type WebhookRequest } from '../core/alert.ts';
import { lookup } from '../core/lookup.ts';

const keyLimit = 256; // a longer one is hashed: PostgreSQL indexes no more than 2,704 bytes
const titleLimit = 300;
const descriptionLimit = 4000;
const labelsLimit = 64;
const labelLimit = 500;

/** No sender nests deeper; whoever walks through the value afterwards does it by recursion. */
const deepest = 64;

/** The body as JSON. Throws `UnreadableAlert`. */
export function jsonOf(body: Uint8Array): unknown {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (!isTooDeep(text)) value = JSON.parse(text);
  } catch (cause) {
    throw new UnreadableAlert('the body is not JSON', { cause });
  }
  if (value === undefined) throw new UnreadableAlert(`the body is nested deeper than ${deepest} levels`);
  return value;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[[{}\]]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > deepest) return true;
  }
  return false;
}

/** The body in the sender's shape. Throws `UnreadableAlert` that names the fields, never their values. */
export function shaped<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.map(String).join('.').slice(0, 80) || 'body'}: ${issue.code}`);
  throw new UnreadableAlert(`the body has not the expected shape (${where.join(', ')})`);
}

/** Texts that a sender may leave out, send as null, or as a number. Anything else counts as absent. */
export const looseText = z
  .unknown()
  .optional()
  .transform((v) => (typeof v === 'string' ? v : typeof v === 'number' ? String(v) : ''));

/** A map of texts; what is no map counts as empty. */
export const looseLabels = z
  .unknown()
  .optional()
  .transform((v): Readonly<Record<string, string>> => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return {};
    return Object.fromEntries(
      Object.entries(v)
        .slice(0, labelsLimit)
        .map(([k, x]) => [k.slice(0, labelLimit), textOf(x).slice(0, labelLimit)]),
    );
  });

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : (JSON.stringify(value) ?? '');
}

type Said = Pick<Alert, 'source' | 'key' | 'title' | 'status'> &
  Partial<Omit<Alert, 'startedAt' | 'startKnown'>> & { startedAt?: string | number | undefined };

/** An alert within its limits. `startedAt` in ISO or milliseconds; one that is missing or unreadable becomes the arrival, and says so. */
export function alertOf(said: Said, request: Pick<WebhookRequest, 'at'>): Alert {
  const labels = said.labels ?? {};
  const start = typeof said.startedAt === 'number' ? said.startedAt : Date.parse(said.startedAt ?? '');
  const known = start > 0 && start < 8.64e15;
  return {
    source: said.source,
    key: keyOf(said.key),
    title: clip(said.title.replaceAll(/\s+/g, ' ').trim() || 'Untitled alert', titleLimit),
    service: clip(said.service || labels.service || labels.app || '', labelLimit),
    environment: clip(said.environment || labels.environment || labels.env || '', labelLimit),
    severity: said.severity ?? 'unknown',
    status: said.status,
    startedAt: known ? new Date(start).toISOString() : request.at,
    ...(known ? {} : { startKnown: false as const }),
    url: webUrl(said.url ?? ''),
    labels,
    description: clip(said.description ?? '', descriptionLimit),
  };
}

/** Texts that every store takes: no NUL, no half characters, not too long. */
function keyOf(text: string): string {
  const key = text.toWellFormed().replaceAll('\u0000', '\uFFFD');
  return key.length <= keyLimit ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

const severities: Readonly<Record<string, Severity>> = {
  ...over('critical', ['critical', 'crit', 'p1', 'sev1', 'fatal', 'emergency', 'page', 'alert', 'disaster']),
  ...over('high', ['high', 'error', 'p2', 'sev2', 'major']),
  ...over('medium', ['medium', 'warning', 'warn', 'p3', 'sev3', 'minor']),
  ...over('low', ['low', 'info', 'information', 'informational', 'notice', 'debug', 'p4', 'p5', 'none', 'sev4', 'sev5']),
};

/** What the senders' many words for a severity mean. Unknown ones stay unknown: they open an incident. */
export function severityOf(word: string): Severity {
  return lookup(severities, word.trim().toLowerCase()) ?? 'unknown';
}

/** The worst of several words. Unknown only when none is known. */
export function worstOf(words: readonly string[]): Severity {
  const found = new Set(words.map(severityOf));
  return (['critical', 'high', 'medium', 'low'] as const).find((severity) => found.has(severity)) ?? 'unknown';
}

function over(severity: Severity, words: readonly string[]): Record<string, Severity> {
  return Object.fromEntries(words.map((word) => [word, severity]));
}

/** Only addresses that a browser opens as a page; never `javascript:` or a relative one. */
function webUrl(text: string): string {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text.slice(0, 2000) : '';
}

function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
