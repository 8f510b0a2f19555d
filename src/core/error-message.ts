import { clip, oneLine, stripControls } from './escape.ts';
import { redact } from './redact.ts';

const MOST = 1_000;
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
  return clip(redact(oneLine(stripControls(text.slice(0, 4 * MOST)))), MOST);
}
