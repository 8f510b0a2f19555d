import { escapeMrkdwn, oneLine } from '../../core/escape.ts';
import { type Context, openIncidents } from './context.ts';

const LAST = 9;

/** What is open, and how often the last causes were right: "last 9: 6 right, 2 said unknown, 1 wrong". */
export async function scoreboard(context: Context): Promise<string> {
  const open = await openIncidents(context);
  const lines = open.map(
    (i) =>
      `#${i.number} ${escapeMrkdwn(oneLine(i.title))} · open since ${i.openedAt.slice(11, 16)} UTC ${i.place ? `<#${i.place.channel}>` : ''}`,
  );
  const all = await context.tools.journal.list('all', 50);
  const ended = (await Promise.all(all.filter((one) => !one.open).map(({ id }) => context.records.load(id)))).slice(0, LAST);
  const right = ended.filter((i) => i.causeConfirmed?.right).length;
  const wrong = ended.filter((i) => i.causeConfirmed?.right === false).length;
  const unknown = ended.filter((i) => i.diagnosis?.verdict !== 'cause').length;
  const score =
    ended.length === 0 ? 'No incident has ended yet.' : `last ${ended.length}: ${right} right, ${unknown} said unknown, ${wrong} wrong`;
  return [...(lines.length > 0 ? lines : ['Nothing is open.']), score].join('\n');
}
