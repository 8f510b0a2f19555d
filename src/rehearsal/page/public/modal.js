import { blocks } from './blocks.js';
import { actOrTell, h } from './dom.js';

let shown;

/** Keeps the page's one modal in step with what Slack has open for this person. */
export function modal(open, users) {
  const key = open ? `${open.id} ${open.hash}` : undefined;
  if (shown?.key === key) return;
  if (shown) {
    shown.key = undefined;
    shown.dialog.remove();
    shown = undefined;
  }
  if (!open) return;
  const dialog = build(open, users);
  shown = { key, dialog };
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('textarea, input, select, .buttons button:last-child')?.focus();
}

function build(open, users) {
  const { view } = open;
  const inputs = new Map();
  const errors = new Map();
  const dismiss = () => actOrTell({ do: 'dismiss', view: open.id });
  const submit = async (event) => {
    event.preventDefault();
    if (!view.submit) return dismiss();
    for (const box of errors.values()) box.textContent = '';
    form.classList.add('busy');
    const values = Object.fromEntries([...inputs].map(([id, read]) => [id, read()]).filter(([, value]) => value !== ''));
    const answer = await actOrTell({ do: 'submit', view: open.id, values });
    form.classList.remove('busy');
    for (const [id, text] of Object.entries(answer.errors ?? {})) if (errors.has(id)) errors.get(id).textContent = text;
  };
  const context = {
    users,
    press: (one, _, value) => actOrTell({ do: 'view-click', view: open.id, action: one.action_id, ...(value ? { value } : {}) }),
  };
  const body = view.blocks.map((block) => (block.type === 'input' ? field(block, inputs, errors) : blocks([block], context)[0]));
  const form = h(
    'form',
    { onsubmit: submit },
    h('header', {}, h('h2', {}, view.title.text), h('button.plain', { type: 'button', 'aria-label': 'Close', onclick: dismiss }, '✕')),
    h('div.body', {}, body),
    h(
      'div.buttons',
      {},
      h('button.kit', { type: 'button', onclick: dismiss }, view.close?.text ?? 'Cancel'),
      view.submit && h('button.kit.primary', { type: 'submit' }, view.submit.text),
    ),
  );
  const dialog = h(
    'dialog.modal',
    {
      'aria-label': view.title.text,
      oncancel: (event) => {
        event.preventDefault();
        dismiss();
      },
    },
    form,
  );
  return dialog;
}

function field(block, inputs, errors) {
  const one = block.element;
  const id = `f-${block.block_id}`;
  const required = !block.optional;
  const error = h('p.error', { role: 'alert' });
  errors.set(block.block_id, error);
  const control = controlOf(one, id, required);
  inputs.set(block.block_id, () => control.value);
  return h(
    'div.input',
    {},
    h('label', { for: id }, block.label.text, block.optional && h('small', {}, ' optional')),
    control,
    block.hint && h('p.hint', {}, block.hint.text),
    error,
  );
}

function controlOf(one, id, required) {
  if (one.type === 'plain_text_input') {
    const attributes = { id, required, maxlength: one.max_length, placeholder: one.placeholder?.text };
    const control = one.multiline ? h('textarea', { ...attributes, rows: '6' }) : h('input', { ...attributes, type: 'text' });
    control.value = one.initial_value ?? '';
    return control;
  }
  const first = one.initial_option?.value;
  return h(
    'select',
    { id, required },
    first === undefined && h('option', { value: '' }, one.placeholder?.text ?? 'Choose…'),
    (one.options ?? []).map((option) => h('option', { value: option.value, selected: option.value === first }, option.text.text)),
  );
}
