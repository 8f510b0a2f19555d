import { elementsOf } from './slack/block-limits.ts';
import type { Channel, Json, Message, Workspace } from './slack/workspace.ts';
import { BOT } from './slack/workspace.ts';

/** The incident's channel: the first that the bot made. */
export function incidentChannel(workspace: Workspace): Channel | undefined {
  return [...workspace.channels.values()].find((channel) => channel.creator === BOT.id);
}

/** The card: the bot's first message of the channel with a headline. */
export function cardOf(workspace: Workspace): Message | undefined {
  const channel = incidentChannel(workspace);
  return workspace.messages.find(
    (m) => m.channel === channel?.id && m.user === BOT.id && !m.onlyFor && !m.threadTs && m.blocks.some((b) => b.type === 'header'),
  );
}

export interface CardButton {
  action: string;
  block: string;
  value: string | undefined;
  primary: boolean;
}

/** A second button of one action carries a number after `#`. */
export function buttonsOf(message: Message): readonly CardButton[] {
  return message.blocks.flatMap((block) =>
    elementsOf(block).flatMap((element) =>
      element.type === 'button' && typeof element.action_id === 'string'
        ? [
            {
              action: element.action_id,
              block: String(block.block_id ?? ''),
              value: typeof element.value === 'string' ? element.value : undefined,
              primary: element.style === 'primary',
            },
          ]
        : [],
    ),
  );
}

/** All words of a message's blocks, as they are read: no markup, one space between. */
export function wordsOf(message: Pick<Message, 'blocks' | 'text'>): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(one);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) {
        if (key === 'text' && typeof one === 'string') found.push(one);
        else walk(one);
      }
  };
  walk(message.blocks satisfies readonly Json[]);
  return plainWords(found.length > 0 ? found.join(' ') : message.text);
}

export function plainWords(text: string): string {
  return text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<([^|<>]*\|)?([^<>]*)>/g, '$2')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[*_`~\u200b\u2060]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
