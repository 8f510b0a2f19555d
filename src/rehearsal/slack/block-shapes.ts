import { z } from 'zod';

/** Block Kit's blocks and elements, each field with Slack's own limit. https://docs.slack.dev/reference/block-kit/blocks */
const MODAL_BLOCKS = 100;

const id = z.string().min(1).max(255).optional();
const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() });
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });
const anyText = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);

const confirm = z.strictObject({
  title: plain(100),
  text: anyText(300),
  confirm: plain(30),
  deny: plain(30),
  style: z.enum(['primary', 'danger']).optional(),
});
const button = z.strictObject({
  type: z.literal('button'),
  action_id: id,
  text: plain(75),
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});
const option = z.strictObject({ text: anyText(75), value: z.string().max(150), description: anyText(75).optional() });
const select = z.strictObject({
  type: z.literal('static_select'),
  action_id: id,
  options: z.array(option).min(1).max(100),
  initial_option: option.optional(),
  placeholder: plain(150).optional(),
  confirm: confirm.optional(),
  focus_on_load: z.boolean().optional(),
});
const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  action_id: id,
  initial_user: z.string().optional(),
  placeholder: plain(150).optional(),
});
const radio = z.strictObject({
  type: z.literal('radio_buttons'),
  action_id: id,
  options: z.array(option).min(1).max(10),
  initial_option: option.optional(),
});
const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  action_id: id,
  options: z.array(option).min(1).max(10),
  initial_options: z.array(option).optional(),
});
const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: id,
  options: z.array(option).min(1).max(5),
  confirm: confirm.optional(),
});
const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: id,
  multiline: z.boolean().optional(),
  initial_value: z.string().max(3000).optional(),
  placeholder: plain(150).optional(),
  min_length: z.number().int().min(0).max(3000).optional(),
  max_length: z.number().int().min(1).max(3000).optional(),
  focus_on_load: z.boolean().optional(),
});
const slackFile = z.strictObject({ id: z.string() }).or(z.strictObject({ url: z.string() }));
const imageElement = z.strictObject({
  type: z.literal('image'),
  alt_text: z.string().max(2000),
  image_url: z.url().max(3000).optional(),
  slack_file: slackFile.optional(),
});

const styled = z.strictObject({
  bold: z.boolean().optional(),
  italic: z.boolean().optional(),
  strike: z.boolean().optional(),
  code: z.boolean().optional(),
});
const richPiece = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style: styled.optional() }),
  z.strictObject({ type: z.literal('link'), url: z.string().min(1), text: z.string().optional(), style: styled.optional() }),
  z.strictObject({ type: z.literal('user'), user_id: z.string(), style: styled.optional() }),
  z.strictObject({ type: z.literal('channel'), channel_id: z.string(), style: styled.optional() }),
  z.strictObject({ type: z.literal('emoji'), name: z.string(), unicode: z.string().optional() }),
  z.strictObject({ type: z.literal('date'), timestamp: z.number(), format: z.string(), fallback: z.string().optional() }),
]);
const richSection = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(richPiece) });
const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: id,
  elements: z
    .array(
      z.discriminatedUnion('type', [
        richSection,
        z.strictObject({
          type: z.literal('rich_text_preformatted'),
          elements: z.array(richPiece),
          border: z.number().optional(),
          language: z.string().optional(),
        }),
        z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(richPiece), border: z.number().optional() }),
        z.strictObject({
          type: z.literal('rich_text_list'),
          style: z.enum(['bullet', 'ordered']),
          elements: z.array(richSection),
          indent: z.number().optional(),
          offset: z.number().optional(),
          border: z.number().optional(),
        }),
      ]),
    )
    .min(1),
});
const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().optional() }),
  richText,
]);

export const shared = [
  z.strictObject({ type: z.literal('header'), block_id: id, text: plain(150) }),
  z.strictObject({ type: z.literal('divider'), block_id: id }),
  z
    .strictObject({
      type: z.literal('section'),
      block_id: id,
      text: anyText(3000).optional(),
      fields: z.array(anyText(2000)).min(1).max(10).optional(),
      accessory: z.discriminatedUnion('type', [button, select, overflow, imageElement, usersSelect]).optional(),
      expand: z.boolean().optional(),
    })
    .refine((block) => block.text || block.fields, 'a section needs text or fields'),
  z.strictObject({
    type: z.literal('context'),
    block_id: id,
    elements: z
      .array(z.union([anyText(3000), imageElement]))
      .min(1)
      .max(10),
  }),
  z.strictObject({
    type: z.literal('actions'),
    block_id: id,
    elements: z
      .array(z.discriminatedUnion('type', [button, select, overflow, usersSelect, radio, checkboxes]))
      .min(1)
      .max(25),
  }),
  z
    .strictObject({
      type: z.literal('image'),
      block_id: id,
      alt_text: z.string().min(1).max(2000),
      title: plain(2000).optional(),
      image_url: z.url().max(3000).optional(),
      slack_file: slackFile.optional(),
    })
    .refine((block) => Boolean(block.image_url) !== Boolean(block.slack_file), 'an image needs image_url or slack_file, not both'),
  richText,
  z.strictObject({
    type: z.literal('input'),
    block_id: id,
    label: plain(2000),
    element: z.discriminatedUnion('type', [textInput, select, usersSelect, radio, checkboxes]),
    hint: plain(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
] as const;
export const messageBlock = z.union([
  ...shared,
  z.strictObject({ type: z.literal('markdown'), block_id: id, text: z.string().min(1).max(12_000) }),
  z.strictObject({
    type: z.literal('table'),
    block_id: id,
    column_settings: z
      .array(z.strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() }).nullable())
      .max(20)
      .optional(),
    rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  }),
]);
export const modalBlock = z.union([...shared]);

export const modal = z.strictObject({
  type: z.literal('modal'),
  title: plain(24),
  submit: plain(24).optional(),
  close: plain(24).optional(),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3000).optional(),
  external_id: z.string().max(255).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  blocks: z.array(z.unknown()).min(1).max(MODAL_BLOCKS),
});
