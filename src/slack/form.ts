import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { Field, Form } from '../core/channels.ts';
import { clip, escapeMrkdwn, oneLine, stripControls } from '../core/escape.ts';
import { code, sections } from './blocks.ts';
import {
  INPUT_HINT,
  INPUT_LABEL,
  INPUT_LENGTH,
  MODAL_BLOCKS,
  MODAL_BUTTON,
  MODAL_TITLE,
  OPTION_TEXT,
  OPTION_VALUE,
  OPTIONS,
  PRIVATE_METADATA,
} from './limits.ts';
import type { Clean } from './render.ts';

/** The one action id inside every input: a field is found by its block's id. */
const INPUT = 'input';

/** A modal. Its lines are plain words: what stands in them is escaped. Throws when `meta` would have to be cut: half a context is none. */
export function renderForm(form: Form, clean: Clean, command: Clean): ModalView {
  if (form.meta.length > PRIVATE_METADATA) throw new Error(`form ${form.name}: meta is longer than ${PRIVATE_METADATA} characters`);
  const head = [
    ...sections(form.lines.map((line) => escapeMrkdwn(oneLine(clean(stripControls(line)))))),
    ...(form.code === undefined ? [] : code(command(stripControls(form.code)))),
  ];
  const blocks = [...head.slice(0, MODAL_BLOCKS - form.fields.length), ...form.fields.map((field) => input(field, clean))];
  return {
    type: 'modal',
    callback_id: form.name,
    private_metadata: clean(form.meta),
    title: plain(form.title, MODAL_TITLE),
    close: plain(form.submit === undefined ? 'Close' : 'Cancel', MODAL_BUTTON),
    ...(form.submit === undefined ? {} : { submit: plain(form.submit, MODAL_BUTTON) }),
    blocks: blocks.length > 0 ? blocks : sections(['Nothing to show.']).slice(),
  };
}

function plain(text: string, max: number): { type: 'plain_text'; text: string; emoji: boolean } {
  return { type: 'plain_text', text: clip(oneLine(text), max) || '…', emoji: false };
}

function input(field: Field, clean: Clean): InputBlock {
  return {
    type: 'input',
    block_id: field.name,
    label: plain(field.label, INPUT_LABEL),
    optional: field.optional ?? false,
    ...(field.hint === undefined ? {} : { hint: plain(field.hint, INPUT_HINT) }),
    element: element(field, clean),
  };
}

function element(field: Field, clean: Clean): InputBlock['element'] {
  if (field.kind === 'choice') return choice(field, clean);
  const max = Math.min(field.max ?? INPUT_LENGTH, INPUT_LENGTH);
  return {
    type: 'plain_text_input',
    action_id: INPUT,
    multiline: field.kind === 'long',
    max_length: max,
    ...(field.value === undefined ? {} : { initial_value: clip(clean(field.value), max) }),
  };
}

function choice(field: Field, clean: Clean): InputBlock['element'] {
  const options = (field.options ?? [])
    .slice(0, OPTIONS)
    .map((o) => ({ text: plain(clean(stripControls(o.text)), OPTION_TEXT), value: o.value.slice(0, OPTION_VALUE) }));
  const initial = options.find((o) => o.value === field.value);
  return { type: 'static_select', action_id: INPUT, options, ...(initial === undefined ? {} : { initial_option: initial }) };
}

/** Field name → what was put in, from a submission's `state.values`. */
export function valuesOf(state: unknown): Readonly<Record<string, string>> {
  if (!isRecord(state)) return {};
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, block]) => {
      const given = isRecord(block) ? block[INPUT] : undefined;
      const value = isRecord(given) ? chosen(given) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function chosen(given: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof given.value === 'string') return given.value;
  const option = given.selected_option;
  return isRecord(option) && typeof option.value === 'string' ? option.value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A modal that only says something. */
export function saying(title: string, text: string, clean: Clean): ModalView {
  const blocks: KnownBlock[] = sections(clean(stripControls(text)).split('\n')).slice(0, 10);
  return { type: 'modal', title: plain(title, MODAL_TITLE), close: plain('Close', MODAL_BUTTON), blocks };
}
