import type { Line, Span } from '../brief.ts';
import { clip } from '../escape.ts';

/** A phone shows about two rows of 45 characters before a line tires its reader. */
export const PHONE = 110;

/** Cuts a line to what a phone shows: the span that passes the limit is cut, what follows is left out. */
export function toPhone(line: Line, max = PHONE): Line {
  const out: Span[] = [];
  let left = max;
  for (const span of line) {
    if (left <= 1) return out;
    out.push(shorter(span, left));
    left -= visible(span);
  }
  return out;
}

export function length(line: Line): number {
  return line.reduce((sum, span) => sum + visible(span), 0);
}

function visible(span: Span): number {
  if (typeof span === 'string') return span.length;
  if ('bold' in span) return span.bold.length;
  if ('code' in span) return span.code.length;
  if ('user' in span) return 10;
  if ('link' in span) return span.text.length;
  return span.style === 'date' ? 16 : 5;
}

function shorter(span: Span, max: number): Span {
  if (typeof span === 'string') return clip(span, max);
  if ('bold' in span) return { bold: clip(span.bold, max) };
  if ('code' in span) return { code: clip(span.code, max) };
  if ('link' in span) return { link: span.link, text: clip(span.text, max) };
  return span;
}
