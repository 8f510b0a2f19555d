/** Details for the thread under the card: each once, the card stays short. */
import { labelOf } from './brief/checks.ts';
import { findingsOf, stuckThreads } from './brief/facts.ts';
import { THREAD_FIX_MIN } from './brief/inconclusive.ts';
import type { Message } from './channels.ts';
import { commands, type Detail, logs, plans } from './details.ts';
import { oneLine } from './escape.ts';
import type { Incident } from './incident.ts';
import { killLine } from './kill-targets.ts';
import { mrkdwn } from './mrkdwn.ts';
import { news } from './news.ts';
import { line, time } from './words.ts';

/** Fewer stuck statements than this are no pile-up worth a list. */
const PILE = 5;

/** What is due for the thread and not posted yet. */
export function threads(incident: Incident): readonly Message[] {
  if (incident.resolved || incident.closed) return [];
  const all = [
    ...[...logs(incident), ...plans(incident)].map(posted),
    killList(incident),
    ...[commands(incident)].flatMap((detail) => (detail ? [posted(detail)] : [])),
    ...fixes(incident),
    ...news(incident),
  ];
  return all.filter((message) => message !== undefined).filter((message) => incident.posted[message.key] === undefined);
}

function posted({ key, about, code }: Detail): Message {
  return { key, text: mrkdwn(about), code };
}

function killList(incident: Incident): Message | undefined {
  const stuck = stuckThreads(incident);
  const evidence = incident.evidence.find((e) => findingsOf(e).some((f) => f.kind === 'query-group'));
  if (!evidence || stuck.length < PILE) return undefined;
  const rdsWord = stuck.every((target) => target.whole) ? 'rds_kill' : 'rds_kill_query';
  const text = line`KILL list (${stuck.length}) as of ${time(evidence.at)}; for a fresh one press Copy KILL list. On RDS: CALL mysql.${rdsWord}(id).`;
  return { key: 'kill-list', text: mrkdwn(text), code: stuck.map(killLine).join(' ') };
}

/** Fixes too long for the card. */
function fixes(incident: Incident): readonly Message[] {
  return incident.evidence.flatMap((evidence) => {
    const { outcome } = evidence;
    if (outcome.status !== 'blind' || oneLine(outcome.fix).length <= THREAD_FIX_MIN) return [];
    return [{ key: `fix:${evidence.check}`, text: mrkdwn([`So that I can see ${labelOf(evidence.check)}:`]), code: outcome.fix }];
  });
}
