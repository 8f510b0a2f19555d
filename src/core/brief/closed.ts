import type { Line } from '../brief.ts';
import { cut } from '../cut.ts';
import { oneLine } from '../escape.ts';
import { type Incident, onsetOf } from '../incident.ts';
import { decisive } from '../review/review.ts';
import { bold, duration, join, line, secondsBetween, time, upperFirst, user } from '../words.ts';
import { paceWords } from './pace-words.ts';
import { causeActedOn } from './phase.ts';
import { stillToDo } from './recovered.ts';

/** What stays to be read later: how long, what it was, who ended it. */
export function closedLines(incident: Incident): readonly Line[] {
  const pace = paceWords(incident);
  return [...ended(incident), ...causeWords(incident), ...stillToDo(incident), ...(pace === '' ? [] : [[upperFirst(pace)]])];
}

function ended(incident: Incident): readonly Line[] {
  const { resolved, closed } = incident;
  const from = onsetOf(incident.history) ?? incident.openedAt;
  if (!resolved) return closed ? [line`Closed ${time(closed.at)}: ${oneLine(closed.why)}`] : [];
  const by = resolved.by === undefined ? '' : line` by ${user(resolved.by)}`;
  return [
    line`Resolved ${time(resolved.at)}${by} after ${duration(secondsBetween(from, resolved.at))}.`,
    ...(resolved.fixedBy === '' ? [] : [join([bold('Fixed by:'), ` ${cut(resolved.fixedBy, 200)}`])]),
    ...(resolved.note === '' ? [] : [join([bold('Note:'), ` ${cut(resolved.note, 300)}`])]),
  ];
}

function causeWords(incident: Incident): readonly Line[] {
  const said = incident.causeConfirmed;
  if (said && !said.right) return [line`${bold('Cause, as people found it:')} ${cut(said.cause, 200) || 'another one'}`];
  const judged = decisive(incident);
  const cause = judged?.verdict === 'cause' ? judged.hypotheses[0] : causeActedOn(incident);
  if (!cause) return [['No cause was named.']];
  return [line`${bold('Cause')}${said?.right ? ' (a person agreed)' : ' (nobody confirmed it)'}: ${oneLine(cause.cause)}`];
}
