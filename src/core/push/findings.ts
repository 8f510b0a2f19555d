import { labelOf } from '../brief/checks.ts';
import { restartFirst } from '../brief/elsewhere.ts';
import { findingsOf } from '../brief/facts.ts';
import { causeOf, phaseOf } from '../brief/phase.ts';
import { stopped } from '../brief/remedy.ts';
import { say } from '../brief/say.ts';
import { blindWord, revertWord } from '../brief/text.ts';
import type { Line } from '../brief.ts';
import { toneOf } from '../bundle.ts';
import { cut } from '../cut.ts';
import type { Incident } from '../incident.ts';
import { mrkdwn } from '../mrkdwn.ts';
import type { Push } from '../push.ts';
import { join, listed, secondsBetween } from '../words.ts';

/** Seconds that a look may be over before its first facts are worth a buzz of their own. */
const PATIENCE = 3;

/** The first facts, when the first look takes its time. */
export function openedPush(incident: Incident, now: string): Push | undefined {
  const [look] = incident.looks;
  if (!look || look.endedAt !== undefined || phaseOf(incident) !== 'looking') return undefined;
  if (secondsBetween(incident.openedAt, now) < PATIENCE) return undefined;
  const facts = firstFacts(incident);
  if (facts.length === 0) return undefined;
  const waiting = look.asked.filter((name) => !look.answered.includes(name)).map(labelOf);
  const asking = waiting.length === 0 ? [] : [` Asking ${listed(waiting)}.`];
  return { key: 'opened', kind: 'push', text: mrkdwn(join([`${name(incident)}: `, join(facts.slice(0, 2), '. '), '.', ...asking])) };
}

/** The worst of each red check, without its mark. */
function firstFacts(incident: Incident): readonly Line[] {
  return incident.evidence.flatMap((evidence) => {
    const worst = findingsOf(evidence).find((f) => toneOf(f) === 'bad');
    const said = worst === undefined ? [] : say(worst).map(withoutBars);
    return said.length === 0 ? [] : [said];
  });
}

/** A lock screen reads them out, or shows boxes. */
function withoutBars(span: Line[number]): Line[number] {
  return typeof span === 'string' ? span.replace(/ [▁▂▃▄▅▆▇█ ]{5,}(?= |$)/g, '') : span;
}

/** A cause, once per rule. What is being acted on already needs no buzz. */
export function causePush(incident: Incident): Push | undefined {
  const cause = causeOf(incident);
  if (!cause || phaseOf(incident) !== 'cause') return undefined;
  if (cause.remedy.kind === 'restart' && restartFirst(incident)) return undefined;
  const safe = cause.remedy.kind === 'revert' && cause.remedy.safety === 'safe';
  const revert = safe ? ' Revert is checked safe.' : revertWord(incident);
  return { key: `cause:${cause.rule}`, kind: 'push', text: mrkdwn([`Cause seen: ${stopped(cut(cause.cause, 160))}${revert}`]) };
}

/** No cause after the first look, and who could not see. Where the first facts were told already, only after the second look. */
export function noCausePush(incident: Incident): Push | undefined {
  const phase = phaseOf(incident);
  if (phase !== 'inconclusive' && phase !== 'healthy') return undefined;
  if (incident.refusedCauses.length > 0) return undefined;
  const ended = incident.looks.filter((look) => look.endedAt !== undefined).length;
  if (ended < (incident.posted.opened === undefined ? 1 : 2)) return undefined;
  const named = incident.judged.some((j) => j.diagnosis.verdict === 'cause');
  const calm = named ? 'the symptoms are gone, and nothing was done through me.' : 'nothing wrong in what I can see.';
  const stand = phase === 'healthy' ? calm : 'no cause found.';
  return { key: 'no-cause', kind: 'push', text: mrkdwn([`${name(incident)}: ${stand}${blindWord(incident)}`]) };
}

export function name(incident: Incident): string {
  return cut(incident.title, 80);
}
