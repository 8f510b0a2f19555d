import type { ActionsBlock, KnownBlock, RichTextBlock, SectionBlock } from '@slack/types';
import type { Button } from '../core/channels.ts';
import { clip, oneLine, stripControls } from '../core/escape.ts';
import { ACTION_ELEMENTS, BUTTON_TEXT, BUTTON_VALUE, SECTION_TEXT } from './limits.ts';

/** `verbatim`: nothing in outside text becomes a link or a ping by itself. `expand`: Slack folds nothing away. */
export function section(mrkdwn: string): SectionBlock {
  return { type: 'section', expand: true, text: { type: 'mrkdwn', text: mrkdwn, verbatim: true } };
}

/** Lines gathered to as few sections as Slack's limit allows. A line is never torn; one that is too long is cut. */
export function sections(lines: readonly string[]): readonly SectionBlock[] {
  return chunks(lines, SECTION_TEXT).map(section);
}

/** Lines gathered to texts of at most `max`. Empty lines at the seams fall away: Slack refuses an empty text. */
export function chunks(lines: readonly string[], max: number): readonly string[] {
  const out: string[] = [];
  let held: string | undefined;
  for (const line of lines.map((l) => clip(l, max))) {
    if (held !== undefined && held.length + 1 + line.length <= max) held = `${held}\n${line}`;
    else {
      if (held !== undefined) out.push(held);
      held = line;
    }
  }
  if (held !== undefined) out.push(held);
  return out.filter((text) => text.trim() !== '');
}

/** Preformatted: Slack parses nothing in it. */
export function code(text: string): readonly RichTextBlock[] {
  return chunks(text.split('\n'), SECTION_TEXT).map((part) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: part }] }],
  }));
}

/** An action id may stand once in a block: a second button of one action gets a number, which `actionOf` takes off again. */
export function buttons(all: readonly Button[]): readonly KnownBlock[] {
  const rows: ActionsBlock[] = [];
  for (let i = 0; i < all.length; i += ACTION_ELEMENTS) rows.push(row(all.slice(i, i + ACTION_ELEMENTS)));
  return rows;
}

function row(all: readonly Button[]): ActionsBlock {
  const seen = new Map<string, number>();
  return {
    type: 'actions',
    elements: all.map((button) => {
      const times = (seen.get(button.action) ?? 0) + 1;
      seen.set(button.action, times);
      return {
        type: 'button',
        action_id: times === 1 ? button.action : `${button.action}#${times}`,
        text: { type: 'plain_text', text: clip(oneLine(stripControls(button.text)), BUTTON_TEXT) || '…', emoji: false },
        value: button.value.slice(0, BUTTON_VALUE),
        ...(button.style === undefined ? {} : { style: button.style }),
      };
    }),
  };
}

/** The action behind an action id. */
export function actionOf(actionId: string): string {
  return actionId.split('#')[0] ?? actionId;
}
