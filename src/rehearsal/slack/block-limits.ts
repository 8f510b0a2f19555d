import { z } from 'zod';
import { messageBlock, modal, modalBlock, shared } from './block-shapes.ts';
import { SlackRefusal } from './refusal.ts';
import type { Json } from './workspace.ts';

/**
 * Block Kit as Slack accepts it: fields it does not know and texts beyond its limits are refused.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
const MESSAGE_BLOCKS = 50;
/** Undocumented; `msg_blocks_too_long` was seen from about here on. https://github.com/slackapi/bolt-js/issues/2509 */
const MESSAGE_CHARACTERS = 13_200;

const blockList = z.array(z.record(z.string(), z.unknown()));

/** The blocks of a message. Throws the refusal that Slack would send. */
export function checkMessageBlocks(text: string | undefined): readonly Json[] {
  if (text === undefined || text === '') return [];
  const blocks = blockList.safeParse(json(text, 'invalid_blocks_format'));
  if (!blocks.success) throw new SlackRefusal('invalid_blocks_format');
  if (blocks.data.length > MESSAGE_BLOCKS) refuse(`no more than ${MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]`);
  blocks.data.forEach((block, n) => {
    check(messageBlock, block, n);
  });
  checkIds(blocks.data);
  if (blocks.data.filter((block) => block.type === 'table').length > 1)
    throw new SlackRefusal('invalid_attachments', { response_metadata: { messages: ['[ERROR] only_one_table_allowed'] } });
  if (characters(blocks.data) > MESSAGE_CHARACTERS) throw new SlackRefusal('msg_blocks_too_long');
  return blocks.data;
}

/** A modal's view. */
export function checkView(text: string | undefined): Json {
  if (!text) throw new SlackRefusal('invalid_arguments', { response_metadata: { messages: ['[ERROR] missing required field: view'] } });
  const given = z.record(z.string(), z.unknown()).safeParse(json(text, 'invalid_arguments'));
  if (!given.success) throw new SlackRefusal('invalid_arguments');
  if (text.length > 250_000) throw new SlackRefusal('view_too_large');
  const shape = modal.safeParse(given.data);
  if (!shape.success) refuse(said(shape.error, '/view'), 'invalid_arguments');
  else {
    const blocks = blockList.parse(shape.data.blocks);
    blocks.forEach((block, n) => {
      check(modalBlock, block, n, 'invalid_arguments');
    });
    checkIds(blocks);
    if (blocks.some((b) => b.type === 'input') && !shape.data.submit)
      refuse('missing required field: submit [json-pointer:/view]', 'invalid_arguments');
  }
  return given.data;
}

function json(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SlackRefusal(otherwise);
  }
}

function check(schema: z.ZodType, block: Json, n: number, word = 'invalid_blocks'): void {
  const read = schema.safeParse(block);
  if (read.success) return;
  // Of a union's complaints only those of the block's own type say anything.
  const own = shared.find((one) => (one as unknown as { shape: { type: { value: unknown } } }).shape.type.value === block.type);
  const better = own?.safeParse(block);
  refuse(said(better && !better.success ? better.error : read.error, `/blocks/${n}`), word);
}

function said(error: z.ZodError, pointer: string): string {
  const [issue] = error.issues;
  return `${issue?.message ?? 'invalid'} [json-pointer:${pointer}/${issue?.path.join('/') ?? ''}]`;
}

function refuse(message: string, word = 'invalid_blocks'): never {
  throw new SlackRefusal(word, { response_metadata: { messages: [`[ERROR] ${message}`] } });
}

function checkIds(blocks: readonly Json[]): void {
  const ids = blocks.flatMap((block) => (typeof block.block_id === 'string' ? [block.block_id] : []));
  if (new Set(ids).size < ids.length) refuse('`block_id` must be unique within the message [json-pointer:/blocks]');
  for (const block of blocks) {
    const actions = elementsOf(block).flatMap((element) => (typeof element.action_id === 'string' ? [element.action_id] : []));
    if (new Set(actions).size < actions.length) refuse('`action_id` must be unique within the block [json-pointer:/blocks]');
  }
}

/** The interactive elements of a block. */
export function elementsOf(block: Json): readonly Json[] {
  const several = Array.isArray(block.elements) ? block.elements : [];
  return [...several, block.accessory, block.element].filter((e): e is Json => typeof e === 'object' && e !== null && 'type' in e);
}

function characters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + characters(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' && typeof one === 'string' ? one.length : characters(one)),
    0,
  );
}
