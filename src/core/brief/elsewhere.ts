import type { Live } from '../action.ts';
import type { Line } from '../brief.ts';
import { cut } from '../cut.ts';
import type { Rollout } from '../evidence.ts';
import type { Incident } from '../incident.ts';
import { sameSha } from '../same-sha.ts';
import { bold, count, line, time } from '../words.ts';
import { allOf } from './facts.ts';

const CHANGES_MAX = 5;

interface Change {
  at: string;
  text: string;
  live: Live;
}

/** What people changed outside of the bot, and whether the pods know it. */
export function elsewhereLines(incident: Incident): readonly Line[] {
  const changes = changesOf(incident);
  if (changes.length === 0) return [];
  const rollouts = allOf(incident.evidence, 'rollout');
  return [
    ...changes.slice(-CHANGES_MAX).map((change) => changeLine(change, rollouts)),
    ...(restartFirst(incident) ? olderPods(incident) : []),
  ];
}

function changesOf(incident: Incident): readonly Change[] {
  return incident.events.flatMap((event) => (event.type === 'fix-elsewhere' ? [{ at: event.at, text: event.text, live: event.live }] : []));
}

function changeLine(change: Change, rollouts: readonly Rollout[]): Line {
  const known = rollouts.length > 0 && rollouts.every((rollout) => isKnown(rollout, change.live));
  const pods = change.live.when === 'now' ? '' : known ? '; pods newer' : '; pods older';
  return line`${known || change.live.when === 'now' ? '✔' : '🟡'} Seen ${time(change.at)}: ${cut(change.text, 140)}${pods}`;
}

function isKnown(rollout: Rollout, live: Live): boolean {
  if (live.when === 'now') return true;
  if (live.when === 'sha') return sameSha(rollout.sha, live.sha);
  if (live.when === 'image') return rollout.image === live.image;
  return rollout.oldestPodStartedAt !== undefined && rollout.oldestPodStartedAt > live.than;
}

/** True while processes still believe a schema that is gone: switching a feature on now breaks it again. */
export function restartFirst(incident: Incident): boolean {
  const change = changesOf(incident).findLast(({ live }) => live.when === 'pods-newer');
  if (!change || incident.recovery?.word === 'recovered') return false;
  const restarted = incident.actions.some(
    (a) => a.kind === 'restart' && (a.endedAt === undefined || (a.result?.status === 'done' && a.endedAt > change.at)),
  );
  const rollouts = allOf(incident.evidence, 'rollout');
  return !restarted && !(rollouts.length > 0 && rollouts.every((rollout) => isKnown(rollout, change.live)));
}

function olderPods(incident: Incident): readonly Line[] {
  const pods = allOf(incident.evidence, 'rollout').reduce((sum, r) => sum + (r.pods?.wanted ?? 0), 0);
  const which = pods === 0 ? 'Your processes are' : `${count(pods)} pods are`;
  return [
    [`${which} older: each still believes the old schema and will fail again.`],
    [bold('Do now:'), ' 1. restart web, workers and cron  2. then switch on'],
  ];
}
