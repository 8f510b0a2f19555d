import type { Brief, Line, Section, Setup } from '../brief.ts';
import type { Incident } from '../incident.ts';
import { bold } from '../words.ts';
import { actionLines, lastRefusal } from './action.ts';
import { buttonRows } from './buttons.ts';
import { causeLines } from './cause.ts';
import { checkLines } from './checks.ts';
import { closedLines } from './closed.ts';
import { elsewhereLines } from './elsewhere.ts';
import { headLines, titleOf } from './head.ts';
import { blindLine, blindLines, blindOnes, inconclusiveLines, revertWords } from './inconclusive.ts';
import { causeOf, onItsWay, phaseOf } from './phase.ts';
import { quietLines } from './quiet.ts';
import { recoverySections } from './recovered.ts';
import { textOf } from './text.ts';

/** The card: what it shows is always a function of the folded journal and the time. */
export function brief(incident: Incident, now: string, setup: Setup): Brief {
  return {
    text: textOf(incident),
    title: titleOf(incident),
    sections: [
      lines(headLines(incident, now, setup)),
      ...sectionsOf(incident, setup).filter((s) => !('lines' in s) || s.lines.length > 0),
      ...buttonRows(incident, setup),
    ],
  };
}

function sectionsOf(incident: Incident, setup: Setup): readonly Section[] {
  const refusal = lines(lastRefusal(incident));
  const small: Section = { kind: 'small', lines: quietLines(incident, setup) };
  switch (phaseOf(incident)) {
    case 'looking':
      return [refusal, lines([...checksOrNone(incident, setup), ...blindOnes(incident).map(blindLine), ...notYet(incident)])];
    case 'cause': {
      const cause = causeOf(incident);
      return [refusal, lines(elsewhereLines(incident)), lines(cause ? causeLines(incident, cause) : []), small];
    }
    case 'acting': {
      const acted = onItsWay(incident);
      return [lines(acted ? actionLines(incident, acted, setup) : []), small];
    }
    case 'recovery':
      return [
        refusal,
        lines(elsewhereLines(incident)),
        ...(incident.recovery ? recoverySections(incident, incident.recovery, setup) : []),
        small,
      ];
    case 'inconclusive':
      return [
        refusal,
        lines(elsewhereLines(incident)),
        lines(inconclusiveLines(incident, setup)),
        { kind: 'small', lines: absentLine(incident, setup) },
      ];
    case 'healthy':
      return [refusal, lines(healthyLines(incident, setup))];
    case 'closed':
      return [lines(closedLines(incident))];
  }
}

function lines(all: readonly Line[]): Section {
  return { kind: 'lines', lines: all };
}

/** All that can see or are still asked; who cannot see is told beside, with what would mend it. */
function checksOrNone(incident: Incident, setup: Setup): readonly Line[] {
  const all = checkLines(incident, setup);
  if (all.some((c) => c.mark !== '⚪')) return all.filter((c) => c.mark !== '⚫').map((c) => c.line);
  return [
    [bold('No check is set up: I cannot look at anything.'), ' Put the settings of one into the environment; .env.example names them.'],
  ];
}

function notYet(incident: Incident): readonly Line[] {
  const look = incident.looks.at(-1);
  const open = (look?.asked.length ?? 0) - (look?.answered.length ?? 0);
  const waiting = open > 0 ? ` ${open} of ${look?.asked.length ?? 0} answers are still to come.` : '';
  return [[bold('Cause:'), ` not yet.${waiting}`]];
}

function healthyLines(incident: Incident, setup: Setup): readonly Line[] {
  return [
    [bold('Nothing is wrong in what I can see.'), ' That does not prove that nothing is wrong.'],
    ...checksOrNone(incident, setup),
    ...blindLines(incident),
    [bold('Still broken for you?'), ' Paste a log, or say what you know: I look again.'],
    ...revertWords(incident, setup),
  ];
}

function absentLine(incident: Incident, setup: Setup): readonly Line[] {
  const absent = checkLines(incident, setup).filter((c) => c.mark === '⚪');
  return absent.length === 0 ? [] : [[`⚪ not set up: ${absent.map((c) => c.label).join(', ')}`]];
}
