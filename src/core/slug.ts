/** Slack: lower-case letters, digits, `-` and `_`, 80 at most; `inc-<number>-` and a suffix need their share. */
const SLUG_LIMIT = 50;

/** A title as a channel name wants it: markup, mentions, emoji and other scripts fall away; `incident` when nothing is left. */
export function slugOf(title: string): string {
  const slug = title
    .slice(0, 3000)
    .replace(/<[^<>]{0,300}>/g, ' ')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LIMIT)
    .replace(/^-+|-+$/g, '');
  return slug || 'incident';
}
