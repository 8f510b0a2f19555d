/** What the Copy buttons open: Slack cannot copy, a modal shows the text ready to paste. */
import { stuckThreads } from './brief/facts.ts';
import { causeActedOn, causeOf } from './brief/phase.ts';
import type { Incident } from './incident.ts';
import { killLine, rdsLine } from './kill-targets.ts';

export interface Copy {
  title: string;
  lines: readonly string[];
  code: string;
}

/** `what` stands after the colon in the button's value: `revert`, `commands` or `kill-list`. Undefined when there is nothing of the kind any more. */
export function copyText(incident: Incident, what: string): Copy | undefined {
  switch (what) {
    case 'revert':
      return revertCommand(incident);
    case 'commands':
      return commands(incident);
    case 'kill-list':
      return killList(incident);
    default:
      return undefined;
  }
}

function revertCommand(incident: Incident): Copy | undefined {
  const previews = Object.values(incident.previews).filter((p) => p.request.kind === 'revert' && !p.request.choice?.undo);
  const newest = previews.toSorted((a, b) => b.at.localeCompare(a.at))[0]?.preview.command;
  const cause = causeOf(incident);
  const code = newest ?? (cause?.remedy.kind === 'revert' ? cause.remedy.commands.join('\n') : '');
  return code === '' ? undefined : { title: 'The revert, by hand', lines: ['Run it in a clean clone of the repository.'], code };
}

function commands(incident: Incident): Copy | undefined {
  const cause = causeOf(incident) ?? causeActedOn(incident);
  if (!cause || cause.remedy.commands.length === 0) return undefined;
  return { title: 'Commands', lines: cause.remedy.hazards, code: cause.remedy.commands.join('\n') };
}

function killList(incident: Incident): Copy | undefined {
  const threads = stuckThreads(incident);
  if (threads.length === 0) return undefined;
  return {
    title: `KILL list (${threads.length})`,
    lines: ['Threads as of the last look: check that they still run the same. On RDS use the line in the comment instead.'],
    code: threads.map((target) => `${killLine(target)} -- RDS: ${rdsLine(target)}`).join('\n'),
  };
}
