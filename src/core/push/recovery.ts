import { restartFirst } from '../brief/elsewhere.ts';
import { allOf } from '../brief/facts.ts';
import { lastDone, phaseOf } from '../brief/phase.ts';
import type { Line } from '../brief.ts';
import { cut } from '../cut.ts';
import { clip, oneLine } from '../escape.ts';
import type { Incident } from '../incident.ts';
import { metricName } from '../metric-words.ts';
import { mrkdwn } from '../mrkdwn.ts';
import type { Push } from '../push.ts';
import type { Recovery, RecoveryWord } from '../recovery.ts';
import { firstFew, line, secondsBetween, shortSha, time } from '../words.ts';
import { name } from './findings.ts';

/** Seconds after going live before a word is news: metrics are a minute or two late, a bad word needs longer than a good one. */
const settled: Readonly<Record<RecoveryWord, number>> = {
  'not-live-yet': Number.POSITIVE_INFINITY,
  recovered: 0,
  better: 120,
  worse: 120,
  unchanged: 300,
  'cannot-tell': 300,
};

/** Once per word and fix. */
export function recoveryPush(incident: Incident, now: string): Push | undefined {
  const { recovery } = incident;
  if (!recovery || phaseOf(incident) !== 'recovery') return undefined;
  if (recovery.liveAt !== undefined && secondsBetween(recovery.liveAt, now) < settled[recovery.word]) return undefined;
  const words = said(incident, recovery);
  return words.length === 0 ? undefined : { key: `recovery:${recovery.word}:${recovery.liveAt ?? ''}`, kind: 'push', text: mrkdwn(words) };
}

function said(incident: Incident, recovery: Recovery): Line {
  const still = recovery.symptoms.filter((s) => s.state !== 'quiet' && !s.settling).map((s) => shortName(oneLine(s.name)));
  switch (recovery.word) {
    case 'recovered':
      return line`Recovered${since(recovery)}, held 5 min.${onPods(incident)} It was: ${name(incident)}.`;
    case 'better':
      return still.length === 0 ? [] : line`Better, not recovered. Still there: ${firstFew(still, 3)}.`;
    case 'worse':
      return line`WORSE since the fix. ${clip(recovery.says[0] ?? '', 160)}`;
    case 'unchanged':
      return line`No better. The fix is live and nothing changed: the question is open again.`;
    case 'cannot-tell':
      return line`I cannot tell whether the fix helped. What would show it cannot be seen.`;
    default:
      return [];
  }
}

/** An error's message says more than a lock screen shows: its route and class name it. */
function shortName(symptom: string): string {
  const [, route = '', rest = ''] = /^([\w./ -]+#?[\w./-]*: )?(.*)$/.exec(symptom) ?? [];
  const head = /^[\w:]*[A-Z][\w:]*(?:Error|Exception|Timeout)\b/.exec(rest)?.[0];
  return cut(`${route}${head ?? metricName(rest)}`, 60);
}

function since(recovery: Recovery): Line {
  return recovery.quietSince === undefined ? [] : line` ${time(recovery.quietSince)}`;
}

function onPods(incident: Incident): string {
  const result = lastDone(incident)?.result;
  const commit = result?.status === 'done' ? result.commit : undefined;
  if (commit === undefined) return '';
  const rollouts = allOf(incident.evidence, 'rollout');
  const wanted = rollouts.reduce((sum, r) => sum + (r.pods?.wanted ?? 0), 0);
  const ready = rollouts.reduce((sum, r) => sum + (r.pods?.ready ?? 0), 0);
  return wanted === 0 ? ` ${shortSha(commit)} is live.` : ` ${shortSha(commit)} on ${ready} of ${wanted} pods.`;
}

/** A fix made outside of the bot. Older processes still believe the old schema: that is said at this moment, before anybody switches on. */
export function elsewherePush(incident: Incident): Push | undefined {
  const fixed = incident.fixedElsewhere;
  if (!fixed || incident.recovery?.word === 'recovered') return undefined;
  const text = cut(fixed.text, 160).replace(/[.]?$/, '.');
  if (fixed.live.when === 'pods-newer') {
    if (!restartFirst(incident)) return undefined;
    return {
      key: `restart-first:${fixed.at}`,
      kind: 'push',
      text: mrkdwn([`${text} Your processes are older and still believe the old schema. Restart BEFORE switching on.`]),
      buttons: [{ action: 'restart', text: 'Restart…', value: incident.id, style: 'primary' }],
    };
  }
  return { key: `elsewhere:${fixed.at}`, kind: 'push', text: mrkdwn(line`Seen ${time(fixed.at)}: ${text} I judge from now.`) };
}
