import type { Section, Setup } from '../brief.ts';
import type { Button } from '../channels.ts';
import type { Hypothesis, RemedyKind } from '../diagnosis.ts';
import type { Incident } from '../incident.ts';
import { shortSha } from '../words.ts';
import { restartFirst } from './elsewhere.ts';
import { liveSha, stuckThreads } from './facts.ts';
import { alreadyDone, causeActedOn, causeOf, lastDone, onItsWay, phaseOf } from './phase.ts';

/** The value of a button is the incident's id, and after a colon what it is about: an id, never a command. */
function press(incident: Incident, action: string, text: string, about?: string, style?: Button['style']): Button {
  const value = about === undefined ? incident.id : `${incident.id}:${about}`;
  return { action, text, value, ...(style === undefined ? {} : { style }) };
}

/** First row: what is recommended now, the first one primary. Second row: what is always within reach. */
export function buttonRows(incident: Incident, setup: Setup): readonly Section[] {
  if (incident.closed) return [];
  const first = onePrimary(dedupe([...restartNow(incident, setup), ...firstRow(incident, setup)]));
  const taken = new Set(first.map((b) => b.action));
  const second = dedupe(always(incident)).filter((b) => !taken.has(b.action));
  return [first, second].filter((row) => row.length > 0).map((buttons) => ({ kind: 'buttons', buttons }));
}

/** A schema changed under running processes: that button comes before any other. */
function restartNow(incident: Incident, setup: Setup): readonly Button[] {
  return restartFirst(incident) && setup.actions.includes('restart') ? [press(incident, 'restart', 'Restart…', undefined, 'primary')] : [];
}

/** Two buttons that both shout are none. */
function onePrimary(buttons: readonly Button[]): readonly Button[] {
  const first = buttons.findIndex((b) => b.style === 'primary');
  return buttons.map(({ style, ...button }, i) =>
    style === undefined || (style === 'primary' && i > first) ? button : { ...button, style },
  );
}

function firstRow(incident: Incident, setup: Setup): readonly Button[] {
  switch (phaseOf(incident)) {
    case 'cause':
      return causeRow(incident, causeOf(incident), setup);
    case 'acting':
      return actingRow(incident, setup);
    case 'recovery':
      return incident.recovery?.word === 'recovered' ? recoveredRow(incident) : reopenedRow(incident, setup);
    case 'inconclusive':
    case 'healthy':
      return [
        press(incident, 'look', 'Look again'),
        press(incident, 'paste', 'Paste a log…'),
        revert(incident),
        press(incident, 'note', 'I know something'),
      ];
    case 'looking':
      return incident.lead === undefined ? [press(incident, 'lead', 'I lead')] : [];
    case 'closed':
      return [];
  }
}

const remedyButtons: Readonly<Partial<Record<RemedyKind, { action: string; text: string }>>> = {
  rollback: { action: 'rollback', text: 'Roll back pods…' },
  restart: { action: 'restart', text: 'Restart…' },
  'kill-queries': { action: 'kill-queries', text: 'Kill queries…' },
  flag: { action: 'flag', text: 'Switch off…' },
};

function causeRow(incident: Incident, cause: Hypothesis | undefined, setup: Setup): readonly Button[] {
  if (!cause) return [];
  if (alreadyDone(incident, cause)) return [...switchOn(incident), notTheCause(incident, cause)];
  return [...recommended(incident, cause, setup), ...beside(incident, cause, setup), ...switchOn(incident), notTheCause(incident, cause)];
}

function recommended(incident: Incident, cause: Hypothesis, setup: Setup): readonly Button[] {
  const { kind } = cause.remedy;
  if (kind === 'revert') {
    return [{ ...revert(incident, cause), style: 'primary' }, press(incident, 'copy', 'Copy command', 'revert')];
  }
  const own = remedyButtons[kind];
  const copy = cause.remedy.commands.length > 0 ? [press(incident, 'copy', 'Commands', 'commands')] : [];
  return own && setup.actions.includes(kind) ? [press(incident, own.action, own.text, undefined, 'primary'), ...copy] : copy;
}

/** The faster way beside a revert; a switch or a list of queries beside anything that takes long. */
function beside(incident: Incident, cause: Hypothesis, setup: Setup): readonly Button[] {
  const { kind } = cause.remedy;
  const goesBack = kind === 'revert' && setup.actions.includes('rollback');
  const slow: readonly RemedyKind[] = ['widen-column', 'fix-data', 'add-index', 'roll-forward', 'wait-for-provider'];
  const flag = slow.includes(kind) && setup.actions.includes('flag');
  return [
    ...(goesBack ? [press(incident, 'rollback', 'Roll back pods…')] : []),
    ...(flag ? [press(incident, 'flag', 'Switch off…')] : []),
    ...(kind === 'kill-queries' ? killList(incident) : []),
  ];
}

