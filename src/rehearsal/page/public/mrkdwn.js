import { h, link } from './dom.js';

const EMOJI = {
  fire: '🔥',
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  warning: '⚠️',
  rotating_light: '🚨',
  red_circle: '🔴',
  large_green_circle: '🟢',
  large_blue_circle: '🔵',
  black_circle: '⚫',
  white_circle: '⚪',
  large_yellow_circle: '🟡',
  large_orange_circle: '🟠',
  hourglass_flowing_sand: '⏳',
  thread: '🧵',
  see_no_evil: '🙈',
  eyes: '👀',
  tada: '🎉',
  x: '❌',
  question: '❓',
  bulb: '💡',
  mag: '🔍',
  tools: '🛠️',
  wave: '👋',
  point_right: '👉',
};

/** Slack's mrkdwn as nodes. https://docs.slack.dev/messaging/formatting-message-text */
export function mrkdwn(text, users) {
  const out = [];
  for (const [n, part] of text.split(/```\n?(.*?)```/s).entries()) {
    if (n % 2) out.push(h('pre', {}, plain(part.replace(/\n$/, ''))));
    else out.push(...lines(part, users));
  }
  return out;
}

function lines(text, users) {
  return text.split('\n').flatMap((line, n) => {
    const quote = /^&gt;\s?(.*)$/.exec(line);
    const nodes = quote ? [h('blockquote', {}, ...inline(quote[1], users))] : inline(line, users);
    return n === 0 ? nodes : [h('br'), ...nodes];
  });
}

const PIECES = [
  [/`([^`\n]+)`/, (m) => h('code', {}, plain(m[1]))],
  [/<([^<>]+)>/, (m, users) => special(m[1], users)],
  [/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*?\S)\*(?![\p{L}\p{N}*])/u, (m, users) => h('strong', {}, ...inline(m[1], users))],
  [/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\p{N}_])/u, (m, users) => h('em', {}, ...inline(m[1], users))],
  [/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*?\S)~(?![\p{L}\p{N}~])/u, (m, users) => h('s', {}, ...inline(m[1], users))],
  [/:([a-z0-9_+-]+):/, (m) => EMOJI[m[1]] ?? m[0]],
];

function inline(text, users) {
  let first;
  for (const [pattern, make] of PIECES) {
    const found = pattern.exec(text);
    if (found && (!first || found.index < first.found.index)) first = { found, make };
  }
  if (!first) return text ? [plain(text)] : [];
  const { found, make } = first;
  const after = inline(text.slice(found.index + found[0].length), users);
  return [...(found.index > 0 ? [plain(text.slice(0, found.index))] : []), make(found, users), ...after];
}

/** The three entities that Slack knows. */
export function plain(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function special(inside, users) {
  const [target, label] = inside.split('|');
  if (target.startsWith('@')) return mention(`@${users[target.slice(1)]?.name ?? label ?? target.slice(1)}`);
  if (target.startsWith('#')) return mention(`#${label ?? target.slice(1)}`);
  if (target.startsWith('!date^')) return date(target, label);
  if (target.startsWith('!subteam^')) return mention(`@${label ?? 'group'}`);
  if (target.startsWith('!')) return mention(`@${target.slice(1)}`);
  return link(plain(target), plain(label ?? target));
}

const mention = (text) => h('span.mention', {}, text);

/** `<!date^seconds^format^link|fallback>` in the reader's own time. */
function date(target, fallback) {
  const [, seconds, format = '{date_short_pretty} {time}'] = target.split('^');
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return plain(fallback ?? '');
  const told = (options) => new Intl.DateTimeFormat(undefined, options).format(at);
  const day = { year: 'numeric', month: 'short', day: 'numeric' };
  const words = {
    date_num: () => at.toLocaleDateString('sv'),
    date: () => told(day),
    date_short: () => told(day),
    date_long: () => told({ ...day, weekday: 'long' }),
    date_pretty: () => told(day),
    date_short_pretty: () => told({ month: 'short', day: 'numeric' }),
    date_long_pretty: () => told({ ...day, weekday: 'long' }),
    time: () => told({ hour: '2-digit', minute: '2-digit' }),
    time_secs: () => told({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    ago: () => told({ hour: '2-digit', minute: '2-digit' }),
  };
  const shown = format.replace(/\{(\w+)\}/g, (whole, token) => words[token]?.() ?? whole);
  return h('time', { datetime: at.toISOString(), title: plain(fallback ?? '') }, shown);
}

export function textObject(object, users) {
  if (!object) return [];
  return object.type === 'mrkdwn'
    ? mrkdwn(object.text, users)
    : [object.text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole)];
}
