import type { KnownBlock } from '@slack/types';
import { clip, escapeMrkdwn } from '../core/escape.ts';
import { tableText } from '../core/terminal.ts';
import { chunks, code, section } from './blocks.ts';
import {
  ACTION_ELEMENTS,
  BUTTON_TEXT,
  BUTTON_VALUE,
  HEADER_TEXT,
  MESSAGE_BLOCKS,
  MESSAGE_CHARACTERS,
  MESSAGE_TEXT,
  SECTION_TEXT,
  TABLE_CELLS,
  TABLE_CHARACTERS,
  TABLE_ROWS,
} from './limits.ts';
import type { Rendered } from './render.ts';

/** Called in the one place that sends. Over a limit: the same words, plainer. A message is shortened before it is lost. */
export function withinLimits(message: Rendered): Rendered {
  if (overLimits(message).length === 0) return message;
  const simple = plainer(message);
  return overLimits(simple).length === 0 ? simple : { text: clip(message.text, MESSAGE_TEXT).trim() || '…', blocks: [] };
}

/** Which limits a message breaks, in words; empty when Slack will take it. */
export function overLimits({ text, blocks }: Rendered): readonly string[] {
  const total = blocks.reduce((sum, block) => sum + lengthOf(block), 0);
  return [
    ...(text.length > MESSAGE_TEXT ? [`text of ${text.length}`] : []),
    ...(text.trim() === '' ? ['empty text'] : []),
    ...(blocks.length > MESSAGE_BLOCKS ? [`${blocks.length} blocks`] : []),
    ...(total > MESSAGE_CHARACTERS ? [`${total} characters in blocks`] : []),
    ...(blocks.filter((b) => b.type === 'table').length > 1 ? ['two tables'] : []),
    ...blocks.flatMap(overBlock),
  ];
}

function overBlock(block: KnownBlock): readonly string[] {
  switch (block.type) {
    case 'header':
      return fits(block.text.text, HEADER_TEXT, 'header');
    case 'section':
      return fits(block.text?.text ?? '', SECTION_TEXT, 'section');
    case 'context':
      return block.elements.flatMap((e) => ('text' in e ? fits(e.text, SECTION_TEXT, 'context') : []));
    case 'actions':
      return [
        ...(block.elements.length > ACTION_ELEMENTS || block.elements.length === 0 ? ['actions'] : []),
        ...block.elements.flatMap((e) =>
          e.type === 'button'
            ? [...fits(e.text.text, BUTTON_TEXT, 'button'), ...((e.value ?? '').length > BUTTON_VALUE ? ['value'] : [])]
            : [],
        ),
      ];
    case 'table':
      return block.rows.length > TABLE_ROWS || block.rows.some((r) => r.length > TABLE_CELLS) || lengthOf(block) > TABLE_CHARACTERS
        ? ['table']
        : [];
    default:
      return [];
  }
}

function fits(text: string, max: number, what: string): readonly string[] {
  return text.trim() === '' || text.length > max ? [`${what} of ${text.length}`] : [];
}

/** All text of a block, whatever its kind: the strings under `text`. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === 'text' && typeof inner === 'string' ? [inner] : textsOf(inner)));
}

function lengthOf(block: KnownBlock): number {
  return textsOf(block).reduce((sum, text) => sum + text.length, 0);
}

const ROOM = MESSAGE_CHARACTERS - 2000;
const CUT = '… (the rest is in the thread and in the review)';

/**
 * The same message with nothing but sections, code and its buttons: what a workspace that does not know a block, or that finds a
 * message too long, still shows. What passes the limit is cut at its end, and says so.
 */
export function plainer({ text, blocks }: Rendered): Rendered {
  const rows = blocks.filter((b) => b.type === 'actions').slice(0, 4);
  const words: KnownBlock[] = [];
  let left = ROOM;
  for (const block of blocks) {
    for (const plain of plainBlocks(block)) {
      if (left <= 0) continue;
      left -= lengthOf(plain);
      words.push(left > 0 && words.length < MESSAGE_BLOCKS - 6 ? plain : section(CUT));
      if (words.length >= MESSAGE_BLOCKS - 6) left = 0;
    }
  }
  return { text: clip(text, MESSAGE_TEXT).trim() || '…', blocks: [...words, ...rows] };
}

function plainBlocks(block: KnownBlock): readonly KnownBlock[] {
  switch (block.type) {
    case 'actions':
      return [];
    case 'table':
      return code(tableText(block.rows.map((row) => row.map((cell) => textsOf(cell).join(' ').slice(0, 80)))));
    case 'rich_text':
      return code(textsOf(block).join('\n'));
    case 'header':
      return [section(escapeMrkdwn(block.text.text))];
    case 'section':
    case 'context':
      return chunks(
        textsOf(block).flatMap((t) => t.split('\n')),
        SECTION_TEXT,
      ).map(section);
    default:
      return [];
  }
}
