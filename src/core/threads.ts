/** Details for the thread under the card: each once, the card stays short. */
import { labelOf } from './brief/checks.ts';
import { allOf, findingsOf, stuckThreads } from './brief/facts.ts';
import { THREAD_FIX_MIN } from './brief/inconclusive.ts';
import { causeOf, mitigated } from './brief/phase.ts';
import { toneOf } from './bundle.ts';
import type { Message } from './channels.ts';
import { copyText } from './copies.ts';
import { oneLine } from './escape.ts';
import type { QueryGroup, Workload } from './evidence.ts';
import type { Incident } from './incident.ts';
import { mrkdwn } from './mrkdwn.ts';
import { news } from './news.ts';
import { tableText } from './terminal.ts';
import { count, line, time } from './words.ts';

const LOG_LINES = 40;
const LINE_MAX = 400;
/** Fewer stuck statements than this are no pile-up worth a list. */
const PILE = 5;

/** What is due for the thread and not posted yet. */
export function threads(incident: Incident): readonly Message[] {
  const all = [...logs(incident), ...plans(incident), killList(incident), commands(incident), ...fixes(incident), ...news(incident)];
  return all.filter((message) => message !== undefined).filter((message) => incident.posted[message.key] === undefined);
}

function logs(incident: Incident): readonly Message[] {
  return allOf(incident.evidence, 'workload')
    .filter((work) => toneOf(work) === 'bad' && (work.log?.length ?? 0) > 0)
    .slice(0, 3)
    .map(logOf);
}

function logOf(work: Workload): Message {
  const lines = (work.log ?? []).slice(-LOG_LINES).map((text) => text.slice(0, LINE_MAX));
  const container = work.container === undefined ? '' : `, container ${work.container}`;
  return {
    key: `log:${work.name}`,
    text: mrkdwn(line`Log of ${work.name}${container}, last ${count(lines.length)} lines`),
    code: lines.join('\n'),
  };
}

function plans(incident: Incident): readonly Message[] {
  return allOf(incident.evidence, 'query-group')
    .filter((group) => toneOf(group) === 'bad')
    .slice(0, 2)
    .map(planOf);
}

function planOf(group: QueryGroup): Message {
  const rows = (group.plan ?? []).map((row) => [row.table, row.type, row.key ?? 'no key', count(row.rows), row.extra]);
  const plan = rows.length === 0 ? '' : `\n\n${tableText([['table', 'type', 'key', 'rows', 'extra'], ...rows])}`;
  return {
    key: `statement:${group.fingerprint.slice(0, 80)}`,
    text: mrkdwn(line`The statement that ${count(group.threads)} threads run${plan === '' ? '' : ', and its plan'}`),
    code: `${group.fingerprint}${plan}`,
  };
}

function killList(incident: Incident): Message | undefined {
  const stuck = stuckThreads(incident);
  const list = copyText(incident, 'kill-list');
  const evidence = incident.evidence.find((e) => findingsOf(e).some((f) => f.kind === 'query-group'));
  if (!list || !evidence || stuck.length < PILE) return undefined;
  const text = line`KILL list (${stuck.length}) as of ${time(evidence.at)}; for a fresh one press Copy KILL list. On RDS: CALL mysql.rds_kill(id).`;
  return { key: 'kill-list', text: mrkdwn(text), code: list.code.replaceAll('\n', ' ') };
}

/** While a fix is on its way another remedy's commands would only tempt. */
function commands(incident: Incident): Message | undefined {
  const cause = causeOf(incident);
  const copy = copyText(incident, 'commands');
  if (!cause || !copy || mitigated(incident)) return undefined;
  return { key: `commands:${cause.rule}:${shapeOf(copy.code)}`, text: mrkdwn([`Commands for: ${oneLine(cause.cause)}`]), code: copy.code };
}

/** Tells better commands of the same cause from the same ones with newer numbers: only the first are news. */
function shapeOf(commands: string): string {
  let hash = 0;
  for (const letter of commands.replace(/\d+/g, '')) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 4_294_967_291;
  return hash.toString(36);
}

/** Fixes too long for the card. */
function fixes(incident: Incident): readonly Message[] {
  return incident.evidence.flatMap((evidence) => {
    const { outcome } = evidence;
    if (outcome.status !== 'blind' || oneLine(outcome.fix).length <= THREAD_FIX_MIN) return [];
    return [{ key: `fix:${evidence.check}`, text: mrkdwn([`So that I can see ${labelOf(evidence.check)}:`]), code: outcome.fix }];
  });
}
