import { clip, oneLine, stripControls } from './escape.ts';
import { redact } from './redact.ts';

const MOST = 1_000;
const LEAST_SQL =
  /\b(?:select\s[\s\S]{1,400}?\sfrom|insert\s+(?:ignore\s+)?into|replace\s+into|update\s+\S+\s+set|delete\s+from|alter\s+table)\s/i;
/** Where the statement ends and the server's own words go on, as Knex writes it. */
const AFTER_SQL = /\s-\s(?=[A-Z])/;

/** One exception of a chain. */
export interface Thrown {
  class?: string;
  message?: string;
}

/**
 * What a chain says, outermost first, root cause last, one line each; what an outer message already quotes is not said twice.
 * Secrets, people's data and the literals of quoted SQL are gone.
 */
export function chainMessage(chain: readonly Thrown[]): string {
  const lines: string[] = [];
  for (const [i, { class: name, message = '' }] of chain.entries()) {
    const first = safeText(message.split('\n').find((line) => line.trim() !== '') ?? '');
    if (lines.some((line) => line.includes(first)) && first !== '') continue;
    lines.push(i === 0 || name === undefined ? first : `caused by ${name}: ${first}`);
  }
  return lines.filter(Boolean).join('\n');
}

export function safeText(text: string): string {
  return clip(redact(withoutLiterals(oneLine(stripControls(text.slice(0, 4 * MOST))))), MOST);
}

function withoutLiterals(text: string): string {
  const start = LEAST_SQL.exec(text)?.index;
  if (start === undefined) return text;
  const rest = text.slice(start);
  const end = AFTER_SQL.exec(rest)?.index ?? rest.length;
  const statement = rest
    .slice(0, end)
    .replace(/'(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.)*"?/g, '?')
    .replace(/(?<![\w`])\d[\w.]*/g, '?');
  return text.slice(0, start) + statement + rest.slice(end);
}
