import { cardOf, incidentChannel, wordsOf } from './card.ts';
import { shownMessage } from './slack/methods/shown.ts';
import { BOT, type Workspace } from './slack/workspace.ts';

/** Marks of an answered check on the card. */
const FACT = /[🔴🟢🔵⚫]/u;
const FIRST_MINUTES_MS = 5 * 60_000;

/** What was seen in the channel, and when, in real milliseconds since the declaration. */
export interface Recording {
  declared: () => void;
  acknowledged: () => void;
  /** `causes`: the words of the named cause, as they were judged over time; the first appearance of any on the card counts. */
  timings: (causes: readonly string[]) => Readonly<Record<'acknowledgedMs' | 'channelMs' | 'firstFactMs' | 'causeMs', number | null>>;
  /** The bot's messages beside the threads in the first five story minutes. */
  topLevelMessages: () => number;
  channel: () => readonly object[];
}

export function record(workspace: Workspace): Recording {
  let declaredAt: number | undefined;
  let openedAt = 0;
  let acknowledgedMs: number | null = null;
  let channelMs: number | null = null;
  const cards: { atMs: number; words: string }[] = [];
  const since = () => Math.round(performance.now() - (declaredAt ?? performance.now()));

  workspace.onChange(() => {
    if (declaredAt === undefined) return;
    if (channelMs === null && incidentChannel(workspace)) channelMs = since();
    const card = cardOf(workspace);
    const words = card ? wordsOf(card) : '';
    if (card && words !== cards.at(-1)?.words) cards.push({ atMs: since(), words });
  });
  const inChannel = () => workspace.messages.filter((m) => m.channel === incidentChannel(workspace)?.id && !m.onlyFor);

  return {
    declared() {
      declaredAt = performance.now();
      openedAt = workspace.time();
    },
    acknowledged() {
      acknowledgedMs = since();
    },
    timings: (causes) => ({
      acknowledgedMs,
      channelMs,
      firstFactMs: cards.find((card) => FACT.test(card.words))?.atMs ?? null,
      causeMs: cards.find((card) => causes.some((cause) => card.words.includes(cause)))?.atMs ?? null,
    }),
    topLevelMessages: () =>
      inChannel().filter(
        (m) => m.user === BOT.id && (!m.threadTs || m.threadTs === m.ts) && Number(m.ts) * 1000 < openedAt + FIRST_MINUTES_MS,
      ).length,
    channel: () => inChannel().map((message) => shownMessage(workspace, message, true)),
  };
}
