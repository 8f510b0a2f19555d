import type { Line, Span } from './brief.ts';
import { escapeCode, escapeMrkdwn, oneLine, stripControls } from './escape.ts';

/** Where markup is made. Outside text is escaped here and nowhere else; `clean` (redaction) sees it before. */
export function mrkdwn(line: Line, clean: (text: string) => string = (text) => text): string {
  return line.map((span) => spanToMrkdwn(span, clean)).join('');
}

function spanToMrkdwn(span: Span, clean: (text: string) => string): string {
  const safe = (text: string): string => escapeMrkdwn(flat(clean(stripControls(text))));
  if (typeof span === 'string') return safe(span);
  if ('bold' in span) return `*${safe(span.bold).replaceAll('*', '∗')}*`;
  if ('code' in span) return `\`${escapeCode(clean(stripControls(span.code)))}\``;
  if ('user' in span) return /^[UW][A-Z0-9]{1,20}$/.test(span.user) ? `<@${span.user}>` : safe(span.user);
  if ('link' in span) return linked(span.link, safe(span.text));
  return slackTime(span.time, span.style);
}

/** Text of one line of ours; blanks at its ends join it to its neighbours and are kept. */
function flat(text: string): string {
  const [before = '', after = ''] = [/^\s/.test(text) ? ' ' : '', /\s$/.test(text) && text.trim() !== '' ? ' ' : ''];
  return before + oneLine(text) + after;
}

/** Only http(s), and nothing that ends the link early. */
function linked(url: string, text: string): string {
  return /^https?:\/\/[^\s<>|]+$/.test(url) ? `<${url.replaceAll('&', '&amp;')}|${text.replaceAll('|', '¦')}>` : text;
}

const tokens = { time: '{time}', seconds: '{time_secs}', date: '{date_short_pretty} {time}' } as const;

/** The reader's own time; the fallback says UTC. */
function slackTime(iso: string, style: 'time' | 'seconds' | 'date'): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? escapeMrkdwn(iso) : `<!date^${Math.floor(at / 1000)}^${tokens[style]}|${utc(iso, style)} UTC>`;
}

/** `03:04`, `03:04:11`, `2026-11-21 03:04`. */
export function utc(iso: string, style: 'time' | 'seconds' | 'date'): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const text = new Date(at).toISOString();
  if (style === 'date') return text.slice(0, 16).replace('T', ' ');
  return style === 'time' ? text.slice(11, 16) : text.slice(11, 19);
}

/** The same line without markup, times in UTC. */
export function plain(line: Line): string {
  return line
    .map((span) => {
      if (typeof span === 'string') return span;
      if ('bold' in span) return span.bold;
      if ('code' in span) return span.code;
      if ('user' in span) return `@${span.user}`;
      if ('link' in span) return span.text;
      return utc(span.time, span.style);
    })
    .join('');
}
