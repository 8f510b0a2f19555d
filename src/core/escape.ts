/** Text from outside, made safe for Slack's mrkdwn, a terminal and a log. Rules: https://docs.slack.dev/messaging/formatting-message-text */

/**
 * Kills mentions, dates, disguised links, what cannot be seen, and fences, which would swallow the lines after them. The text object around it also
 * needs `verbatim: true`.
 */
export function escapeMrkdwn(text: string): string {
  return stripControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/`{3,}/g, (fence) => 'ˋ'.repeat(fence.length));
}

/** For text inside backticks: a code span ends at the next backtick, so they become a look-alike. */
export function escapeCode(text: string): string {
  return escapeMrkdwn(oneLine(text)).replaceAll('`', 'ˋ');
}

/** White space of all kinds becomes one blank. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const OSC = /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?/g;
const CSI = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?/g;
const OTHER_ESCAPE = /\x1b[ -/]*[0-~]?/g;
/** Also the soft hyphen, annotations, and tags, which spell out words that nobody sees. Joiners stay: scripts and emoji need them. */
const BIDI_AND_INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Without terminal escapes, bidi and invisible characters and broken surrogates. Line breaks and tabs stay. */
export function stripControls(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\x85]/g, '\n')
    .replace(OSC, '')
    .replace(CSI, '')
    .replace(OTHER_ESCAPE, '')
    .replace(BIDI_AND_INVISIBLE, '')
    .replace(CONTROL, '')
    .toWellFormed();
}

const UNSEEN = /[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** JSON that a terminal can show: `JSON.stringify` leaves C1, bidi and invisible characters as they are. The value stays the same. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (unseen) =>
    Array.from({ length: unseen.length }, (_, i) => `\\u${unseen.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}

const ELLIPSIS = '…';
const CUT_ENTITY = /&[a-z]{0,4}$/;

/** At most `max` UTF-16 units, as Slack counts; never half an entity or half a surrogate pair. A cut is marked by an ellipsis. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 0) return '';
  const cut = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  const entity = CUT_ENTITY.exec(cut)?.[0];
  const whole = entity !== undefined && /^&(?:amp|lt|gt);/.test(text.slice(cut.length - entity.length, cut.length + 5));
  return (whole ? cut.slice(0, -entity.length) : cut) + ELLIPSIS;
}
