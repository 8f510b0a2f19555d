import { isRecord } from './is-record.ts';
import { redact } from './redact.ts';

/** Plain JSON with every text in it redacted; the shape stays. A field's name counts as its text's key: `{ "password": "x" }` hides x. */
export function redactValue(value: unknown, known: readonly string[] = []): unknown {
  if (typeof value === 'string') return redact(value, known);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, known));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redactField(name, field, known)]));
}

function redactField(name: string, field: unknown, known: readonly string[]): unknown {
  if (typeof field !== 'string') return redactValue(field, known);
  const pair = `${name}=${field}`;
  const clean = redact(pair, known);
  return clean.startsWith(`${name}=`) ? clean.slice(name.length + 1) : redact(field, known);
}
