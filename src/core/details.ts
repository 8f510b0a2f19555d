/** What is too long for the card, ready to paste: logs, plans, commands. */
import { allOf } from './brief/facts.ts';
import { causeOf, mitigated } from './brief/phase.ts';
import type { Line } from './brief.ts';
import { toneOf } from './bundle.ts';
import { copyText } from './copies.ts';
import { oneLine } from './escape.ts';
import type { QueryGroup, Workload } from './evidence.ts';
import type { Incident } from './incident.ts';
import { redact } from './redact.ts';
import { tableText } from './terminal.ts';
import { count, line } from './words.ts';

/** Preformatted text with a line above it. `key` tells one from another. */
export interface Detail {
  key: string;
  about: Line;
  code: string;
}

const LOG_LINES = 40;
const LINE_MAX = 400;

/** The end of the log of what failed. */
export function logs(incident: Incident): readonly Detail[] {
  return allOf(incident.evidence, 'workload')
    .filter((work) => toneOf(work) === 'bad' && (work.log?.length ?? 0) > 0)
    .slice(0, 3)
    .map(logOf);
}

function logOf(work: Workload): Detail {
  // What is there to paste is shown as it is, so what others wrote is redacted here: as a whole, for a statement may span lines.
  const lines = redact((work.log ?? []).slice(-LOG_LINES).join('\n'))
    .split('\n')
    .map((text) => text.slice(0, LINE_MAX));
  const container = work.container === undefined ? '' : `, container ${work.container}`;
  return {
    key: `log:${work.name}`,
    about: line`Log of ${work.name}${container}, last ${count(lines.length)} lines`,
    code: lines.join('\n'),
  };
}

/** What the stuck threads run, and how the server would do it. */
export function plans(incident: Incident): readonly Detail[] {
  return allOf(incident.evidence, 'query-group')
    .filter((group) => toneOf(group) === 'bad')
    .slice(0, 2)
    .map(planOf);
}

function planOf(group: QueryGroup): Detail {
  const rows = (group.plan ?? []).map((row) => [row.table, row.type, row.key ?? 'no key', count(row.rows), row.extra]);
  const plan = rows.length === 0 ? '' : `\n\n${tableText([['table', 'type', 'key', 'rows', 'extra'], ...rows])}`;
  return {
    key: `statement:${group.fingerprint.slice(0, 80)}`,
    about: line`The statement that ${count(group.threads)} threads run${plan === '' ? '' : ', and its plan'}`,
    code: `${group.fingerprint}${plan}`,
  };
}

/** While a fix is on its way another remedy's commands would only tempt. */
export function commands(incident: Incident): Detail | undefined {
  const cause = causeOf(incident);
  const copy = copyText(incident, 'commands');
  if (!cause || !copy || mitigated(incident)) return undefined;
  return { key: `commands:${cause.rule}:${shapeOf(copy.code)}`, about: [`Commands for: ${oneLine(cause.cause)}`], code: copy.code };
}

/** Tells better commands of the same cause from the same ones with newer numbers: only the first are news. */
function shapeOf(commands: string): string {
  let hash = 0;
  for (const letter of commands.replace(/\d+/g, '')) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 4_294_967_291;
  return hash.toString(36);
}
