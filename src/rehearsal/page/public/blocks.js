import { h, link } from './dom.js';
import { textObject } from './mrkdwn.js';

/** Block Kit as the bot uses it. `press(element, block, value)` is told when something is pressed; `users` names mentions. */
export function blocks(list, context) {
  return list.map((block) => (RENDER[block.type] ?? unknown)(block, context)).filter(Boolean);
}

const RENDER = {
  header: (block, { users }) => h('h3.block-header', {}, ...textObject(block.text, users)),
  divider: () => h('hr'),
  section(block, context) {
    const fields = block.fields?.map((field) => h('div.field', {}, ...textObject(field, context.users)));
    return h(
      'div.section',
      {},
      h('div.section-text', {}, ...textObject(block.text, context.users), fields && h('div.fields', {}, fields)),
      block.accessory && element(block.accessory, block, context),
    );
  },
  context: (block, context) =>
    h(
      'div.context',
      {},
      block.elements.map((one) => (one.type === 'image' ? image(one) : h('div', {}, ...textObject(one, context.users)))),
    ),
  actions: (block, context) =>
    h(
      'div.actions',
      { role: 'group', 'aria-label': 'Actions' },
      block.elements.map((one) => element(one, block, context)),
    ),
  image: (block) => h('figure', {}, block.title && h('figcaption', {}, block.title.text), image(block)),
  rich_text: (block, context) =>
    h(
      'div.rich',
      {},
      block.elements.map((one) => rich(one, context)),
    ),
  markdown: (block) => h('div.section', {}, block.text),
  table(block) {
    const [head, ...rows] = block.rows;
    const align = (n) => block.column_settings?.[n]?.align ?? 'left';
    const cell = (tag) => (one, n) => h(tag, { class: align(n) }, cellText(one));
    return h(
      'div.table',
      { tabindex: '0', role: 'region', 'aria-label': 'Table' },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, head.map(cell('th')))),
        h(
          'tbody',
          {},
          rows.map((row) => h('tr', {}, row.map(cell('td')))),
        ),
      ),
    );
  },
};

function unknown(block) {
  return h('div.context', {}, `[${block.type}]`);
}

function cellText(cell) {
  if (cell.type === 'raw_text') return cell.text;
  if (cell.type === 'raw_number') return cell.text ?? String(cell.value);
  return cell.elements
    .flatMap((one) => one.elements ?? [])
    .map((one) => one.text ?? '')
    .join('');
}

function image(one) {
  const source = one.slack_file?.id ? `/files/${encodeURIComponent(one.slack_file.id)}` : '';
  return source ? h('img', { src: source, alt: one.alt_text, loading: 'lazy' }) : h('span.context', {}, `🖼 ${one.alt_text}`);
}

function rich(one, context) {
  if (one.type === 'rich_text_preformatted')
    return h(
      'pre',
      { tabindex: '0' },
      one.elements.map((piece) => richPiece(piece, context)),
    );
  if (one.type === 'rich_text_quote')
    return h(
      'blockquote',
      {},
      one.elements.map((piece) => richPiece(piece, context)),
    );
  if (one.type === 'rich_text_list')
    return h(
      one.style === 'ordered' ? 'ol' : 'ul',
      {},
      one.elements.map((item) =>
        h(
          'li',
          {},
          item.elements.map((piece) => richPiece(piece, context)),
        ),
      ),
    );
  return h(
    'div',
    {},
    one.elements.map((piece) => richPiece(piece, context)),
  );
}

function richPiece(piece, { users }) {
  const style = piece.style ?? {};
  const shown =
    piece.type === 'link'
      ? link(piece.url, piece.text ?? piece.url)
      : piece.type === 'user'
        ? h('span.mention', {}, `@${users[piece.user_id]?.name ?? piece.user_id}`)
        : piece.type === 'emoji'
          ? piece.unicode
            ? String.fromCodePoint(...piece.unicode.split('-').map((code) => Number.parseInt(code, 16)))
            : `:${piece.name}:`
          : (piece.text ?? '');
  return ['code', 'strike', 'italic', 'bold'].reduce(
    (inside, name) => (style[name] ? h({ code: 'code', strike: 's', italic: 'em', bold: 'strong' }[name], {}, inside) : inside),
    shown,
  );
}

function element(one, block, context) {
  if (one.type === 'button') return button(one, block, context);
  if (one.type === 'static_select' || one.type === 'overflow' || one.type === 'radio_buttons') return select(one, block, context);
  if (one.type === 'image') return image(one);
  return h('span.context', {}, `[${one.type}]`);
}

function button(one, block, context) {
  const press = async () => {
    if (one.confirm && !(await confirmed(one.confirm, context.users))) return;
    self.classList.add('busy');
    await context.press(one, block);
    self.classList.remove('busy');
  };
  const self = h(
    `button.kit${one.style ? `.${one.style}` : ''}`,
    { type: 'button', 'data-action': one.action_id, onclick: press },
    one.text.text,
  );
  return self;
}

function select(one, block, context) {
  const options = one.options.map((option) =>
    h('option', { value: option.value, selected: one.initial_option?.value === option.value }, option.text.text),
  );
  const blank = one.initial_option ? [] : [h('option', { value: '', selected: true }, one.placeholder?.text ?? 'Choose…')];
  return h(
    'select.kit',
    {
      'aria-label': one.placeholder?.text ?? one.action_id,
      onchange: (event) => event.target.value && context.press(one, block, event.target.value),
    },
    blank,
    options,
  );
}

/** Slack's own "are you sure". */
function confirmed(confirm, users) {
  return new Promise((resolve) => {
    const dialog = h(
      'dialog.confirm',
      { 'aria-label': confirm.title.text },
      h('h2', {}, confirm.title.text),
      h('p', {}, ...textObject(confirm.text, users)),
      h(
        'div.buttons',
        {},
        h('button.kit', { type: 'button', onclick: () => dialog.close('no') }, confirm.deny.text),
        h(
          `button.kit.${confirm.style === 'danger' ? 'danger' : 'primary'}`,
          { type: 'button', onclick: () => dialog.close('yes') },
          confirm.confirm.text,
        ),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
