import type { Message } from './channels.ts';
import type { Verification } from './check.ts';
import { escapeMrkdwn, oneLine } from './escape.ts';

/** Named at most; the rest is counted. */
const SHOWN = 5;

/** What a check-up found that somebody must repair before the bot is needed; undefined when nothing is. What was never set up is no news. */
export function checkUpMessage(lines: readonly Verification[], key: string): Message | undefined {
  const wrong = lines.filter((line) => !line.ok && (line.required || line.renew !== undefined));
  if (wrong.length === 0) return undefined;
  const more = wrong.length - SHOWN;
  return {
    key,
    text: [
      '🟡 The weekly check-up of the incident bot: in an incident it would miss this. `/incident doctor` says how to repair it.',
      ...wrong.slice(0, SHOWN).map((line) => `• ${escapeMrkdwn(oneLine(`${line.what}: ${line.says}`))}`),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('\n'),
  };
}
