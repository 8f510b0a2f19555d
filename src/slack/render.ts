import type { ContextBlock, KnownBlock, TableBlock } from '@slack/types';
import type { Brief, Section } from '../core/brief.ts';
import type { Message } from '../core/channels.ts';
import { clip, oneLine, stripControls } from '../core/escape.ts';
import { mrkdwn } from '../core/mrkdwn.ts';
import { buttons, chunks, code, sections } from './blocks.ts';
import { HEADER_TEXT, MESSAGE_TEXT, SECTION_TEXT } from './limits.ts';

/** What Slack is given. `text` carries the same facts for the lock screen and for screen readers. */
export interface Rendered {
  text: string;
  blocks: KnownBlock[];
}

/** Hides secrets; the last thing that happens to outside text before it leaves. */
export type Clean = (text: string) => string;

/** The card. Pure: the same brief gives the same blocks. */
export function renderBrief(brief: Brief, clean: Clean): Rendered {
  const header: KnownBlock = {
    type: 'header',
    text: { type: 'plain_text', text: clip(plainText(brief.title, clean), HEADER_TEXT) || '…', emoji: false },
  };
  return {
    text: clip(mrkdwn([brief.text], clean), MESSAGE_TEXT),
    blocks: [header, ...brief.sections.flatMap((part) => sectionBlocks(part, clean))],
  };
}

function sectionBlocks(part: Section, clean: Clean): readonly KnownBlock[] {
  switch (part.kind) {
    case 'lines':
      return sections(part.lines.map((line) => mrkdwn(line, clean)));
    case 'small':
      return chunks(
        part.lines.map((line) => mrkdwn(line, clean)),
        SECTION_TEXT,
      ).map(context);
    case 'table':
      return [table([part.head, ...part.rows].map((row) => row.map((cell) => plainText(cell, clean))))];
    case 'buttons':
      return buttons(part.buttons.map((button) => ({ ...button, text: plainText(button.text, clean), value: clean(button.value) })));
  }
}

function context(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}

/** Slack refuses an empty cell. */
function table(rows: readonly (readonly string[])[]): TableBlock {
  const columns = rows[0]?.length ?? 0;
  return {
    type: 'table',
    column_settings: Array.from({ length: columns }, (_, i) => ({ align: i === 0 ? 'left' : 'right' })),
    rows: rows.map((row) => row.map((text) => ({ type: 'raw_text', text: text || ' ' }))),
  };
}

/** A message of ours: its text is mrkdwn already, its code is not parsed, and was redacted where it came from outside. */
export function renderMessage(message: Message, clean: Clean, command: Clean): Rendered {
  const text = clean(stripControls(message.text));
  const lines = text.split('\n');
  const plain = message.code === undefined && message.buttons === undefined && text.length <= SECTION_TEXT;
  return {
    text: clip(text, MESSAGE_TEXT),
    blocks: plain
      ? []
      : [
          ...sections(lines),
          ...code(command(stripControls(message.code ?? ''))),
          ...buttons((message.buttons ?? []).map((button) => ({ ...button, text: clean(button.text), value: clean(button.value) }))),
        ],
  };
}

function plainText(text: string, clean: Clean): string {
  return oneLine(clean(stripControls(text)));
}
