import { causeLines, sureness } from './brief/cause.ts';
import { checkLines, labelOf } from './brief/checks.ts';
import { stuckThreads } from './brief/facts.ts';
import { causeOf } from './brief/phase.ts';
import { sentence } from './brief/remedy.ts';
import type { Line, Setup } from './brief.ts';
import { cut } from './cut.ts';
import { commands, type Detail, logs, plans } from './details.ts';
import { oneLine, stripControls } from './escape.ts';
import { type Incident, onsetOf } from './incident.ts';
import { killLine } from './kill-targets.ts';
import { plain } from './mrkdwn.ts';
import { redactCommand } from './redact.ts';
import { coloured, type TerminalOptions } from './terminal.ts';
import { ago, bold, join, line, time } from './words.ts';

/** A terminal has room for the whole way from the root to the symptom. */
const LINKS = 20;
const PERHAPS = 3;
/** Fewer stuck statements than this are no pile-up worth a list. */
const PILE = 5;

/** What one look shows, for a terminal: the judgement, every check, and what is there to paste, each on lines of its own that are never broken. */
export function triagePage(incident: Incident, now: string, setup: Setup, options: TerminalOptions): string {
  const text = (lines: readonly Line[]) => lines.map((one) => coloured(one, options)).join('\n');
  const blocks = [
    text(headOf(incident, now)),
    text(judgement(incident)),
    text([[bold('What I saw')], ...checkLines(incident, setup).map((check) => check.line)]),
    ...details(incident).map(({ about, code }) => `${text([[bold(plain(about))]])}\n${pasteable(code)}`),
    ...fixes(incident).map(({ about, code }) => `${text([about])}\n${pasteable(code)}`),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function headOf(incident: Incident, now: string): readonly Line[] {
  const onset = onsetOf(incident.evidence);
  const began = onset === undefined ? undefined : line` · first errors ${time(onset)} (${ago(onset, now)})`;
  return [
    [bold(oneLine(incident.title))],
    join([incident.alert.environment, ' · looked at ', time(incident.openedAt), began, ' · all times are UTC']),
  ];
}

function judgement(incident: Incident): readonly Line[] {
  const { diagnosis } = incident;
  const cause = causeOf(incident);
  if (cause) return [...causeLines(incident, cause, LINKS), ...others(incident, cause.rule)];
  if (!diagnosis || diagnosis.verdict === 'healthy')
    return [[bold('Nothing is wrong in what I can see.'), ' That does not prove that nothing is wrong.']];
  return [
    [bold('I do not know the cause.'), diagnosis.suspects.length === 0 ? ' What I see convicts no release and clears none.' : ''],
    ...others(incident, undefined),
    ...diagnosis.next.slice(0, PERHAPS).map((step): Line => join([bold('Next:'), ` ${sentence(step)}`])),
    [bold('Revert?'), ` ${sentence(diagnosis.why)}`],
  ];
}

function others(incident: Incident, first: string | undefined): readonly Line[] {
  const rest = incident.diagnosis?.hypotheses.filter((one) => one.rule !== first) ?? [];
  const word = first === undefined ? 'Perhaps' : 'Also';
  return rest.slice(0, PERHAPS).map((one) => join([`${word} (${sureness(one)}): `, cut(one.cause, 300)]));
}

function details(incident: Incident): readonly Detail[] {
  const remedy = commands(incident);
  const stuck = stuckThreads(incident);
  return [...(remedy ? [remedy] : []), ...logs(incident), ...plans(incident), ...(stuck.length < PILE ? [] : [killList(stuck)])];
}

/** On one line: a list of two hundred must not push the rest away. */
function killList(stuck: ReturnType<typeof stuckThreads>): Detail {
  const rds = stuck.every((target) => target.whole) ? 'rds_kill' : 'rds_kill_query';
  const about = line`KILL list (${stuck.length}) as of this look: check that they still run the same. On RDS: CALL mysql.${rds}(id)`;
  return { key: 'kill-list', about, code: stuck.map(killLine).join(' ') };
}

function fixes(incident: Incident): readonly Detail[] {
  return incident.evidence.flatMap(({ check, outcome }) =>
    outcome.status === 'blind' && outcome.fix !== ''
      ? [{ key: `fix:${check}`, about: [bold(`So that I can see ${labelOf(check)}`)], code: outcome.fix }]
      : [],
  );
}

/** As it is, line by line, so that it can be copied; only what would steer the terminal is dropped. */
function pasteable(code: string): string {
  return redactCommand(code.split('\n').map(stripControls).join('\n'));
}
