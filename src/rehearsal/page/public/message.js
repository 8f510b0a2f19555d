import { blocks } from './blocks.js';
import { actOrTell, h } from './dom.js';
import { mrkdwn } from './mrkdwn.js';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** One message, with its thread's footer when it has replies. */
export function message(one, { users, replies, openThread }) {
  const user = users[one.user] ?? { name: one.user, realName: one.user, bot: false };
  const at = new Date(Number(one.ts) * 1000);
  const context = {
    users,
    press: (element, block, value) =>
      actOrTell({
        do: 'click',
        channel: one.channel,
        ts: one.ts,
        action: element.action_id,
        block: block.block_id,
        ...((value ?? element.value) ? { value: value ?? element.value } : {}),
      }),
  };
  const body = one.blocks.length > 0 ? blocks(one.blocks, context) : [h('div.text', {}, ...mrkdwn(one.text, users))];
  return h(
    `article.message${one.onlyFor ? '.whisper' : ''}`,
    { 'data-ts': one.ts, 'aria-label': `${user.realName}` },
    h(
      'div.avatar',
      {
        'aria-hidden': 'true',
        class: `avatar ${user.bot ? 'bot' : `p${[...one.user].reduce((n, c) => n + c.charCodeAt(0), 0) % 4}`}`,
      },
      user.bot ? '⛏' : user.realName.slice(0, 1),
    ),
    h(
      'div.content',
      {},
      h(
        'div.who',
        {},
        h('strong', {}, user.realName),
        user.bot && h('span.app', {}, 'APP'),
        h('time', { datetime: at.toISOString() }, clock.format(at)),
        one.edited && h('small', {}, '(edited)'),
      ),
      one.onlyFor && h('div.only', {}, '👁 Only visible to you'),
      body,
      one.files.map(file),
      replies > 0 &&
        h(
          'button.plain.replies',
          { type: 'button', onclick: () => openThread(one.ts) },
          `🧵 ${replies} ${replies === 1 ? 'reply' : 'replies'}`,
        ),
    ),
  );
}

function file(one) {
  if (one.type.startsWith('image/'))
    return h(
      'figure',
      {},
      h('figcaption', {}, one.title),
      h('img', { src: `/files/${encodeURIComponent(one.id)}`, alt: one.alt || one.title, loading: 'lazy' }),
    );
  return h('details.file', {}, h('summary', {}, `📄 ${one.title}`), h('pre', { tabindex: '0' }, one.text));
}
