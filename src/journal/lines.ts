import { createHash } from 'node:crypto';
import { visibleJson } from '../core/escape.ts';
import type { IncidentEvent } from '../core/incident.ts';
import { redact } from '../core/redact.ts';
import { redactValue } from '../core/redact-value.ts';

/** One line of an exported journal. An incident's line comes before those of its events; the events come in order. */
export type Line =
  | { journal: 1 }
  | { incident: { id: string; number: number; keys: readonly string[]; open: boolean; due: string | null; limit: string | null } }
  | { of: string; event: IncidentEvent }
  | { once: string; of: string | null };

/** A line of an export. It leaves the bot, so texts are redacted; a key with a secret in it stays different from every other. */
export function textOf(line: Line): string {
  return visibleJson(JSON.stringify(safe(line)));
}

function safe(line: Line): unknown {
  if ('incident' in line) return { incident: { ...line.incident, keys: line.incident.keys.map(safeKey) } };
  return 'once' in line ? { ...line, once: safeKey(line.once) } : redactValue(line);
}

function safeKey(key: string): string {
  const said = redact(key);
  return said === key ? key : `${said}#${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** An event as it was stored. Throws on anything else: such a row is not ours. */
export function eventOf(text: string): IncidentEvent {
  const value: unknown = JSON.parse(text);
  if (isEvent(value)) return value;
  throw new Error('the journal holds a row that is no event');
}

/** A line of an export. Throws on anything else. */
export function lineOf(text: string): Line {
  const value: unknown = JSON.parse(text);
  if (isLine(value)) return value;
  throw new Error('not a line of an exported journal');
}

function isEvent(value: unknown): value is IncidentEvent {
  return isRecord(value) && typeof value.type === 'string' && typeof value.at === 'string';
}

function isLine(value: unknown): value is Line {
  if (!isRecord(value)) return false;
  if ('journal' in value) return value.journal === 1;
  if ('event' in value) return typeof value.of === 'string' && isEvent(value.event);
  if ('once' in value) return typeof value.once === 'string';
  return isRecord(value.incident) && typeof value.incident.id === 'string' && Array.isArray(value.incident.keys);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