/** The way back of every feature that was switched off here. */
function switchOn(incident: Incident): readonly Button[] {
  const turns = new Map<string, string>();
  for (const { result } of incident.actions)
    if (result?.status === 'done' && result.switched) turns.set(result.switched.flag, result.switched.turn);
  const off = [...turns].flatMap(([flag, turn]) => (turn === 'off' ? [flag] : []));
  const words = restartFirst(incident) ? 'after the restart' : '';
  return off.map((flag) => press(incident, 'flag', `Switch on${off.length > 1 ? ` ${flag}` : ''}… ${words}`.trim(), `${flag}=on`));
}

function killList(incident: Incident): readonly Button[] {
  const stuck = stuckThreads(incident).length;
  return stuck === 0 ? [] : [press(incident, 'copy', `Copy KILL list (${stuck})`, 'kill-list')];
}

function notTheCause(incident: Incident, cause: Hypothesis): Button {
  return press(incident, 'not-the-cause', 'Not the cause', cause.rule);
}

function actingRow(incident: Incident, setup: Setup): readonly Button[] {
  const acted = onItsWay(incident);
  const done = acted?.result?.status === 'done';
  const undo = undoRevert(incident);
  const faster =
    acted?.kind === 'revert' && done && setup.actions.includes('rollback') ? [press(incident, 'rollback', 'Roll back pods…')] : [];
  return [
    ...faster,
    ...killList(incident),
    ...switchOn(incident),
    ...undo,
    press(incident, 'tell', 'Tell people'),
    press(incident, 'look', 'Look again'),
  ];
}

function recoveredRow(incident: Incident): readonly Button[] {
  const asked = incident.causeConfirmed === undefined && causeActedOn(incident) !== undefined;
  return [
    ...(asked ? [press(incident, 'cause-yes', 'Yes'), press(incident, 'cause-no', 'No, it was…')] : []),
    press(incident, 'resolve', 'Resolve…', undefined, 'primary'),
    ...switchOn(incident),
    press(incident, 'tell', 'Tell people'),
  ];
}

/** Names the commit that took the release back. */
function undoRevert(incident: Incident): readonly Button[] {
  const result = lastDone(incident)?.kind === 'revert' ? lastDone(incident)?.result : undefined;
  const commit = result?.status === 'done' ? result.commit : undefined;
  return commit === undefined ? [] : [press(incident, 'undo-revert', 'Undo the revert…', commit)];
}

function reopenedRow(incident: Incident, setup: Setup): readonly Button[] {
  const undo = undoRevert(incident);
  const on = switchOn(incident);
  const cause = causeOf(incident);
  const row = causeRow(incident, cause, setup);
  const rest = [...on, ...killList(incident), ...undo, press(incident, 'look', 'Look again')];
  // Where nothing is asked for, what comes first is to look; that the cause was another one comes last.
  return dedupe(cause && alreadyDone(incident, cause) ? [...rest, press(incident, 'tell', 'Tell people'), ...row] : [...row, ...rest]);
}

/** The revert is reachable in every phase; plain when it is not recommended. */
function revert(incident: Incident, cause?: Hypothesis): Button {
  const range = cause?.remedy.kind === 'revert' ? cause.remedy.range : [];
  const [only] = range.length === 1 ? range : [];
  const live = liveSha(incident);
  const name = only ?? (cause === undefined && lastDone(incident)?.kind !== 'revert' ? live : undefined);
  return press(incident, 'revert', name === undefined ? 'Revert…' : `Revert ${shortSha(name)}…`);
}

function always(incident: Incident): readonly Button[] {
  const phase = phaseOf(incident);
  if (phase === 'closed') return [];
  return [
    ...(incident.lead === undefined ? [press(incident, 'lead', 'I lead')] : []),
    press(incident, 'severity', 'Severity'),
    ...(phase === 'acting' ? [press(incident, 'revert', 'Revert…')] : [revert(incident)]),
    ...(phase === 'looking' ? [] : quieter(incident)),
  ];
}

function quieter(incident: Incident): readonly Button[] {
  return [
    press(incident, 'look', 'Look again'),
    press(incident, 'paste', 'Paste a log…'),
    press(incident, 'note', 'I know something'),
    press(incident, 'tell', 'Tell people'),
    press(incident, 'resolve', 'Resolve…'),
  ];
}

/** Slack wants one button of an action and value per message row; the first wins. */
function dedupe(buttons: readonly Button[]): readonly Button[] {
  return buttons.filter((b, i) => buttons.findIndex((other) => other.action === b.action && other.value === b.value) === i);
}
