import { cut } from '../cut.ts';
import { clip } from '../escape.ts';
import type { Incident } from '../incident.ts';
import { listed } from '../words.ts';
import { labelOf } from './checks.ts';
import { symptomsNow } from './now.ts';
import { causeOf, phaseOf, tooEarly } from './phase.ts';
import { actionName, stopped } from './remedy.ts';

/** A lock screen shows about this much. */
const TEXT_MAX = 240;

/** One plain line with the same facts: for the lock screen and for those who do not see the card. */
export function textOf(incident: Incident): string {
  const title = cut(incident.title, 80);
  // What is over has no numbers of now.
  const over = phaseOf(incident) === 'closed' || incident.recovery?.word === 'recovered';
  const now = over ? '' : symptomsNow(incident);
  return clip(`#${incident.number} ${title}: ${stand(incident)}${now === '' ? '' : ` ${now}`}`, TEXT_MAX);
}

function stand(incident: Incident): string {
  const cause = causeOf(incident);
  switch (phaseOf(incident)) {
    case 'looking':
      return 'looking.';
    case 'cause':
      return cause ? `${stopped(cut(cause.cause, 160))}${revertWord(incident)}` : 'cause seen.';
    case 'acting':
      return `${actionName(incident.actions.at(-1)?.kind ?? 'revert')} on its way.`;
    case 'recovery':
      return tooEarly(incident) ? 'the fix is live.' : `${incident.recovery?.word.replaceAll('-', ' ') ?? 'judging'}.`;
    case 'healthy':
      return 'nothing wrong in what I can see.';
    case 'closed':
      return 'resolved.';
    case 'inconclusive':
      return `no cause found.${blindWord(incident)}`;
  }
}

export function revertWord(incident: Incident): string {
  const words = {
    helps: ' A revert helps.',
    useless: ' Reverting will NOT help.',
    harmful: ' Reverting would HARM.',
    unknown: '',
  } as const;
  return words[incident.diagnosis?.revert ?? 'unknown'];
}

export function blindWord(incident: Incident): string {
  const blind = incident.evidence.filter((e) => e.outcome.status === 'blind').map((e) => labelOf(e.check));
  if (blind.length === 0) return '';
  return ` ${blind.length === 1 ? 'One check cannot see' : `${blind.length} checks cannot see`}: ${listed(blind)}.`;
}
