import { isRecord } from './is-record.ts';
import { MARK } from './redact/mark.ts';
import { isSecretName } from './redact/pairs.ts';
import { redact, redactCommand } from './redact.ts';

/** Plain JSON with every text in it redacted; the shape stays. A field whose name says that it holds a secret is hidden whole: `{ "password": "x y" }`. */
export function redactValue(value: unknown, known: readonly string[] = []): unknown {
  if (typeof value === 'string') return redact(value, known);
  if (Array.isArray(value))
    return isLines(value) ? redact(value.join('\n'), known).split('\n') : value.map((item) => redactValue(item, known));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [redact(name, known), redactField(name, field, known)]));
}

/** Lines of one text: a private key or a statement goes over several of them. */
function isLines(list: readonly unknown[]): boolean {
  return list.length > 1 && list.every((item) => typeof item === 'string' && !item.includes('\n'));
}

/** Fields that hold commands of ours to paste. */
const COMMANDS = /^(?:commands?|fix)$/;

function redactField(name: string, field: unknown, known: readonly string[]): unknown {
  if (COMMANDS.test(name) && typeof field === 'string') return redactCommand(field, known);
  if (COMMANDS.test(name) && Array.isArray(field))
    return field.map((one) => (typeof one === 'string' ? redactCommand(one, known) : redactValue(one, known)));
  const scalar = typeof field === 'string' || typeof field === 'number';
  return scalar && field !== '' && isSecretName(name) ? MARK : redactValue(field, known);
}
